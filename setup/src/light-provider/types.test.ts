import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { typesFor, typesIn, writeTypes } from "./types.mjs";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "types-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(join(folder, path, ".."), { recursive: true });
  writeFileSync(join(folder, path), text);
}

describe("typesIn", () => {
  it("finds types as Terraform calls them, and as modules of the bindings", () => {
    const text = `
      import { Vpc } from "@cdktf/provider-aws/lib/vpc/index.js";
      import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document/index.js";
      const kinds = ["aws_db_instance", "my_aws_thing"];`;
    expect(typesIn(text).toSorted()).toEqual(["aws_db_instance", "aws_iam_policy_document", "aws_vpc"]);
  });
});

describe("typesFor", () => {
  it("has what sources and the configuration say, modules too, and remembers what only a configuration said", () => {
    write("src/deep/network.ts", 'const type = "aws_vpc";');
    write("src/notes.md", "aws_unread");
    write("work/cdk.tf.json", '{"resource":{"aws_sqs_queue":{}}}');
    write("work/module/main.tf.json", '{"data":{"aws_region":{}}}');
    write("work/.terraform/other.tf.json", '{"resource":{"aws_hidden":{}}}');
    const types = join(folder, "types");
    writeTypes(types, [join(folder, "src")]);
    expect(readFileSync(types, "utf8")).toBe("aws_vpc\n");
    expect([...typesFor(types, join(folder, "work"))].filter(Boolean).toSorted()).toEqual([
      "aws_region",
      "aws_sqs_queue",
      "aws_vpc",
    ]);
    rmSync(join(folder, "work/cdk.tf.json"));
    expect(typesFor(types, join(folder, "work")).has("aws_sqs_queue")).toBe(true);
  });
});
