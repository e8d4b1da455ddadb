import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { Json, JsonObject } from "../../read/json.ts";
import { type Review, review } from "../review.ts";
import { fixture } from "../testing/fixture.ts";
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

/** No page is too long, and no risk is missing. */
function expectWhole(result: Review, most: number): readonly string[] {
  const pages = toMarkdown(result, { limit: most });
  for (const page of pages) expect(page.length).toBeLessThanOrEqual(most);
  const text = pages.join("");
  // WHY a set first: thousands of addresses are not looked for in a long text.
  const simple = new Set(text.match(/`[^`\n]+`/g));
  const missing = result.findings
    .map(({ address }) => code(address))
    .filter((written) => !simple.has(written) && !text.includes(written));
  expect(missing).toEqual([]);
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

  it("holds for any number of risks, of any names and any limit", () => {
    const name = fc.string({ minLength: 1, maxLength: 60, unit: "grapheme" });
    fc.assert(
      fc.property(
        fc.array(name, { maxLength: 120 }),
        fc.nat(60),
        fc.integer({ min: 2600, max: 20_000 }),
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
