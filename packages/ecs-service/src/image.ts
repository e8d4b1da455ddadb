import { Fn, type TerraformStack, TerraformVariable } from "cdktf";

/** Where an image is pulled from; the repository of `@mainstay/ecr` is one. */
export interface Registry {
  readonly arn: string;
  /** What the image's name starts with, without tag or digest. */
  readonly url: string;
}

/** One image, and no other. */
export interface Image {
  readonly repository: Registry;
  /** `sha256:` and 64 hexadecimal digits, or a token like that of {@link imageDigest}. */
  readonly digest: string;
}

const digestPattern = "^sha256:[0-9a-f]{64}$";

/**
 * The digest of the image `name` as an input of the stack, `TF_VAR_<name>_image_digest`: required, and checked.
 *
 * WHY: a deployment is a change of this one value, so that plan and state say what runs. A tag could move below them
 * (terraform-provider-aws#632).
 */
export function imageDigest(stack: TerraformStack, name: string): string {
  const variableName = `${name.replaceAll("-", "_")}_image_digest`;
  const variable = new TerraformVariable(stack, `${name}-image-digest`, {
    type: "string",
    nullable: false,
    description: `Digest of the ${name} image that runs, as the push printed it`,
  });
  // WHY: shells cannot set a variable with a dash in its name, and TF_VAR_ takes the name as it is.
  variable.overrideLogicalId(variableName);
  variable.addValidation({
    condition: Fn.can(Fn.regex(digestPattern, variable.stringValue)),
    errorMessage: `${variableName} must be sha256: and 64 hexadecimal digits, never a tag. Set TF_VAR_${variableName}=sha256:... to what the push printed.`,
  });
  return variable.stringValue;
}

/** The image as a task definition names it. */
export function imageReference({ repository, digest }: Image): string {
  return `${repository.url}@${digest}`;
}
