import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { describeLeftovers, type LocalAws, startLocalAws, terraformEnv } from "@mainstay/emulator";
import dev from "../environments/clinic-dev.ts";
import { Place, root } from "../rehearsal/place.ts";
import { changes } from "./changes.ts";
import { Journey } from "./journey.ts";
import { documented, record } from "./table.ts";

jest.setTimeout(40 * 60_000);

const place = new Place(mkdtempSync(join(tmpdir(), "mainstay-dev-")));
const journey = new Journey(dev.props, () => ({ place, variables: { ...terraformEnv(root), ...aws.env } }));
let aws: LocalAws;

describe("changes of clinic dev, with Terraform and the AWS provider on a local AWS", () => {
  beforeAll(async () => {
    place.forget();
    aws = await startLocalAws({ directory: place.folder });
    await journey.take({ name: "first", props: (props) => props, updates: [] });
  });

  afterAll(async () => {
    await aws?.stop();
    rmSync(place.folder, { recursive: true, force: true });
  });

  it.each(changes(dev.props))("$name: changes what it should, and nothing else", async (change) => {
    const { objections, drift, effect } = await journey.take(change);
    expect({ objections, drift }).toEqual({ objections: [], drift: {} });
    if (process.env.UPDATE_README === "1") record(change.name, "dev", effect);
    // An empty cell is not known yet: UPDATE_README=1 fills it.
    expect(documented(change.name, "dev") || effect).toBe(effect);
  });

  it("is destroyed, and leaves nothing", async () => {
    await journey.end();
    const { leftovers } = await aws.leftovers();
    expect(describeLeftovers({ leftovers, retained: [] })).toBe("");
  });
});
