import { isObject, type Json, type JsonObject, textOf } from "../../read/json.ts";
import type { Found } from "../view.ts";
import { becomes, gained, gone, is, lost, off, rule } from "./rows.ts";
import type { Rule } from "./rule.ts";

const atRest = "Whoever gets the disk or a snapshot can read it, and it cannot be turned on later without a copy.";

/** New ones are judged as well: most of these cannot be encrypted afterwards. */
const stored: readonly (readonly [type: string, attribute: string])[] = [
  ["aws_db_instance", "storage_encrypted"],
  ["aws_rds_cluster", "storage_encrypted"],
  ["aws_docdb_cluster", "storage_encrypted"],
  ["aws_neptune_cluster", "storage_encrypted"],
  ["aws_redshift_cluster", "encrypted"],
  ["aws_efs_file_system", "encrypted"],
  ["aws_ebs_volume", "encrypted"],
  ["aws_instance", "ebs_block_device.encrypted"],
  ["aws_instance", "root_block_device.encrypted"],
  ["aws_launch_template", "block_device_mappings.ebs.encrypted"],
  ["aws_elasticache_replication_group", "at_rest_encryption_enabled"],
  ["aws_opensearch_domain", "encrypt_at_rest.enabled"],
  ["aws_elasticsearch_domain", "encrypt_at_rest.enabled"],
  ["aws_dax_cluster", "server_side_encryption.enabled"],
  ["aws_workspaces_workspace", "root_volume_encryption_enabled"],
];

const oldTls =
  /^(ELBSecurityPolicy-(2016-08|TLS-1-[01]-.*|2015-05|FS-2018-06)|TLSv1|SSLv3|TLSv1_2016|TLSv1\.1_2016|TLS_1_0|Policy-Min-TLS-1-0-2019-07)$/;

export const encryptionRules: readonly Rule[] = [
  ...stored.map(([type, attribute]) => notEncrypted(type, attribute)),
  ...(
    [
      ["aws_sns_topic", "kms_master_key_id"],
      ["aws_sqs_queue", "kms_master_key_id"],
      ["aws_cloudwatch_log_group", "kms_key_id"],
      ["aws_cloudtrail", "kms_key_id"],
      ["aws_secretsmanager_secret", "kms_key_id"],
      ["aws_lambda_function", "kms_key_arn"],
      ["aws_backup_vault", "kms_key_arn"],
      ["aws_ecr_repository", "encryption_configuration.kms_key"],
      ["aws_kinesis_stream", "kms_key_id"],
    ] as const
  ).map(([type, attribute]) =>
    gone("security", {
      id: "own-key-removed",
      types: type,
      attribute,
      why: "What comes from then on is not encrypted with your key: its policy does not guard it, and taking the key away does not lock it.",
      source: "AWS Well-Architected, SEC08 Protect data at rest",
    }),
  ),
  off("security", {
    id: "encryption-off",
    types: "aws_sqs_queue",
    attribute: "sqs_managed_sse_enabled",
    why: "Messages are kept as they are.",
    source: "SQS Developer Guide, Encryption at rest",
  }),
  off("security", {
    id: "encryption-off",
    types: "aws_dynamodb_table",
    attribute: "server_side_encryption.enabled",
    why: "The table is encrypted with a key of AWS, which your policies do not guard.",
    source: "DynamoDB Developer Guide, Encryption at rest",
  }),
  lost("security", is("KMS"), {
    id: "encryption-off",
    types: "aws_kinesis_stream",
    attribute: "encryption_type",
    why: "Records are kept as they are.",
    source: "Kinesis Developer Guide, Server-side encryption",
  }),
  lost("security", is("aws:kms", "aws:kms:dsse"), {
    id: "encryption-weakened",
    types: "aws_s3_bucket_server_side_encryption_configuration",
    attribute: "rule.apply_server_side_encryption_by_default.sse_algorithm",
    why: "New objects are encrypted with a key that your policies do not guard.",
    source: "S3 User Guide, Server-side encryption",
  }),
  off("security", {
    id: "key-rotation-off",
    types: "aws_kms_key",
    attribute: "enable_key_rotation",
    why: "The same key material stays for ever.",
    source: "KMS Developer Guide, Rotating keys",
  }),
  ...(
    [
      ["aws_elasticache_replication_group", "transit_encryption_enabled"],
      ["aws_opensearch_domain", "domain_endpoint_options.enforce_https"],
      ["aws_opensearch_domain", "node_to_node_encryption.enabled"],
      ["aws_elasticsearch_domain", "domain_endpoint_options.enforce_https"],
    ] as const
  ).map(([type, attribute]) =>
    off("security", {
      id: "transit-not-encrypted",
      types: type,
      attribute,
      why: "Whoever is on the way can read and change what is sent.",
      source: "AWS Well-Architected, SEC09 Protect data in transit",
    }),
  ),
  lost("security", is("ENABLED"), {
    id: "transit-not-encrypted",
    types: "aws_ecs_task_definition",
    attribute: "volume.efs_volume_configuration.transit_encryption",
    why: "Whoever is on the way can read and change the files.",
    source: "EFS User Guide, Encryption in transit",
  }),
  rule(
    "security",
    {
      id: "transit-not-encrypted",
      types: ["aws_lb_listener", "aws_alb_listener"],
      attribute: "protocol",
      source: "Elastic Load Balancing User Guide, HTTPS listeners",
    },
    (view) => {
      const [before, after] = [view.valueBefore("protocol"), view.valueAfter("protocol")];
      const encrypted = is("HTTPS", "TLS");
      return before !== undefined && after !== undefined && encrypted(before) && !encrypted(after)
        ? [{ path: ["protocol"], before, after, why: "Whoever is on the way can read and change what is sent." }]
        : [];
    },
  ),
  becomes("security", is("allow-all"), {
    id: "transit-not-encrypted",
    types: "aws_cloudfront_distribution",
    attribute: "default_cache_behavior.viewer_protocol_policy",
    why: "Browsers may come without TLS.",
    source: "CloudFront Developer Guide, Require HTTPS",
  }),
  becomes("security", (value) => typeof value === "string" && oldTls.test(value), {
    id: "old-tls",
    types: ["aws_lb_listener", "aws_alb_listener"],
    attribute: "ssl_policy",
    why: "It speaks TLS 1.0 or 1.1 again, which are broken.",
    source: "Elastic Load Balancing User Guide, Security policies",
  }),
  becomes("security", (value) => typeof value === "string" && oldTls.test(value), {
    id: "old-tls",
    types: "aws_cloudfront_distribution",
    attribute: "viewer_certificate.minimum_protocol_version",
    why: "It speaks TLS 1.0 or 1.1 again, which are broken.",
    source: "CloudFront Developer Guide, Supported protocols and ciphers",
  }),
  becomes("security", (value) => typeof value === "string" && oldTls.test(value), {
    id: "old-tls",
    types: ["aws_api_gateway_domain_name"],
    attribute: "security_policy",
    why: "It speaks TLS 1.0 again, which is broken.",
    source: "API Gateway Developer Guide, Security policy",
  }),
  rule(
    "security",
    {
      id: "transit-not-encrypted",
      types: ["aws_db_parameter_group", "aws_rds_cluster_parameter_group"],
      attribute: "parameter",
      source: "RDS User Guide, Using SSL/TLS",
    },
    (view) => {
      const insists = (entries: readonly Found[]) =>
        entries.flatMap(({ value }) => listOf(value)).some((entry) => isObject(entry) && demandsTls(entry));
      return insists(view.before("parameter")) && !insists(view.after("parameter")) && !view.isUnknown("parameter")
        ? [
            {
              path: ["parameter"],
              before: "TLS demanded",
              after: "TLS not demanded",
              why: "Clients may come without TLS.",
            },
          ]
        : [];
    },
  ),
];

/** It is turned off, or what turned it on is taken away. One finding for both. */
function notEncrypted(type: string, attribute: string): Rule {
  const row = {
    id: "not-encrypted",
    types: type,
    attribute,
    why: atRest,
    source: "AWS Well-Architected, SEC08 Protect data at rest",
  };
  const turnedOff = gained("security", is(false, "false"), row);
  const takenAway = lost("security", is(true, "true"), row);
  return {
    ...turnedOff,
    look: (view) => {
      const found = turnedOff.look(view);
      return found.length > 0 ? found : takenAway.look(view);
    },
  };
}

function listOf(value: Json): readonly Json[] {
  return Array.isArray(value) ? value : [value];
}

function demandsTls({ name, value }: JsonObject): boolean {
  return (name === "require_secure_transport" || name === "rds.force_ssl") && /^(1|ON|true)$/i.test(textOf(value));
}
