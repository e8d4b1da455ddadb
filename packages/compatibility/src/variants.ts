/** Another set of bindings that the same source has to work with. */
export interface Variant {
  /** Its folder, and its name in the table of differences. */
  readonly name: string;
  /** What stands in the catalog of `pnpm-workspace.yaml` instead, by the name that the source imports. */
  readonly catalog: Readonly<Record<string, string>>;
}

/** cdktf is archived, and its last bindings are of aws 6.25; cdktn is its maintained fork (https://github.com/open-constructs/cdk-terrain). */
export const variants: readonly Variant[] = [
  { name: "cdktf-aws-6", catalog: { "@cdktf/provider-aws": "21.22.1" } },
  {
    name: "cdktn-aws-6",
    catalog: { "@cdktf/provider-aws": "npm:@cdktn/provider-aws@25.7.0", cdktf: "npm:cdktn@0.24.0" },
  },
];
