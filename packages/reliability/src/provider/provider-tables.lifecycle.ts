import { beforeAll, describe, expect, it, jest } from "@jest/globals";
import { stateful } from "../aws/consequences.ts";
import type { JsonObject } from "../read/json.ts";
import { measuredTypes, measureReplacement, unmeasured } from "./replacement.ts";
import { replacedBy } from "./replacement-table.ts";
import { resourceSchemas, taggableTypes } from "./schema.ts";
import { takesTags } from "./taggable-types.ts";

// WHY: four times Terraform with a provider of 600 MB, on a machine that does other things as well.
jest.setTimeout(40 * 60_000);

let schemas: JsonObject;
beforeAll(async () => {
  schemas = await resourceSchemas();
});

describe("the tables of the AWS provider", () => {
  it("know of every resource type whether it takes tags", () => {
    const taking = Object.keys(schemas).filter(takesTags);
    expect(taking.map((type) => type.replace("aws_", "")).toSorted()).toEqual(taggableTypes(schemas));
    expect(taking.length).toBeGreaterThan(700);
  });

  it("know of every argument that was asked about whether its change replaces the resource", async () => {
    expect(await measureReplacement(schemas)).toEqual(replacedBy);
  });

  it("were asked about every argument of what holds data here", () => {
    const types = Object.keys(stateful).filter((type) => !elsewhere.includes(type));
    const missing = types
      .map((type) => [type, unmeasured(schemas, type).filter((name) => !isSecret(name))] as const)
      .filter(([, names]) => names.length > 0);
    expect(Object.fromEntries(missing)).toEqual(notAsked);
    expect(Object.keys(stateful).filter((type) => !measuredTypes.includes(type))).toEqual([]);
  });
});

/** Types that no module of Mainstay makes: asked about their commonest arguments only. */
const elsewhere = [
  "aws_cognito_user_pool",
  "aws_ebs_volume",
  "aws_elasticache_replication_group",
  "aws_opensearch_domain",
  "aws_sqs_queue",
];

/** Never changed by a plan that a reader could see. */
function isSecret(name: string): boolean {
  return /password|policy$|_wo(_version)?$/.test(name);
}

/** What no table knows: the plan of Terraform does. */
const notAsked: Readonly<Record<string, readonly string[]>> = {
  // A domain of one's own excludes one of AWS, which was asked about.
  aws_db_instance: ["domain_auth_secret_arn", "domain_dns_ips", "domain_fqdn", "domain_ou"],
  aws_docdb_cluster: ["cluster_members"],
  // With on-demand capacity there is none to set.
  aws_dynamodb_table: ["read_capacity", "write_capacity"],
  // Of a key store outside of AWS.
  aws_kms_key: ["xks_key_id"],
  // Replaces with some engines and not with others; or is what AWS fills in.
  aws_rds_cluster: [
    "allocated_storage",
    "cluster_members",
    "db_system_id",
    "iam_roles",
    "iops",
    "source_region",
    "storage_type",
  ],
  aws_rds_cluster_instance: ["preferred_backup_window"],
  // Deprecated: resources of their own have taken their place.
  aws_s3_bucket: ["acceleration_status", "acl", "request_payer"],
  aws_vpc: ["ipv6_cidr_block", "ipv6_cidr_block_network_border_group"],
};
