import { describe, expect, it } from "@jest/globals";
import { whyIn } from "./cdktf.ts";

describe("whyIn", () => {
  it("is Terraform's explanation alone, without the stack trace that cdktf adds", () => {
    const lines = [
      "clinic-dev-eu-west-1-data  aws_efs_file_system.documents: Refreshing state...",
      "clinic-dev-eu-west-1-data  ╷",
      "                           │ Error: no such zone",
      "                           ╵",
      "UnhandledPromiseRejection: Invoking Terraform CLI failed with exit code 1",
      "    at processPromiseRejections (node:internal/process/promises:475:17)",
    ];
    expect(whyIn(lines)).toBe("╷\n│ Error: no such zone\n╵");
  });

  it("is everything where Terraform had no say", () => {
    expect(whyIn(["Refused: 1 problem.", "  clinic-dev: zones is []"])).toBe(
      "Refused: 1 problem.\n  clinic-dev: zones is []",
    );
  });
});
