import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { terraform } from "@mainstay/emulator";
import { checkov, describeVerdict, judge, readSuppressions } from "@mainstay/policy";
import production from "../environments/clinic-production.ts";
import { root } from "../rehearsal/place.ts";
import { synthesizedStacks } from "../rehearsal/stacks.ts";
import { ofSize } from "./changes.ts";
import { lastPlan } from "./deployment.ts";
import { Subject } from "./subject.ts";
import { asDocumented } from "./table.ts";

// WHY: the provider's own waits add up to minutes: 160 s for a database alone.
jest.setTimeout(40 * 60_000);

let subject: Subject;

describe("clinic production in two regions, with Terraform and the AWS provider on a local AWS", () => {
  beforeAll(async () => {
    subject = await Subject.deploy(production.props);
  });
  afterAll(async () => await subject?.stop());

  it.each(ofSize(production.props))("$name: changes what it should, and nothing else", async (change) => {
    const { objections, drift, effect } = await subject.journey.take(change);
    expect({ objections, drift }).toEqual({ objections: [], drift: {} });
    expect(effect).toBe(asDocumented(change.name, "production", effect));
  });

  it("passes Checkov, but for what a module's README explains", async () => {
    const plans = await plansOf(synthesizedStacks(subject.place, production.id));
    const extent = { environment: production.id, complete: true };
    const verdict = judge(await checkov(root, plans), readSuppressions(root), extent);
    const [figures = "", ...more] = describeVerdict(verdict);
    process.stderr.write(`${figures}\n`);
    expect(more).toEqual([]);
  });
});

/** A plan of each stack as it is deployed, for who reads plans: nothing is unknown in it. The last change left one of every stack. */
async function plansOf(stacks: readonly string[]): Promise<Record<string, string>> {
  const files = stacks.map(async (stack) => {
    const directory = subject.place.directoryOf(stack);
    if (!existsSync(join(directory, lastPlan))) throw new Error(`${stack} was not changed at last: it has no plan.`);
    const { stdout } = await terraform(directory, ["show", "-json", lastPlan], subject.variables);
    const file = join(directory, "policy.json");
    writeFileSync(file, stdout);
    return [stack, file] as const;
  });
  return Object.fromEntries(await Promise.all(files));
}
