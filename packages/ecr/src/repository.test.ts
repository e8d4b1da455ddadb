import { EcrLifecyclePolicy } from "@cdktf/provider-aws/lib/ecr-lifecycle-policy/index.js";
import { EcrRepository } from "@cdktf/provider-aws/lib/ecr-repository/index.js";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key/index.js";
import { describe, expect, it } from "@jest/globals";
import { mistakes, reference, synthesize, testStack } from "@mainstay/testing";
import { TerraformOutput } from "cdktf";
import { Repository, type RepositoryProps } from "./index.ts";

describe("Repository", () => {
  it("never moves a tag, and scans what is pushed", () => {
    expect(synth().the(EcrRepository)).toMatchObject({
      name: "clinic-test-api",
      image_tag_mutability: "IMMUTABLE",
      image_scanning_configuration: { scan_on_push: true },
    });
  });

  it("encrypts with a key of its own that rotates", () => {
    const found = synth();
    expect(found.the(EcrRepository).encryption_configuration).toEqual([
      { encryption_type: "KMS", kms_key: reference("aws_kms_key.api_key.arn") },
    ]);
    expect(found.the(KmsKey)).toMatchObject({ enable_key_rotation: true });
  });

  it("has a lifecycle", () => {
    const { policy, repository } = synth({ keep: 7 }).the(EcrLifecyclePolicy);
    expect(repository).toBe(reference("aws_ecr_repository.api_repository.name"));
    expect(JSON.parse(policy).rules[0].selection.countNumber).toBe(7);
  });

  it("lets nobody in but by IAM: there is no repository policy", () => {
    expect(synth().json.resource).not.toHaveProperty("aws_ecr_repository_policy");
  });

  it("cannot be deleted by mistake, neither the images nor the key they need", () => {
    const found = synth();
    expect(found.the(EcrRepository)).toMatchObject({
      force_delete: false,
      lifecycle: { prevent_destroy: true },
    });
    expect(found.the(KmsKey)).toMatchObject({
      lifecycle: { prevent_destroy: true },
    });
    expect(synth({ protect: false }).the(EcrRepository)).toMatchObject({
      force_delete: true,
      lifecycle: { prevent_destroy: false },
    });
  });

  it("says where to push and what to allow", () => {
    const stack = testStack();
    const { url, arn } = new Repository(stack, "api");
    new TerraformOutput(stack, "repository", { value: { url, arn } });
    expect(synthesize(stack).json.output.repository.value).toEqual({
      url: reference("aws_ecr_repository.api_repository.repository_url"),
      arn: reference("aws_ecr_repository.api_repository.arn"),
    });
  });

  it("reports every mistake at once, with the fix", () => {
    const stack = testStack();
    new Repository(stack, "api", { name: "Clinic/API", keep: 1 });
    const text = mistakes(stack);
    for (const part of [/name is "Clinic\/API"/, /2 to 1000 images/]) expect(text).toMatch(part);
  });

  it("pain 27: construct renames destroy resources: addresses are API", () => {
    expect(synth().addresses).toMatchInlineSnapshot(`
      [
        "aws_ecr_lifecycle_policy.api_lifecycle",
        "aws_ecr_repository.api_repository",
        "aws_kms_key.api_key",
      ]
    `);
  });
});

function synth(props: RepositoryProps = {}) {
  const stack = testStack();
  new Repository(stack, "api", props);
  return synthesize(stack);
}
