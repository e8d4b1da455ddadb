import type { Problem } from "@mainstay/core";
import type { RepositoryProps } from "./repository.ts";

/**
 * A deployment gives the image that it has put into service one more tag: this, and the beginning of its digest, `deployed-1f6a09c2b3d4`.
 *
 * Such images are counted apart, so that a busy day of builds never expires the one that is running.
 */
export const deployedTagPrefix = "deployed-";

/** Days that an image without a tag is kept: the rest of an interrupted push, or a layer of a former build cache. */
const untaggedDays = 14;

/**
 * What ECR may delete, as the JSON that it takes.
 *
 * WHY this order: an image that a rule of higher priority (a lower number) matches is never expired by a later one (ECR guide,
 * "Lifecycle policy evaluation"). So deployed images are out of reach of the second rule, however many builds follow them.
 */
export function lifecyclePolicy(keep: number) {
  const expire = { type: "expire" };
  const newest = (tagPattern: string) => ({
    tagStatus: "tagged",
    tagPatternList: [tagPattern],
    countType: "imageCountMoreThan",
    countNumber: keep,
  });
  return {
    rules: [
      {
        rulePriority: 1,
        description: `Deployed images: the newest ${keep}, out of reach of the rules below`,
        selection: newest(`${deployedTagPrefix}*`),
        action: expire,
      },
      { rulePriority: 2, description: `All tagged images: the newest ${keep}`, selection: newest("*"), action: expire },
      {
        rulePriority: 3,
        description: `Untagged images: ${untaggedDays} days`,
        selection: {
          tagStatus: "untagged",
          countType: "sinceImagePushed",
          countUnit: "days",
          countNumber: untaggedDays,
        },
        action: expire,
      },
    ],
  };
}

/** What a user can get wrong here that a type cannot see. */
export function problems({ name, keep = 50 }: RepositoryProps): Problem[] {
  const found: Problem[] = [];
  if (!Number.isInteger(keep) || keep < 2 || keep > 1000) {
    found.push({
      property: "keep",
      got: keep,
      allowed: "2 to 1000 images, whole",
      fix: "Choose a value in the range: with less than two there is nothing to roll back to.",
    });
  }
  // ECR API, CreateRepository: lower case, groups separated by slashes.
  if (name !== undefined && !(name.length <= 256 && /^[a-z0-9]+([._/-][a-z0-9]+)*$/.test(name) && name.length >= 2)) {
    found.push({
      property: "name",
      got: name,
      allowed: "2 to 256 lower-case letters, digits and single . _ - / between them",
      fix: "Rename it, or leave it out.",
    });
  }
  return found;
}
