import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { Ajv } from "ajv";
import formats from "ajv-formats";
import fc from "fast-check";
import type { JsonObject } from "../../read/json.ts";
import { review } from "../review.ts";
import { fixture } from "../testing/fixture.ts";
import { hostile } from "../testing/hostile.ts";
import { toJson } from "./json.ts";
import { toSarif } from "./sarif.ts";

const require = createRequire(import.meta.url);
const json = (path: string) => JSON.parse(readFileSync(path, "utf8")) as JsonObject;
const ajv = new Ajv({ strict: false, allErrors: true });
formats.default(ajv);
const isReview = ajv.compile(json(join(import.meta.dirname, "../../../schema/review.schema.json")));
const {
  $schema: _draft,
  id: _id,
  ...sarif
} = json(join(require.resolve("@microsoft/jest-sarif"), "../schemas/sarif-2.1.0-rtm.5.json"));
// WHY without its draft: it is of draft 4, which ajv does not know, and uses nothing that draft 7 reads in another way.
// Its patterns are older than Unicode in regular expressions.
const older = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
formats.default(older);
const isSarif = older.compile(sarif);

const plans = ["shop-create", "shop-quiet", "shop-risky", "catalogue-network", "catalogue-security"].map((stack) => ({
  stack,
  plan: fixture(stack),
}));
const results = { risky: review(plans), none: review([]), "no plan": review([{ stack: "x", plan: 1 }]) };

describe.each(Object.entries(results))("a review of %s", (_name, result) => {
  it("is JSON as the schema says", () => {
    expect([isReview(JSON.parse(toJson(result))), isReview.errors]).toEqual([true, null]);
  });

  it("is SARIF 2.1.0", () => {
    expect([isSarif(JSON.parse(toSarif(result))), isSarif.errors]).toEqual([true, null]);
  });
});

describe("the schema", () => {
  it("takes nothing else", () => {
    const [good] = plans;
    const written = JSON.parse(toJson(review(good === undefined ? [] : [good]))) as JsonObject;
    expect(isReview({ ...written, more: 1 })).toBe(false);
    expect(isReview({ ...written, version: 2 })).toBe(false);
    expect(isReview({ ...written, findings: [{ kind: "bad" }] })).toBe(false);
  });

  it("holds for texts of any kind", () => {
    fc.assert(
      fc.property(hostile, hostile, hostile, (address, value, stack) => {
        const plan = {
          format_version: "1.2",
          resource_changes: [
            {
              address,
              mode: "managed",
              type: "aws_db_instance",
              name: "x",
              change: {
                actions: ["update"],
                before: { engine_version: "8.0", [value]: 1 },
                after: { engine_version: `9${value}`, [value]: value },
              },
            },
          ],
        };
        const result = review([{ stack, plan }]);
        expect(isReview(JSON.parse(toJson(result)))).toBe(true);
        expect(isSarif(JSON.parse(toSarif(result, { files: { [stack]: address } })))).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});

describe("SARIF", () => {
  const log = JSON.parse(
    toSarif(review([{ stack: "shop", plan: fixture("shop-risky") }]), {
      files: { shop: "plans/shop.json" },
      version: "1.2.3",
    }),
  ) as {
    runs: [
      {
        tool: { driver: { version: string; rules: { id: string }[] } };
        results: {
          ruleId: string;
          ruleIndex: number;
          level: string;
          message: { text: string };
          partialFingerprints: object;
          locations: [
            {
              physicalLocation: { artifactLocation: { uri: string } };
              logicalLocations: [{ fullyQualifiedName: string }];
            },
          ];
        }[];
      },
    ];
  };
  const [{ tool, results: found }] = log.runs;

  it("has a result for each risk, with its rule, level, file and address", () => {
    expect(found).toHaveLength(17);
    for (const { ruleId, ruleIndex } of found) expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
    expect(found[0]).toMatchObject({
      ruleId: "data-loss/deleted-with-data",
      level: "error",
      locations: [
        {
          physicalLocation: { artifactLocation: { uri: "plans/shop.json" } },
          logicalLocations: [{ fullyQualifiedName: 'shop/aws_s3_bucket.this["photos"]' }],
        },
      ],
    });
    expect(found.at(-1)).toMatchObject({
      level: "warning",
      message: {
        text: "module.db.aws_db_instance.this[0] is replaced, backup_retention_period: 7 -> 1. Backups older than 1 day are deleted.",
      },
    });
  });

  it("tells results apart, and knows one again in the next run", () => {
    expect(new Set(found.map(({ partialFingerprints }) => JSON.stringify(partialFingerprints))).size).toBe(
      found.length,
    );
    const again = JSON.parse(toSarif(review([{ stack: "shop", plan: fixture("shop-risky") }]))) as typeof log;
    expect(again.runs[0].results.map(({ partialFingerprints }) => partialFingerprints)).toEqual(
      found.map(({ partialFingerprints }) => partialFingerprints),
    );
  });
});
