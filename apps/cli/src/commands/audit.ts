import { type AuditFinding, audit, auditKinds, describeAudit, plainJson } from "@mainstay/reliability";
import { Command, InvalidArgumentError, Option } from "commander";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { readInstanceTypes } from "../input/instance-types.ts";
import { readStacks } from "../input/stacks.ts";
import { progress, type Terminal } from "../terminal.ts";

interface Words {
  readonly failOn?: AuditFinding["kind"] | "any";
  readonly tag: readonly string[];
  readonly accept: Readonly<Record<string, string>>;
  readonly instanceTypes?: string;
  readonly all?: true;
  readonly json?: true;
}

const help = `
Examples:
  $ cdktf synth && mainstay audit
  $ mainstay audit cdktf.out/stacks/clinic-dev-*
  $ mainstay audit --fail-on any --tag Owner --tag CostCenter
  $ mainstay audit --accept aws_eip.spare="announced to a partner"
  $ aws ec2 describe-instance-types > types.json
  $ mainstay audit --instance-types types.json

What is found:
  unused     paid for, and nothing here uses it: an address, an endpoint, a log
             group, a role; by type, and only where every user would be seen
  oversized  larger than anything here can need: storage that may grow without
             end, records kept for ever; instances, with --instance-types
  untagged   the bill cannot be split: without the tags that everything should
             have, also what AWS makes without them

Give all stacks of an environment at once: what one makes another may use. The
stacks of one environment alone say more than those of several together.

Ends with 0; 1 with --fail-on, when there is such a finding; 2 for a wrong
command line; 3 for a file that is no Terraform in JSON.`;

export function auditCommand(terminal: Terminal, end: (code: ExitCode) => void): Command {
  return new Command("audit")
    .summary("say what is unused, oversized or without tags in code")
    .description(
      "Says what is paid for without need, and what the bill cannot be split by, in synthesised Terraform. It reads code only: no plan, no state, no AWS.",
    )
    .argument("[paths...]", "a cdktf.out folder, folders of stacks, or files", ["cdktf.out"])
    .addOption(
      new Option("--fail-on <finding>", "end with 1 for a finding of this kind").choices(["any", ...auditKinds]),
    )
    .addOption(
      new Option("--tag <name>", "a tag that everything must carry; can be given several times")
        .argParser((word: string, before: readonly string[]) => [...before, word])
        .default([], "Owner, CostCenter, Environment"),
    )
    .addOption(
      new Option("--accept <address=reason>", "leave out what is meant; can be given several times")
        .argParser((word: string, before: Words["accept"]) => ({ ...before, ...acceptedOf(word) }))
        .default({}, "none"),
    )
    .option("--instance-types <file>", "what aws ec2 describe-instance-types prints")
    .option("-a, --all", "each resource without tags, also where nothing is wrong")
    .option("--json", "answer in JSON")
    .addHelpText("after", help)
    .action(async (paths: readonly string[], words: Words) => {
      const { tag, accept, instanceTypes, all = false, json = false, failOn } = words;
      const instanceSizes = instanceTypes === undefined ? {} : await readInstanceTypes(instanceTypes, terminal);
      const stacks = await readStacks(paths, terminal);
      const result = audit(stacks, { accepted: accept, instanceSizes, ...(tag.length > 0 && { tags: tag }) });
      const width = Math.min(terminal.columns ?? 80, 100);
      terminal.out(`${json ? plainJson(result) : describeAudit(result, stacks, { width, all })}\n`);
      if (instanceTypes === undefined && !json)
        progress(terminal, "Not asked: whether instances are larger than their tasks need. --instance-types tells.");
      const fails = result.findings.some(({ kind }) => failOn === "any" || kind === failOn);
      end(fails ? exitCodes.no : exitCodes.ok);
    });
}

function acceptedOf(word: string): Record<string, string> {
  const [, address, reason] = /^([^=]+)=(.*\S.*)$/s.exec(word) ?? [];
  if (address === undefined || reason === undefined)
    throw new InvalidArgumentError('Write an address and why: aws_eip.spare="announced to a partner".');
  return { [address]: reason };
}
