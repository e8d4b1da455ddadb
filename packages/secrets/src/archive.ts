import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { TerraformStack } from "cdktf";
import { addCustomSynthesis } from "cdktf/lib/synthesize/synthesizer.js";
import { Construct } from "constructs";
import { zip } from "./zip.ts";

/** Code for a Lambda function, as a ZIP archive that lies beside the stack's `cdk.tf.json`. Written by the synthesis. */
export class Archive extends Construct {
  /** As Terraform sees it, from the stack's directory. */
  readonly path: string;
  /** What Lambda calls `CodeSha256`. */
  readonly hash: string;

  constructor(scope: Construct, id: string, files: Readonly<Record<string, string>>) {
    super(scope, id);
    const stack = TerraformStack.of(this);
    const bytes = zip(files);
    this.path = `assets/${stack.getLogicalId(this.node)}.zip`;
    this.hash = createHash("sha256").update(bytes).digest("base64");
    // WHY not TerraformAsset: it copies a file that has to be there before, and a synthesis that is refused writes nothing.
    addCustomSynthesis(this, {
      onSynthesize: ({ manifest }) => {
        const directory = dirname(join(manifest.outdir, manifest.forStack(stack).synthesizedStackPath));
        const file = join(directory, this.path);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, bytes);
      },
    });
  }
}
