import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { Json, JsonObject } from "../../read/json.ts";
import { titles } from "../kinds.ts";
import { type Review, review } from "../review.ts";
import { fixture } from "../testing/fixture.ts";
import { hostile } from "../testing/hostile.ts";
import { markerOf, toMarkdown } from "./markdown.ts";
import { code } from "./markdown-escape.ts";

const limit = 65_536;

/** Of each name one database that is replaced, and one tag that changes. */
function planOf(names: readonly string[], harmless: number): JsonObject {
  const entry = (address: string, type: string, change: JsonObject): Json => ({
    address,
    mode: "managed",
    type,
    name: "x",
    change,
  });
  return {
    format_version: "1.2",
    complete: true,
    resource_changes: [
      ...names.map((name) =>
        entry(name, "aws_db_instance", {
          actions: ["delete", "create"],
          before: { db_name: `${name} before` },
          after: { db_name: `${name} after` },
          replace_paths: [["db_name"]],
        }),
      ),
      ...Array.from({ length: harmless }, (_value, index) =>
        entry(`aws_vpc.harmless_${index}`, "aws_vpc", {
          actions: ["update"],
          before: { tags: { a: "b" } },
          after: { tags: { a: "c" } },
        }),
      ),
    ],
  };
}

const reviewOf = (plan: unknown, stack = "data"): Review => review([{ stack, plan }], { key: "k" });

/** `aws_vpc.a` of a row or a line that begins so, as it is written. */
const written = /^[|-] ((`+)(?!`).*?(?<!`)\2(?!`)|<code>.*?<\/code>)/;

/** How often each risk is said, by its kind and its address as it is written. What is folded away is no risk. */
function saidIn(text: string): Map<string, number> {
  const found = new Map<string, number>();
  let title = "";
  for (const line of text.replaceAll(/\n<details>[\s\S]*?\n<\/details>\n/g, "\n").split("\n")) {
    title =
      /^(?:### (.+): \d+$|\*\*(.+?)\.\*\*)/
        .exec(line)
        ?.slice(1)
        .find((name) => name !== undefined) ?? title;
    const [, address] = written.exec(line) ?? [];
    const key = `${title} ${address}`;
    if (address !== undefined) found.set(key, (found.get(key) ?? 0) + 1);
  }
  return found;
}

/** How often each has to be. */
function risksOf({ findings }: Review): Map<string, number> {
  const keys = findings.map(({ kind, address }) => `${titles[kind]} ${code(address)}`);
  return new Map([...Map.groupBy(keys, (key) => key)].map(([key, all]) => [key, all.length]));
}

/** A text that is too long for a page is cut; only how many there are can be told then. */
const cut = (risks: ReadonlyMap<string, number>) =>
  [...Map.groupBy(risks, ([key]) => key.slice(0, key.search(/[`<]/)))].map(([title, all]) => [
    title,
    all.reduce((sum, [, count]) => sum + count, 0),
  ]);

/** No page is too long, and no risk is missing: not one of several at the same address either. */
function expectWhole(result: Review, most: number): readonly string[] {
  const pages = toMarkdown(result, { limit: most });
  for (const page of pages) expect(page.length).toBeLessThanOrEqual(most);
  const [said, risks] = [saidIn(pages.join("\n")), risksOf(result)];
  const longestAddress = Math.max(0, ...result.findings.map(({ address }) => code(address).length));
  // WHY not maps: of thousands that differ, jest would print each.
  const missing = [...risks].filter(([key, count]) => said.get(key) !== count);
  expect(longestAddress < 140 ? missing : []).toEqual([]);
  expect(cut(said)).toEqual(cut(risks));
  return pages;
}

describe("a comment", () => {
  it("begins with its marker and the risks", () => {
    const [page = ""] = toMarkdown(reviewOf(fixture("shop-risky"), "shop"));
    const lines = page.split("\n");
    expect(lines[0]).toBe("<!-- mainstay-review: shop -->");
    expect(lines[1]).toBe(
      "## Data loss (3), outage (5), security opening (3), less redundancy (1), backup or protection weakened (5)",
    );
    expect(page.indexOf("### Data loss")).toBeLessThan(page.indexOf("### Outage"));
    expect(page.indexOf("### Backup")).toBeLessThan(page.indexOf("No known risk"));
  });

  it("says of a plan that is not complete that it must not be approved", () => {
    const [page = ""] = toMarkdown(reviewOf({ ...fixture("shop-quiet"), complete: false }));
    expect(page).toMatch(/## Not reviewed\n\n> \[!CAUTION\]\n> This plan must not be approved/);
    expect(page).not.toMatch(/## No known risk/);
  });

  it("names each of several stacks", () => {
    const result = review([
      { stack: "one", plan: fixture("shop-risky") },
      { stack: "two", plan: planOf(["aws_db_instance.x"], 0) },
    ]);
    const [page = ""] = toMarkdown(result);
    expect(page).toContain("<!-- mainstay-review: one,two -->");
    expect(page).toContain("| `aws_db_instance.x` in `two`<br>is replaced, `db_name`<br>");
  });
});

describe("a comment that would be too long", () => {
  it("sums up what is harmless, and says every risk in full", () => {
    const names = Array.from({ length: 40 }, (_value, index) => `aws_db_instance.risk_${index}`);
    const pages = expectWhole(reviewOf(planOf(names, 3000)), limit);
    expect(pages).toHaveLength(1);
    expect(pages[0]).toContain("3000 `aws_vpc` are changed");
    expect(pages[0]).toContain("is replaced, `db_name`<br>");
  });

  it("says risks in a line each when they are many, then by their address", () => {
    const names = (count: number) => Array.from({ length: count }, (_value, index) => `aws_db_instance.risk_${index}`);
    const lines = expectWhole(reviewOf(planOf(names(500), 0)), limit);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain("- `aws_db_instance.risk_7` `db_name` `");
    const addresses = expectWhole(reviewOf(planOf(names(1500), 0)), limit);
    expect(addresses).toHaveLength(1);
    expect(addresses[0]).toContain("- `aws_db_instance.risk_7`\n");
  });

  it("goes on in another comment when the addresses alone are too many", () => {
    const names = Array.from(
      { length: 3000 },
      (_value, index) => `module.long_name_of_a_module.aws_db_instance.risk_${index}`,
    );
    const pages = expectWhole(reviewOf(planOf(names, 10)), limit);
    expect(pages.length).toBeGreaterThan(1);
    expect(pages[1]).toMatch(/^<!-- mainstay-review: data page 2 -->\n/);
    expect(pages[1]).toContain("**Data loss.**");
    expect(pages.at(-1)).toContain(`Page ${pages.length} of ${pages.length}`);
  });

  it("says each of several risks at one address, at every length", () => {
    const several = (count: number) => {
      const plan = planOf([], 0);
      const changes = Array.from({ length: count }, (_value, index) => ({
        address: `aws_db_instance.risk_${index}`,
        mode: "managed",
        type: "aws_db_instance",
        name: "x",
        change: {
          actions: ["update"],
          before: {
            multi_az: true,
            backup_retention_period: 14,
            publicly_accessible: false,
            iam_database_authentication_enabled: true,
          },
          after: {
            multi_az: false,
            backup_retention_period: 1,
            publicly_accessible: true,
            iam_database_authentication_enabled: false,
          },
        },
      }));
      return reviewOf({ ...plan, resource_changes: changes });
    };
    expect(several(1).findings.length).toBeGreaterThan(2);
    for (const count of [1, 80, 300, 2000]) expectWhole(several(count), limit);
  });

  it("has room for many stacks, also where none of them may be approved", () => {
    const deferred_changes = Array.from({ length: 5 }, (_value, index) => ({
      reason: "x",
      resource_change: { address: `module.some_long_name.aws_vpc.${"later".repeat(20)}_${index}` },
    }));
    const plan = { ...planOf(["aws_db_instance.x"], 3), errored: true, complete: false, deferred_changes };
    const stacks = Array.from({ length: 400 }, (_value, index) => `clinic-production-eu-west-1-stack-${index}`);
    const result = review(stacks.map((stack) => ({ stack, plan })));
    for (const most of [limit, 10_000, 1000]) {
      const pages = expectWhole(result, most);
      const text = pages.join("");
      expect(pages[0]).toContain("## Not reviewed: data loss (400)");
      expect(text.match(/Terraform failed while it planned/g)).toHaveLength(400);
      expect(stacks.filter((stack) => !text.includes(`> - \`${stack}\`: `))).toEqual([]);
    }
  });

  it("has 3,000 risks, also at addresses that are too long for a page", () => {
    const names = Array.from(
      { length: 3000 },
      (_value, index) => `aws_db_instance.x["|${"<".repeat(index % 100 === 0 ? 4000 : 100)}${index}"]`,
    );
    for (const most of [limit, 1000])
      expect(
        expectWhole(reviewOf(planOf(names, 1)), most)
          .join("")
          .match(/\n- /g)?.length,
      ).toBeGreaterThan(3000);
  });

  it("refuses a limit in which nothing can be said", () => {
    expect(() => toMarkdown(reviewOf({}), { limit: 999 })).toThrow("limit is 999; allowed: 1000");
    expect(() => toMarkdown(reviewOf({}), { limit: Number.NaN })).toThrow(RangeError);
  });

  it("holds for any stacks with any names and any limit", () => {
    const name = fc.oneof(hostile, fc.string({ minLength: 1, maxLength: 300 }));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(name, fc.array(name, { maxLength: 10 }), fc.boolean()), { maxLength: 30 }),
        fc.integer({ min: 1000, max: 12_000 }),
        (stacks, most) => {
          const plans = stacks.map(([stack, names, errored]) => ({ stack, plan: { ...planOf(names, 2), errored } }));
          expect(expectWhole(review(plans, { key: "k" }), most).length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("holds for any number of risks, of any names and any limit", () => {
    const name = fc.string({ minLength: 1, maxLength: 60, unit: "grapheme" });
    fc.assert(
      fc.property(
        fc.array(name, { maxLength: 120 }),
        fc.nat(60),
        fc.integer({ min: 1000, max: 20_000 }),
        (names, harmless, most) => {
          expect(expectWhole(reviewOf(planOf(names, harmless)), most).length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe("the marker", () => {
  it("stays short for many stacks, and is another one for others", () => {
    const many = Array.from({ length: 100 }, (_value, index) => `stack-${index}`);
    expect(markerOf(many).length).toBeLessThan(120);
    expect(markerOf(many)).not.toBe(markerOf(many.slice(1)));
  });
});
