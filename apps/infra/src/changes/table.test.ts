import { describe, expect, it } from "@jest/globals";
import { readTable, withTable } from "./table.ts";

const before = `# Title

<!-- changes: written by apps/infra/src/changes -->
<!-- end of changes -->

After.
`;

describe("the table of changes", () => {
  it("is read as it was written, and leaves the rest of the text alone", () => {
    const table = new Map([
      ["a third zone", ["13 created, 4 changed", ""]],
      ["more storage", ["1 changed", "1 changed"]],
    ]);
    const written = withTable(before, table);
    expect([...readTable(written)]).toEqual([...table]);
    expect(written.startsWith("# Title\n")).toBe(true);
    expect(written.endsWith("\nAfter.\n")).toBe(true);
    expect(withTable(written, table)).toBe(written);
  });
});
