import { blocksAt, objectAt, textAt } from "../read/json.ts";
import type { Deployed, State } from "../read/state.ts";
import type { Block } from "../read/synthesis.ts";
import { findingOf, type PreflightFinding } from "./finding.ts";

/**
 * A key that would be deleted while the copy of a secret that it encrypts stays: the provider takes a copy down only as long as another one
 * is written (terraform-provider-aws#23316). Nobody could read that copy any more, and it is in the way of the next one.
 *
 * @param writtenAs the block of something deployed; undefined where it has none.
 */
export function lastCopyFindings(
  key: Deployed,
  states: readonly State[],
  writtenAs: (deployed: Deployed) => Block | undefined,
): PreflightFinding[] {
  const arn = textAt(key.values, "arn");
  if (key.type !== "aws_kms_key" || arn === undefined) return [];
  return states
    .flatMap(({ resources }) => resources)
    .filter(({ mode, type }) => mode === "managed" && type === "aws_secretsmanager_secret")
    .flatMap((secret) => {
      const copy = blocksAt(secret.values, "replica").find((replica) => textAt(replica, "kms_key_id") === arn);
      const block = writtenAs(secret);
      if (copy === undefined || block === undefined || hasCopies(block)) return [];
      const region = textAt(copy, "region") ?? "";
      const why = `The copy of ${secret.address} in ${region} would stay without its key: the provider does not take down the last copy of a secret (terraform-provider-aws#23316).`;
      return [findingOf("refuse", key, { why, fix: fixOf(secret, region) }, { before: key.values.id })];
    });
}

function hasCopies({ attributes }: Block): boolean {
  return blocksAt(attributes, "replica").length > 0 || "replica" in objectAt(attributes, "dynamic");
}

function fixOf({ stack, values }: Deployed, region: string): string {
  const arn = textAt(values, "arn") ?? textAt(values, "name") ?? "";
  const own = /^arn:[^:]*:secretsmanager:([^:]+):/.exec(arn)?.[1];
  return [
    `aws secretsmanager remove-regions-from-replication --secret-id ${arn}${own === undefined ? "" : ` --region ${own}`}`,
    `--remove-replica-regions ${region}; then terraform apply -refresh-only in the directory of ${stack}, and deploy.`,
  ].join(" ");
}
