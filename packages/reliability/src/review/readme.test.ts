import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { legend, toMarkdown } from "./render/markdown.ts";
import { review } from "./review.ts";
import { fixture } from "./testing/fixture.ts";

const readme = readFileSync(join(import.meta.dirname, "../../README.md"), "utf8");

describe("the README", () => {
  it("says what the kinds mean", () => {
    expect(readme).toContain(legend());
  });

  it("shows the beginning of a real comment", () => {
    const [page = ""] = toMarkdown(review([{ stack: "shop", plan: fixture("shop-risky") }]));
    const beginning = page.slice(0, page.indexOf("### Less redundancy"));
    // A formatter may line up the tables; what is read stays the same.
    const read = (text: string) =>
      text
        .replaceAll(/ {2,}/g, " ")
        .replaceAll(/-{3,}/g, "---")
        .replaceAll(/\n{2,}/g, "\n");
    // Headings are one level deeper there.
    expect(read(readme)).toContain(read(beginning.replace(/^<!--.*\n/, "").replaceAll(/^#/gm, "##")));
  });
});
