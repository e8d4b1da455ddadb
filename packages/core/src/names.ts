import { createHash } from "node:crypto";
import { TerraformStack } from "cdktf";
import type { Construct, IConstruct } from "constructs";
import { namingPath } from "./moved.ts";
import { check } from "./problem.ts";
import { EnvironmentStack } from "./stack.ts";
import type { Region } from "./zone.ts";

interface Rule {
  /** The longest name that AWS accepts, in characters. */
  readonly max: number;
  /** Names of this kind are shared by all regions of an account, so that they carry their region. */
  readonly global?: boolean;
}

/** Limits of the AWS APIs; a `...Prefix` leaves room for the suffix that the provider adds. */
export const nameRules = {
  alarm: { max: 255 },
  autoScalingGroup: { max: 255 },
  backupPlan: { max: 50 },
  backupVault: { max: 50 },
  bucketPrefix: { max: 37 },
  capacityProvider: { max: 252 },
  cluster: { max: 255 },
  dashboard: { max: 255, global: true },
  databaseIdentifier: { max: 63 },
  eventRule: { max: 64 },
  iamPolicy: { max: 128, global: true },
  iamRole: { max: 64, global: true },
  kmsAlias: { max: 250 },
  lambdaFunction: { max: 64 },
  launchTemplate: { max: 128 },
  loadBalancer: { max: 32 },
  logGroup: { max: 512 },
  parameterGroup: { max: 255 },
  repository: { max: 256 },
  secret: { max: 512 },
  securityGroup: { max: 255 },
  service: { max: 255 },
  stateMachine: { max: 80 },
  subnetGroup: { max: 255 },
  tag: { max: 256 },
  targetGroup: { max: 32 },
  taskFamily: { max: 255 },
  topic: { max: 256 },
} as const satisfies Record<string, Rule>;
export type NameKind = keyof typeof nameRules;

const hashLength = 6;

/**
 * `parts` joined by dashes, in lower case, as a name that AWS accepts for `kind`.
 *
 * A name that is too long is cut and ends in a hash of the whole, so that two long names stay different.
 */
export function fitName(kind: NameKind, parts: readonly string[]): string {
  const whole = parts
    .join("-")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");
  const { max } = nameRules[kind];
  if (whole.length <= max) return whole;
  const hash = createHash("sha256").update(whole).digest("hex").slice(0, hashLength);
  return `${whole.slice(0, max - hashLength - 1).replace(/-$/, "")}-${hash}`;
}

/**
 * The AWS name of `construct`: its environment, then its path below the stack.
 *
 * A name depends on nothing but the path, which is API: it never changes by itself, and {@link renamed} keeps it.
 */
export function nameOf(construct: Construct, kind: NameKind, ...more: string[]): string {
  const stack = TerraformStack.of(construct);
  const name = fitName(kind, [...prefix(stack, kind), ...namingPath(construct), ...more]);
  if (stack instanceof EnvironmentStack && kind !== "tag") claim(construct, stack.region, kind, name);
  return name;
}

/** Who has which name, by app. */
const owners = new WeakMap<IConstruct, Map<string, Construct>>();

/**
 * Two stacks of a region share its names, though Terraform sees one stack at a time.
 *
 * WHY it must be found here: AWS answers a second creation of some things, such as topics, with the first. Both stacks then own it, and each
 * changes back what the other did.
 */
function claim(construct: Construct, region: Region, kind: NameKind, name: string): void {
  const { root } = construct.node;
  const taken = owners.get(root) ?? new Map<string, Construct>();
  owners.set(root, taken);
  const key = `${region} ${kind} ${name}`;
  const owner = taken.get(key) ?? construct;
  taken.set(key, owner);
  if (owner === construct) return;
  check(construct, [
    {
      property: `name of ${kind}`,
      got: name,
      allowed: `a name that nothing else in ${region} has`,
      fix: `Give it another id: ${owner.node.path} has this name already.`,
    },
  ]);
}

function prefix(stack: TerraformStack, kind: NameKind): string[] {
  if (!(stack instanceof EnvironmentStack)) return [stack.node.id];
  const rule: Rule = nameRules[kind];
  return rule.global ? [stack.environment, stack.region] : [stack.environment];
}
