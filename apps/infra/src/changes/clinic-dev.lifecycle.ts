import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { awsCli, describeLeftovers, type Leftovers, startLocalAws, terraform, typesInState } from "@mainstay/emulator";
import dev from "../environments/clinic-dev.ts";
import { move } from "../rehearsal/deploy.ts";
import { environmentFor, type LocalRun } from "../rehearsal/local-run.ts";
import { Place } from "../rehearsal/place.ts";
import { planAgain, type Verdict } from "../rehearsal/plans.ts";
import { Screen } from "../rehearsal/screen.ts";
import { deployedStack, synthesizedStacks } from "../rehearsal/stacks.ts";
import { changes } from "./changes.ts";
import { Journey } from "./journey.ts";
import { asDocumented } from "./table.ts";

// WHY: the provider's own waits add up to minutes: 160 s for a database alone.
jest.setTimeout(40 * 60_000);

const { id: environment } = dev;
const screen = new Screen();
let place: Place;
let run: LocalRun;
let stacks: string[];
let verdicts: Verdict[];
let types: string[];
let left: Leftovers;
let journey: Journey;

describe("the life of clinic dev, with cdktf, Terraform and the AWS provider on a local AWS", () => {
  beforeAll(async () => {
    place = new Place(mkdtempSync(join(tmpdir(), "mainstay-life-")));
    place.forget();
    const aws = await startLocalAws({ directory: place.folder, sharedProvider: true });
    run = { aws, env: environmentFor(aws, place), fresh: true };
    await move("deploy", environment, { place, run, screen });
    stacks = synthesizedStacks(place, environment);
    types = stacks.flatMap((stack) => typesInState(place.stateOf(stack)));
    verdicts = await planAgain(place, stacks, run.env);
    const settled = verdicts.filter(({ empty }) => empty).map(({ stack }) => stack);
    journey = new Journey(dev.props, place, run.env, settled);
  });

  afterAll(async () => {
    await run?.aws.stop();
    rmSync(place.folder, { recursive: true, force: true });
  });

  it("deploys every stack", () => {
    expect(stacks.map((stack) => stack.replace(`${environment}-eu-west-1-`, ""))).toEqual([
      "network",
      "data",
      "edge",
      "service",
      "monitoring",
    ]);
    for (const stack of stacks) expect(deployedStack(place, stack).resources).toBeGreaterThan(15);
  });

  it("plans every stack again with no change", () => {
    expect(verdicts).toEqual(stacks.map((stack) => ({ stack, empty: true, text: "" })));
  });

  it("says of every resource type who answered", async () => {
    const { answers } = await run.aws.report(types);
    expect(answers.map(({ type }) => type)).toEqual([...new Set(types)].toSorted());
    const service = answers.find(({ type }) => type === "aws_ecs_service");
    expect(service).toMatchObject({
      by: "moto + overlay",
      completes: expect.arrayContaining(["wait_for_steady_state"]),
    });
    expect(answers.find(({ type }) => type === "aws_subnet")).toMatchObject({ by: "moto", completes: [] });
  });

  it("pain 30: toBeValidTerraform flaky and slow: one copy of the provider for all stacks, and it finds the last one valid", async () => {
    const copies = stacks.map((stack) => {
      const folder = join(place.directoryOf(stack), ".terraform/providers/registry.terraform.io/hashicorp/aws");
      const [version = ""] = readdirSync(folder);
      const [platform = ""] = readdirSync(join(folder, version));
      return realpathSync(join(folder, version, platform));
    });
    expect(new Set(copies).size).toBe(1);
    const { stdout } = await terraform(place.directoryOf(stacks.at(-1) ?? ""), ["validate", "-json"], run.env);
    expect(JSON.parse(stdout)).toMatchObject({ valid: true, warning_count: 0 });
  });

  it("pain 16: password in state: no state has the value of a secret", async () => {
    const values = await secretValues(run);
    expect(values.length).toBeGreaterThanOrEqual(2);
    const states = stacks.map((stack) => readFileSync(place.stateOf(stack), "utf8")).join("\n");
    expect(values.filter((value) => states.includes(value))).toEqual([]);
  });

  it.each(changes(dev.props))("$name: changes what it should, and nothing else", async (change) => {
    const { objections, drift, effect } = await journey.take(change);
    expect({ objections, drift }).toEqual({ objections: [], drift: {} });
    expect(effect).toBe(asDocumented(change.name, "dev", effect));
  });

  it("pain 7: destroy hangs on ASG + capacity provider: destroys everything, in its order, and leaves nothing", async () => {
    await move("destroy", environment, { place, run, screen });
    left = await run.aws.leftovers();
    expect(describeLeftovers({ ...left, retained: [] })).toBe("");
    for (const stack of stacks) expect(deployedStack(place, stack).resources).toBe(0);
  });
});

/** Every secret of the local AWS, in plain text. */
async function secretValues({ aws }: LocalRun): Promise<string[]> {
  const ask = async (...words: string[]) => await awsCli(aws, ["secretsmanager", ...words], "eu-west-1");
  const { SecretList } = (await ask("list-secrets")) as { readonly SecretList: readonly { readonly ARN: string }[] };
  return await Promise.all(
    SecretList.map(async ({ ARN }) => {
      const value = (await ask("get-secret-value", "--secret-id", ARN)) as { readonly SecretString: string };
      const { SecretString } = value;
      const parsed = SecretString.startsWith("{") ? JSON.parse(SecretString).password : SecretString;
      return String(parsed);
    }),
  );
}
