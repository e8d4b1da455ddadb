import { join } from "node:path";
import { Subnet } from "@cdktf/provider-aws/lib/subnet/index.js";
import { Vpc } from "@cdktf/provider-aws/lib/vpc/index.js";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import type { EnvironmentStack, Region, Zone } from "@mainstay/core";
import { awsCli, Deployment, startTemporaryAws, type TemporaryAws } from "@mainstay/emulator";
import { testStack } from "@mainstay/testing";
import type { Network } from "@mainstay/vpc";
import { testNetwork } from "@mainstay/vpc/testing";
import { TerraformOutput, Testing } from "cdktf";
import { FileStorage, Replica, type ReplicaRole } from "./index.ts";

let aws: TemporaryAws;

beforeAll(async () => {
  aws = await startTemporaryAws();
});

afterAll(async () => {
  await aws.stop();
});

it("a replica follows, is promoted in place, follows again when a person says so, and leaves nothing", async () => {
  const first = new Deployment(aws, join(aws.directory, "first"));
  const { files } = await first.apply(source());
  const second = new Deployment(aws, join(aws.directory, "second"));
  const { copy } = await second.apply(replica(files, "replica"));
  expect(await second.plan(replica(files, "replica"))).toEqual([]);
  expect(await protection(copy)).toBe("REPLICATING");

  const replication = "aws_efs_replication_configuration.documents_replication";
  expect(await second.change(replica(files, "promoted"))).toEqual([{ address: replication, action: "delete" }]);
  expect(await second.plan(replica(files, "promoted"))).toEqual([]);
  expect(await protection(copy)).toBe("ENABLED");

  // The way back throws away what was written since: it takes the command of the README.
  await expect(second.change(replica(files, "replica"))).rejects.toThrow(/overwrite protection/);
  const disable = ["--replication-overwrite-protection", "DISABLED"];
  await cli("update-file-system-protection", "--file-system-id", String(copy), ...disable);
  await second.change(replica(files, "replica"));
  expect(await second.plan(replica(files, "replica"))).toEqual([]);

  // What a person does while the source's region is down; Terraform hears of it afterwards.
  await cli("delete-replication-configuration", "--source-file-system-id", String(files));
  expect(await protection(copy)).toBe("ENABLED");
  expect(await second.plan(replica(files, "promoted"))).toEqual([]);

  await second.destroy();
  await first.destroy();
  expect((await aws.leftovers()).leftovers).toEqual([]);
}, 2_400_000);

function source(): string {
  const stack = testStack({ life: "data", region: "eu-west-1" });
  const storage = new FileStorage(stack, "documents", { network: realNetwork(stack, "eu-west-1"), protect: false });
  new TerraformOutput(stack, "files", { value: storage.fileSystem.id });
  return Testing.synth(stack, true);
}

function replica(files: unknown, role: ReplicaRole): string {
  const stack = testStack({ life: "data", region: "eu-central-1" });
  const { fileSystem } = new Replica(stack, "documents", {
    network: realNetwork(stack, "eu-central-1"),
    source: { region: "eu-west-1", fileSystem: { id: String(files) } },
    role,
    protect: false,
  });
  new TerraformOutput(stack, "copy", { value: fileSystem.id });
  return Testing.synth(stack, true);
}

/** Two data subnets, which is all that a file system asks of a network. */
function realNetwork(stack: EnvironmentStack, region: Region): Network {
  const vpc = new Vpc(stack, "vpc", { cidrBlock: "10.0.0.0/16" });
  const zones: readonly Zone[] = [`${region}a`, `${region}b`];
  const subnets = zones.map((zone, index) => {
    const cidrBlock = `10.0.${index}.0/24`;
    return { zone, id: new Subnet(stack, zone, { vpcId: vpc.id, cidrBlock, availabilityZone: zone }).id };
  });
  return { ...testNetwork(zones), region, vpcId: vpc.id, subnets: () => subnets };
}

async function protection(copy: unknown): Promise<string> {
  const { FileSystems: found } = (await cli("describe-file-systems", "--file-system-id", String(copy))) as {
    FileSystems: { FileSystemProtection: { ReplicationOverwriteProtection: string } }[];
  };
  return String(found[0]?.FileSystemProtection.ReplicationOverwriteProtection);
}

/** In the second region: the first may be down when a person needs it. */
async function cli(...args: string[]): Promise<unknown> {
  return await awsCli(aws, ["efs", ...args], "eu-central-1");
}
