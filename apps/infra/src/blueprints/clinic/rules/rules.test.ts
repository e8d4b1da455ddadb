import { describe, expect, it } from "@jest/globals";
import { type Environment, report } from "@mainstay/core";
import { maxConnections } from "@mainstay/rds";
import fc from "fast-check";
import { autoscaled, type ClinicProps, clinic, fixed, gib, localState, mib } from "../index.ts";
import { exampleProps } from "../testing.ts";

describe("an environment of the clinic", () => {
  it("is accepted as the example writes it", () => {
    expect(problemsOf({})).toEqual([]);
  });

  it("says all mistakes at once, each with the fix", () => {
    const mistakes = {
      zones: ["eu-west-1a", "eu-west-2b"],
      instances: { type: "t4g.medium", min: 5, max: 4 },
      databse: {},
      database: { class: "db.t4g.huge", storage: gib(20) },
    } as unknown as Partial<ClinicProps>;
    expect(problemsOf(mistakes)).toEqual([
      expect.stringMatching(/^database\.class is "db\.t4g\.huge"; allowed: a class like db\.t4g\.medium\./),
      expect.stringMatching(/^databse is \{\}; allowed: name, .*\. Did you mean database\?$/),
      'zones is "eu-west-2b"; allowed: zones of eu-west-1. Correct the zone, or the region.',
      "instances.min is 5; allowed: at most instances.max, 4. Lower min or raise max.",
    ]);
  });

  it("refuses a domain outside of its zone, and a zone named twice", () => {
    const { zone } = exampleProps.domain;
    expect(problemsOf({ domain: { name: "clinic.example.org", zone }, zones: ["eu-west-1a", "eu-west-1a"] })).toEqual([
      expect.stringContaining('zones is "eu-west-1a"; allowed: each zone once'),
      expect.stringContaining('domain.name is "clinic.example.org"; allowed: a name in domain.zone, example.com'),
    ]);
  });

  it("refuses more connections than the database takes, and only then", () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 400 }), (max) => {
        const api = { ...exampleProps.api, capacity: autoscaled({ min: 2, max }) };
        const refused = problemsOf({ api }).some((line) => line.startsWith("api.capacity"));
        expect(refused).toBe(max * 10 > (maxConnections("db.t4g.medium") ?? 0));
      }),
    );
  });

  it("pain 3: NAT cost surprise: production refuses a shared NAT, and every other choice that gives up safety", () => {
    const cheap: Partial<ClinicProps> = {
      network: { cidr: "10.0.0.0/16", nat: "single" },
      database: { class: "db.t4g.medium", storage: gib(20), backupDays: 1, availability: "single-az" },
      protect: false,
      state: localState,
    };
    expect(problemsOf(cheap)).toEqual([]);
    expect(problemsOf({ ...cheap, production: true }).map((line) => line.split(" is ")[0])).toEqual([
      "network.nat",
      "database.availability",
      "database.backupDays",
      "backup",
      "notify",
      "protect",
      "state",
    ]);
  });

  it("takes a cluster of always the same number of instances", () => {
    expect(problemsOf({ instances: { type: "t4g.medium", min: 3, max: 3 } })).toEqual([]);
  });

  it("leaves ranges that a module knows to the module", () => {
    const api = { ...exampleProps.api, task: { cpu: 256, memory: mib(512) }, capacity: fixed(2) };
    expect(problemsOf({ api })).toEqual([]);
  });
});

function problemsOf(change: Partial<ClinicProps>): string[] {
  const { problems }: Environment = clinic({ ...exampleProps, ...change });
  return problems.map(report);
}
