import { expect, it } from "@jest/globals";
import { terraformsIn } from "./processes.ts";

const now = new Date("2026-11-21T12:00:00Z");

it("finds every Terraform and when it began, and no provider", () => {
  const table = [
    "    1       10-01:02:03 systemd",
    "   77             00:05 terraform",
    "   78             00:04 terraform-provider-aws",
    "  790          01:00:10 /opt/homebrew/bin/terraform",
    " 7900        2-00:00:00 terraform",
    "",
  ].join("\n");
  expect(terraformsIn(table, now)).toEqual([
    { pid: 77, started: new Date("2026-11-21T11:59:55Z") },
    { pid: 790, started: new Date("2026-11-21T10:59:50Z") },
    { pid: 7900, started: new Date("2026-11-19T12:00:00Z") },
  ]);
});
