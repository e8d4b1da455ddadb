import { EfsBackupPolicy } from "@cdktf/provider-aws/lib/efs-backup-policy/index.js";
import { EfsFileSystem } from "@cdktf/provider-aws/lib/efs-file-system/index.js";
import { EfsReplicationConfiguration } from "@cdktf/provider-aws/lib/efs-replication-configuration/index.js";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key/index.js";
import { describe, expect, it } from "@jest/globals";
import { mistakes, reference, synthesize, testStack } from "@mainstay/testing";
import { testNetwork } from "@mainstay/vpc/testing";
import { FileStorage, provisioned, Replica, type ReplicaProps } from "./index.ts";

const network = {
  ...testNetwork(["eu-central-1a", "eu-central-1b"]),
  region: "eu-central-1",
} as const;
const source = {
  region: "eu-west-1",
  fileSystem: { id: "fs-source" },
} as const;

describe("Replica", () => {
  it("follows its source, asked for in the source's region", () => {
    const found = synthesize(stack());
    expect(found.the(EfsReplicationConfiguration)).toEqual({
      provider: "aws.eu-west-1",
      source_file_system_id: "fs-source",
      destination: {
        file_system_id: reference("aws_efs_file_system.documents_file-system.id"),
        region: "eu-central-1",
      },
    });
    expect(found.json.provider.aws).toContainEqual(
      expect.objectContaining({ alias: "eu-west-1", region: "eu-west-1" }),
    );
  });

  it("lets EFS write to it, and leaves that switch to EFS from then on", () => {
    expect(synthesize(stack()).the(EfsFileSystem)).toMatchObject({
      protection: { replication_overwrite: "DISABLED" },
      lifecycle: { prevent_destroy: true, ignore_changes: ["protection"] },
    });
    expect(synthesize(stack({ protect: false })).the(EfsFileSystem).lifecycle).toEqual({
      prevent_destroy: false,
      ignore_changes: ["protection"],
    });
  });

  it("is promoted by taking the replication away, and nothing else", () => {
    const [before, after] = [synthesize(stack()), synthesize(stack({ role: "promoted" }))];
    expect(after.addresses).toEqual(before.addresses.filter((address) => !/replication/.test(address)));
    // Without the provider Terraform could not end the replication.
    expect(after.json.provider).toEqual(before.json.provider);
    for (const type of [EfsFileSystem, KmsKey]) expect(after.the(type)).toEqual(before.the(type));
  });

  it("is a file system like its source: own key, mount targets, access points, policy", () => {
    const own = testStack({ life: "data", region: "eu-central-1" });
    const storage = new FileStorage(own, "documents", {
      network,
      throughput: provisioned(16),
    });
    storage.accessPoint("api", { directory: "/api", owner: 10_001 });
    const { addresses, json } = synthesize(own);
    const replica = synthesize(stack({ throughput: provisioned(16) }, true));
    expect(replica.addresses.filter((address) => !/replication/.test(address))).toEqual(
      addresses.filter((address) => !address.startsWith(EfsBackupPolicy.tfResourceType)),
    );
    for (const type of ["aws_efs_mount_target", "aws_efs_access_point", "aws_efs_file_system_policy", "aws_kms_key"]) {
      expect(replica.json.resource[type]).toEqual(json.resource[type]);
    }
    expect(replica.the(EfsFileSystem)).toMatchObject({
      throughput_mode: "provisioned",
      kms_key_id: expect.any(String),
    });
  });

  it("takes a FileStorage of another stack as its source", () => {
    const storage = new FileStorage(testStack({ life: "data" }), "documents", {
      network: testNetwork(),
    });
    expect(storage.region).toBe("eu-west-1");
    expect(storage.throughput).toEqual({ mode: "elastic" });
    expect(
      mistakes(
        stack({
          source: { region: storage.region, fileSystem: { id: "fs-1" } },
        }),
      ),
    ).toBe("");
  });

  it("reports every mistake at once, with the fix", () => {
    const lonely = { ...network, zones: ["eu-central-1a"] } as const;
    const text = mistakes(stack({ network: lonely, source: { ...source, region: "eu-central-1" } }));
    expect(text).toMatch(/two zones or more/);
    expect(text).toMatch(/source\.region is "eu-central-1"; allowed: another region than eu-central-1/);
  });

  it("pain 27: construct renames destroy resources: addresses are API", () => {
    expect(synthesize(stack()).addresses).toMatchInlineSnapshot(`
      [
        "aws_efs_file_system.documents_file-system",
        "aws_efs_file_system_policy.documents_policy",
        "aws_efs_mount_target.documents_mount-target-eu-central-1a",
        "aws_efs_mount_target.documents_mount-target-eu-central-1b",
        "aws_efs_replication_configuration.documents_replication",
        "aws_kms_key.documents_key",
        "aws_security_group.documents_security-group",
      ]
    `);
  });
});

function stack(props: Partial<ReplicaProps> = {}, withAccessPoint = false) {
  const owner = testStack({ life: "data", region: "eu-central-1" });
  const replica = new Replica(owner, "documents", {
    network,
    source,
    ...props,
  });
  if (withAccessPoint) replica.accessPoint("api", { directory: "/api", owner: 10_001 });
  return owner;
}
