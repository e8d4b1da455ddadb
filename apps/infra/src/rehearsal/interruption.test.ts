import { describe, expect, it } from "@jest/globals";
import { descendants } from "./interruption.ts";

describe("descendants", () => {
  it("are found on every level, by name, and nowhere else", () => {
    const processes = [
      { pid: 10, parent: 1, name: "cdktf" },
      { pid: 11, parent: 10, name: "terraform" },
      { pid: 12, parent: 10, name: "sh" },
      { pid: 13, parent: 12, name: "terraform" },
      { pid: 14, parent: 11, name: "terraform-provider" },
      { pid: 20, parent: 1, name: "terraform" },
    ];
    expect(descendants(processes, 10, "terraform").toSorted((a, b) => a - b)).toEqual([11, 13]);
  });
});
