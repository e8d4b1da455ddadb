import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import production from "../environments/clinic-production.ts";
import { ofContent, secondRegion, unprotected } from "./changes.ts";
import { Subject } from "./subject.ts";
import { asDocumented } from "./table.ts";

// WHY: the provider's own waits add up to minutes: 160 s for a database alone.
jest.setTimeout(40 * 60_000);

const { standby, ...oneRegion } = production.props;
if (standby === undefined) throw new Error(`${production.id} has no second region.`);
let subject: Subject;

describe("clinic production that began in one region, with Terraform and the AWS provider on a local AWS", () => {
  beforeAll(async () => {
    subject = await Subject.deploy(oneRegion);
  });
  afterAll(async () => await subject?.stop());

  it.each([secondRegion(standby), ...ofContent])("$name: changes what it should, and nothing else", async (change) => {
    const { objections, drift, effect } = await subject.journey.take(change);
    expect({ objections, drift }).toEqual({ objections: [], drift: {} });
    expect(effect).toBe(asDocumented(change.name, "production", effect));
  });

  it("is no longer protected when that is turned off: changes what it should, and nothing else", async () => {
    const { objections, effect } = await subject.journey.take(unprotected, { again: false });
    expect(objections).toEqual([]);
    expect(effect).toBe(asDocumented(unprotected.name, "production", effect));
  });

  it("is destroyed, and leaves nothing", async () => {
    expect(await subject.destroy()).toBe("");
  });
});
