import type { Found } from "./synthesized.ts";

/** A difference that is known, and what it means for somebody who changes over. */
export interface Listed extends Found {
  /** The name of the variant. */
  readonly variant: string;
  readonly why: string;
}

/** All that differs. The life-cycle test fails on a difference that is not here, and on one that is here and gone. */
export const listed: readonly Listed[] = [
  {
    variant: "cdktf-aws-6",
    file: "cdk.tf.json",
    path: "terraform.required_providers.aws.version",
    here: '"5.100.0"',
    there: '"6.25.0"',
    why: "the provider that the bindings were made from",
  },
  {
    variant: "cdktn-aws-6",
    file: "cdk.tf.json",
    path: "terraform.required_providers.aws.version",
    here: '"5.100.0"',
    there: '"6.66.0"',
    why: "the provider that the bindings were made from",
  },
  {
    variant: "cdktn-aws-6",
    file: "cdk.tf.json",
    path: "terraform.required_providers.aws.source",
    here: '"aws"',
    there: '"hashicorp/aws"',
    why: "the same provider, by its whole name",
  },
  {
    variant: "cdktn-aws-6",
    file: "cdk.tf.json",
    path: "//.metadata.version",
    here: '"0.21.0"',
    there: '"0.24.0"',
    why: "who wrote the file; Terraform does not read it",
  },
  {
    variant: "cdktn-aws-6",
    file: "manifest.json",
    path: "version",
    here: '"0.21.0"',
    there: '"0.24.0"',
    why: "who wrote the file",
  },
];
