import type { FoundLock } from "./locks.ts";
import type { Recovered } from "./recover.ts";
import type { Left } from "./removal.ts";

const width = 80;

/** What was found of one stack and done about it, for people. */
export function report(found: Recovered): string {
  const lines = [
    ...(found.lock === undefined ? [] : lockLines(found.lock)),
    ...(found.saved ? ["The state that Terraform could not save is saved now."] : []),
    ...list("Kept, though unfinished; the next deployment completes it:", found.kept),
    ...list("Unfinished; the next deployment makes it anew (it holds no data):", found.replaced),
    ...list(
      "Adopted: it was there, and Terraform knows it now:",
      found.adopted.map(({ address, id }) => [address, id]),
    ),
    ...list(
      "In the way of the next deployment:",
      found.refused.map(({ address, id, why }) => [address, id, why]),
    ),
    ...leftLines(found),
    ...list(
      "With this stack's tags, unknown to Terraform and to this command:",
      found.strangers.map(({ arn }) => arn),
    ),
    ...conclusion(found),
  ];
  return [found.stack, ...lines.flatMap((line) => wrap(line, "  "))].join("\n");
}

/** What to type next; the last lines of all. */
export function next(all: readonly Recovered[], patterns: readonly string[]): string {
  const typed = patterns.map((pattern) => `'${pattern}'`).join(" ");
  switch (exitCode(all)) {
    case 0:
      return `Next (or destroy, if that was interrupted):\n  npm run deploy -- ${typed}`;
    case 4:
      return `Decide on what is listed above, then:\n  npm run recover -- ${typed}\n  npm run deploy -- ${typed}`;
    default:
      return `Then again:\n  npm run recover -- ${typed}`;
  }
}

export function exitCode(all: readonly Recovered[]): 0 | 1 | 3 | 4 {
  const is = (state: Recovered["state"]) => all.some((found) => found.state === state);
  if (is("failed")) return 1;
  if (is("locked")) return 3;
  return is("undecided") ? 4 : 0;
}

function lockLines({ info, verdict, broken }: FoundLock): string[] {
  const since = info.created.toISOString().slice(0, 16).replace("T", " ");
  const operation = info.operation.replace("OperationType", "").toLowerCase();
  const found = `Locked by ${info.who} since ${since} UTC (${operation}).`;
  switch (verdict.is) {
    case "abandoned":
      return [`${found} That process is gone: unlocked.`];
    case "held":
      if (verdict.pid === undefined) return [`${found} A process on this machine works on it: nothing was done.`];
      return [
        `${found} Process ${verdict.pid} on this machine works on it: nothing was done.`,
        `Wait for it. To stop it in order: kill -INT ${verdict.pid}`,
      ];
    default:
      if (broken) return [`${found} Unlocked, as you asked.`];
      return [
        `${found} This machine cannot see whether it still works there: nothing was done.`,
        "Look there, or in the pipeline's run. When it is gone, add --break-lock.",
      ];
  }
}

function leftLines({ stack, left }: Recovered): string[] {
  const deleted = left.filter((one) => one.deleted);
  const open = left.filter((one) => !one.deleted);
  return [
    ...list(
      "Deleted:",
      deleted.map(({ stray }) => stray.arn.text),
    ),
    ...list(
      "AWS has it, Terraform does not know it, and no address is free for it:",
      open.map((one) => leftOver(one, stack)),
    ),
  ];
}

function leftOver({ stray, fits, used }: Left, stack: string): readonly string[] {
  const { arn, kind, id, tags } = stray;
  const words = [
    `costs: ${kind.cost}`,
    ...(kind.holdsData ? ["may hold data"] : []),
    ...(used ? ["in use by something that Terraform manages"] : []),
  ];
  const region = arn.region === "" ? "" : ` --region ${arn.region}`;
  const commands =
    fits.length > 0
      ? fits.map((address) => `to keep: terraform -chdir=cdktf.out/stacks/${stack} import '${address}' ${id}`)
      : kind.remove(id, arn).map((command) => `to delete: aws ${command}${region}`);
  return [`${arn.text}${tags.Name === undefined ? "" : ` (${tags.Name})`}`, words.join(", "), ...commands];
}

function conclusion({ state, message, toCreate, left, refused, strangers }: Recovered): string[] {
  const said = message === undefined ? [] : message.split("\n");
  switch (state) {
    case "ready":
      return [...said, toCreate === 0 ? "In order." : `In order; the next deployment creates ${toCreate}.`];
    case "waiting":
      return [...said, "Nothing of it is there yet."];
    case "undecided":
      return [
        ...said,
        `To decide: ${left.filter(({ deleted }) => !deleted).length + refused.length + strangers.length}.`,
      ];
    case "locked":
      return said;
    default:
      return ["Failed.", ...said];
  }
}

/** A heading, and under it an indented entry each; what follows an entry's first line is indented more. */
function list(heading: string, entries: readonly (string | readonly string[])[]): string[] {
  if (entries.length === 0) return [];
  return [
    heading,
    ...entries.flatMap((entry) => [entry].flat().map((line, index) => `${index === 0 ? "  " : "    "}${line}`)),
  ];
}

/** Lines of at most 80 columns, broken between words; a word that is longer stays whole, so that it can be copied. */
export function wrap(line: string, indent: string): string[] {
  const own = `${indent}${/^ */.exec(line)?.[0] ?? ""}`;
  const lines: string[] = [];
  let current = own;
  for (const word of line.trim().split(" ")) {
    const longer = current === own ? own + word : `${current} ${word}`;
    if (longer.length > width && current !== own) {
      lines.push(current);
      current = `${own}  ${word}`;
    } else current = longer;
  }
  return [...lines, current];
}
