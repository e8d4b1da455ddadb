import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { deployedTagPrefix } from "@mainstay/ecr";
import { Problem } from "../problem.ts";
import type { DeployedService } from "./deployed.ts";

/** An image in a registry of ECR. */
export interface Kept {
  readonly region: string;
  readonly repository: string;
  readonly digest: string;
  /** By which the repository's lifecycle policy knows what was deployed. */
  readonly tag: string;
}

/**
 * The images of services that are in ECR, each once, with the tag that they are kept by.
 *
 * WHY a tag of the digest: tags never move, and a commit may be deployed with another image later, after a roll back.
 */
export function toKeep(services: readonly Pick<DeployedService, "references">[]): Kept[] {
  const references = new Set(services.flatMap(({ references: own }) => own));
  return [...references].flatMap((reference) => {
    const [, region = "", repository = "", digest = ""] =
      /^\d{12}\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/([^@]+)@(sha256:[0-9a-f]{64})$/.exec(reference) ?? [];
    const tag = `${deployedTagPrefix}${digest.slice("sha256:".length).slice(0, 12)}`;
    return digest === "" ? [] : [{ region, repository, digest, tag }];
  });
}

interface Images {
  readonly images?: readonly { readonly imageManifest: string; readonly imageManifestMediaType?: string }[];
}

/**
 * Gives an image its tag. Twice does no harm.
 *
 * @throws Problem where the image is not there, or AWS refuses.
 */
export async function keep({ region, repository, digest, tag }: Kept): Promise<void> {
  const ecr = (...words: readonly string[]) =>
    aws(["ecr", ...words, "--repository-name", repository, "--region", region, "--output", "json"]);
  const { images = [] }: Images = JSON.parse(await ecr("batch-get-image", "--image-ids", `imageDigest=${digest}`));
  const [image] = images;
  if (image === undefined) throw new Problem(`${repository} has no image ${digest}.`);
  const { imageManifest: manifest, imageManifestMediaType: type } = image;
  const media = type === undefined ? [] : ["--image-manifest-media-type", type];
  const words = ["--image-manifest", manifest, ...media, "--image-digest", digest, "--image-tag", tag];
  try {
    await ecr("put-image", ...words);
  } catch (error) {
    if (!(error instanceof Problem && error.message.includes("ImageAlreadyExistsException"))) throw error;
  }
}

async function aws(words: readonly string[]): Promise<string> {
  try {
    return (await promisify(execFile)("aws", [...words], { maxBuffer: 2 ** 24 })).stdout;
  } catch (error) {
    const { stderr = "" } = error as { readonly stderr?: string };
    throw new Problem(`aws ${words[0]} ${words[1]}: ${stderr.trim() === "" ? String(error) : stderr.trim()}`);
  }
}
