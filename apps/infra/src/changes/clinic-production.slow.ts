import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import {
  describeLeftovers,
  type LocalAws,
  pythonPath,
  startLocalAws,
  terraform,
  terraformEnv,
} from "@mainstay/emulator";
import production from "../environments/clinic-production.ts";
import { checkov } from "../policy/checkov.ts";
import { compare, readSuppressions } from "../policy/suppressions.ts";
import { Place, root } from "../rehearsal/place.ts";
import { synthesizedStacks } from "../rehearsal/stacks.ts";
import { type Change, changes, secondRegion, unprotected } from "./changes.ts";
import { Journey } from "./journey.ts";
import { documented, record } from "./table.ts";

// WHY: the provider's own waits add up to minutes: 160 s for a database alone.
jest.setTimeout(40 * 60_000);

const { standby, ...oneRegion } = production.props;
const growth: Change = { ...secondRegion, props: (props) => ({ ...props, ...(standby && { standby }) }) };
const place = new Place(mkdtempSync(join(tmpdir(), "mainstay-production-")));
const journey = new Journey(oneRegion, () => ({ place, variables: { ...terraformEnv(root), ...aws.env } }));
let aws: LocalAws;

describe("the life of clinic production in two regions, with Terraform and the AWS provider on a local AWS", () => {
  beforeAll(async () => {
    aws = await startLocalAws({ directory: place.folder });
    await onBucket("mb");
    await journey.take({ name: "first", props: (props) => props, updates: [] });
  });

  afterAll(async () => {
    await aws?.stop();
    rmSync(place.folder, { recursive: true, force: true });
  });

  it.each([growth, ...changes(production.props)])("$name: changes what it should, and nothing else", take);

  it("passes Checkov, but for what a module's README explains", async () => {
    const plans = await plansOf(synthesizedStacks(place, production.id));
    const { passed, findings } = await checkov(root, plans);
    const { unexplained, stale } = compare(findings, readSuppressions(root), typesIn(Object.values(plans)));
    console.log(
      `Checkov: ${passed} passed, ${findings.length} failed and explained, ${unexplained.length} not explained`,
    );
    expect(unexplained.map(({ check, address, title }) => `${check} ${address}: ${title}`)).toEqual([]);
    expect(stale.map(({ file, check, type }) => `${file}: ${check} ${type} does not happen`)).toEqual([]);
  });

  it.each([unprotected])("$name: changes what it should, and nothing else", take);

  it("is destroyed, and leaves nothing", async () => {
    await journey.end();
    await onBucket("rb", "--force");
    const { leftovers } = await aws.leftovers();
    expect(describeLeftovers({ leftovers, retained: [] })).toBe("");
  });
});

async function take(change: Change): Promise<void> {
  const { objections, drift, effect } = await journey.take(change);
  expect({ objections, drift }).toEqual({ objections: [], drift: {} });
  if (process.env.UPDATE_README === "1") record(change.name, "production", effect);
  // An empty cell is not known yet: UPDATE_README=1 fills it.
  expect(documented(change.name, "production") || effect).toBe(effect);
}

/** Makes or removes the bucket that the environment's state is kept in, which outlives everything else. */
async function onBucket(...[command = "", ...flags]: readonly string[]): Promise<void> {
  const { state } = production.props;
  if (state.kind !== "s3") return;
  const cli = join(dirname(pythonPath()), "aws");
  const region = ["--region", state.region ?? production.props.region];
  await promisify(execFile)(cli, ["s3", command, `s3://${state.bucket}`, ...flags, ...region], {
    env: { ...process.env, ...aws.env },
  });
}

/** Types of all resources that plans speak of. */
function typesIn(files: readonly string[]): Set<string> {
  const plans = files.map((file): PlanJson => JSON.parse(readFileSync(file, "utf8")));
  return new Set(plans.flatMap(({ resource_changes: changed = [] }) => changed.map(({ type }) => type)));
}

/** The part of `terraform show -json` of a plan that is read here. */
interface PlanJson {
  readonly resource_changes?: readonly { readonly type: string }[];
}

/** A plan of each stack as it is deployed, for who reads plans: nothing is unknown in it. */
async function plansOf(stacks: readonly string[]): Promise<Record<string, string>> {
  const variables = { ...terraformEnv(root), ...aws.env, ...journey.variables };
  const files = stacks.map(async (stack) => {
    const directory = place.directoryOf(stack);
    await terraform(directory, ["plan", "-out=policy.tfplan", "-input=false", "-lock=false"], variables);
    const { stdout } = await terraform(directory, ["show", "-json", "policy.tfplan"], variables);
    const file = join(directory, "policy.json");
    writeFileSync(file, stdout);
    return [stack, file] as const;
  });
  return Object.fromEntries(await Promise.all(files));
}
