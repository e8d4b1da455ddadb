import { notices, protections, stateful } from "../aws/consequences.ts";
import { whatIsLeft } from "../aws/what-is-left.ts";
import { textsIn } from "../read/json.ts";
import type { Deployed, State } from "../read/state.ts";
import type { Block, Synthesis } from "../read/synthesis.ts";
import { instanceAddress, type Orphan } from "./deployment.ts";
import { findingOf, type PreflightFinding } from "./finding.ts";
import { lastCopyFindings } from "./last-copy.ts";

/** What to say of all that would be deleted. */
export function deletionFindings(
  orphans: readonly Orphan[],
  states: readonly State[],
  created: readonly Block[],
  writtenAs: (deployed: Deployed) => Block | undefined,
): PreflightFinding[] {
  const gone = new Set(orphans.map(({ deployed }) => deployed));
  return orphans.flatMap((orphan) => {
    const { deployed, meant } = orphan;
    const place = { stack: deployed.stack, address: instanceAddress(deployed) };
    const protection = protections[deployed.type];
    const isProtected = protection !== undefined && deployed.values[protection.attribute] === protection.on;
    if (isProtected)
      return [findingOf("refuse", place, inTwoSteps(deployed, protection.attribute), { before: deployed.values.id })];
    const holds = stateful[deployed.type];
    if (holds === undefined) {
      const notice = notices[deployed.type]?.deleted;
      const why = `It is deleted: ${notice}.`;
      return notice === undefined
        ? []
        : [findingOf("warn", place, { why, fix: "Put it back unless that is meant." }, { before: deployed.values.id })];
    }
    const copies = lastCopyFindings(deployed, states, writtenAs);
    if (copies.length > 0) return copies;
    const severity = meant || isIdleKey(deployed, gone, states) ? "warn" : "refuse";
    const why = `The ${holds.what} would be deleted, and with it is lost ${holds.loses}.${whatIsLeft(deployed)}`;
    return [findingOf(severity, place, { why, fix: fixOf(deployed, meant, created) }, { before: deployed.values.id })];
  });
}

function inTwoSteps({ type }: Deployed, attribute: string): Pick<PreflightFinding, "why" | "fix"> {
  const holds = stateful[type];
  const loses = holds === undefined ? "" : ` With it would be lost ${holds.loses}.`;
  return {
    why: `It would be deleted, but ${attribute} is on: AWS refuses that in the middle of the apply.${loses}`,
    fix: "In two steps: put it back with its protection off and deploy; then remove it and deploy again.",
  };
}

function fixOf({ type, stack, address }: Deployed, meant: boolean, created: readonly Block[]): string {
  if (meant) return "Take a copy of what is in it first, if anybody may ask for it.";
  const [twin, ...others] = created.filter((block) => block.type === type && block.stack === stack);
  const to = twin !== undefined && others.length === 0 ? twin.address : `${type}.<its address now>`;
  const elsewhere = created.find((block) => block.type === type && block.stack !== stack);
  return [
    "Put it back.",
    ...(elsewhere === undefined || twin !== undefined
      ? [`If it has another address now, say so: moved(stack, { from: "${address}", to: "${to}" }).`]
      : [`If ${elsewhere.stack} has it now, say so: released(stack, "${address}") here, adopted(stack, ...) there.`]),
    "To delete it on purpose, add a removed block with destroy = true, or accept this finding.",
  ].join(" ");
}

/**
 * A key whose every known use goes with it, and none of which keeps data: that of a log group, for example.
 *
 * Backups are not in any state, so a key of something that is backed up is never idle.
 */
function isIdleKey(key: Deployed, gone: ReadonlySet<Deployed>, states: readonly State[]): boolean {
  if (key.type !== "aws_kms_key") return false;
  const names = [key.values.arn, key.values.key_id].filter((name) => typeof name === "string");
  if (names.length === 0) return false;
  const users = states
    .flatMap(({ resources }) => resources)
    .filter(({ mode, type }) => mode === "managed" && !/^aws_(kms_|iam_)/.test(type))
    .filter(({ type, values }) =>
      [...textsIn(values)].some(([path, text]) => names.includes(text) && !isCopy(type, path)),
    );
  return users.every((user) => gone.has(user) && stateful[user.type] === undefined);
}

/** A secret that goes on elsewhere: its copy in the key's region loses nothing. */
function isCopy(type: string, path: string): boolean {
  return type === "aws_secretsmanager_secret" && path === "replica.kms_key_id";
}

/** States of stacks that are not synthesised any more: nobody deletes what they hold, and nobody looks after it. */
export function abandonedStates(stacks: readonly Synthesis[], states: readonly State[]): PreflightFinding[] {
  const synthesised = new Set(stacks.map(({ stack }) => stack));
  return states
    .filter(({ stack }) => !synthesised.has(stack))
    .flatMap(({ stack, resources }) => {
      const count = resources.filter(({ mode }) => mode === "managed").length;
      if (count === 0) return [];
      const things = count === 1 ? "1 resource" : `${count} resources`;
      const why = `The stack is gone from the code, but ${things} of it stay deployed and are paid for.`;
      const fix = "Destroy the stack from the last commit that had it, or put it back.";
      return [findingOf("warn", { stack, address: stack }, { why, fix })];
    });
}

/** States in a form that nobody can read: their silence would say that nothing is deployed. */
export function unreadableStates(states: readonly State[]): PreflightFinding[] {
  return states
    .filter(({ format }) => format === "unknown")
    .map(({ stack }) =>
      findingOf(
        "refuse",
        { stack, address: stack },
        {
          why: "Its state is neither a state file of version 4 nor what terraform show -json prints, so nothing can be compared.",
          fix: "Run terraform init in the stack's directory, then terraform show -json.",
        },
      ),
    );
}
