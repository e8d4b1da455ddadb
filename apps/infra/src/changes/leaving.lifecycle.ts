import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { succeeded, terraform } from "@mainstay/emulator";
import production from "../environments/clinic-production.ts";
import { synthesizedStacks } from "../rehearsal/stacks.ts";
import { inputs } from "./changes.ts";
import { Subject } from "./subject.ts";

jest.setTimeout(40 * 60_000);

let subject: Subject;
let stacks: readonly string[];

describe("one-off", () => {
  beforeAll(async () => {
    subject = await Subject.deploy({ ...production.props, production: false, protect: false });
    stacks = synthesizedStacks(subject.place, production.id);
  });
  afterAll(async () => await subject?.stop());

  it("leaves the second region", async () => {
    process.stderr.write(`${Date()} destroying\n`);
    await destroy(...stacks.filter((stack) => /-us-east-1-latch$/.test(stack)));
    await destroy(...stacks.filter((stack) => /-eu-central-1-/.test(stack)).toReversed());
    process.stderr.write(`${Date()} destroyed\n`);
    const leave = {
      name: "a region is left",
      props: (props: typeof production.props) => ({
        ...withoutStandby(props),
        formerRegions: ["eu-central-1"] as const,
      }),
      updates: ["*"],
      deletes: ["*"],
    };
    const { objections, drift, effect } = await subject.journey.take(leave);
    process.stderr.write(`LEFT ${JSON.stringify({ objections, drift, effect })}\n`);
    expect(drift).toEqual({});
    await destroy(...stacks.filter((stack) => /-failover$/.test(stack)));
    const forget = {
      name: "former region forgotten",
      props: ({ formerRegions: _gone, ...props }: typeof production.props) => props,
      updates: [],
    };
    const last = await subject.journey.take(forget);
    process.stderr.write(`LAST ${JSON.stringify(last)}\n`);
    expect(last.effect).toMatch(/nothing|no change/i);
  });

  it("is destroyed, and leaves nothing", async () => {
    expect(await subject.destroy()).toBe("");
  });
});

function withoutStandby({ standby: _left, ...props }: typeof production.props): typeof production.props {
  return props;
}

async function destroy(...names: readonly string[]): Promise<void> {
  for (const stack of names) {
    const directory = subject.place.directoryOf(stack);
    const args = ["destroy", "-auto-approve", "-input=false", "-no-color"];
    succeeded(await terraform(directory, args, { ...subject.variables, ...inputs }), stack);
  }
}
