import { describe, expect, it } from "@jest/globals";
import { Output, Progress } from "./progress.ts";

/** As cdktf 0.21 prints without a terminal: a stack is named only where it is another than in the line before. */
const lines = [
  "clinic-dev-eu-west-1-network  aws_vpc.network_vpc: Creating...",
  "                              aws_eip.network_nat-address-eu-west-1a: Creating...",
  "clinic-dev-eu-west-1-network  \u001b[0m\u001b[1maws_vpc.network_vpc: Creation complete after 1s [id=vpc-1]\u001b[0m",
  "clinic-dev-eu-west-1-data  aws_db_instance.database_instance: Still creating... [10s elapsed]",
  "                           aws_db_instance.database_instance: Destroying... [id=db-1]",
  "                           aws_db_instance.database_instance: Destruction complete after 1m2s",
  "clinic-dev-eu-west-1-edge  Plan: 21 to add, 0 to change, 0 to destroy.",
];

describe("Output", () => {
  it("finds begun and finished resources, with the stack that is named or was named last", () => {
    const output = new Output();
    expect(lines.map((line) => output.read(line)).filter((step) => step !== undefined)).toEqual([
      { stack: "clinic-dev-eu-west-1-network", address: "aws_vpc.network_vpc", verb: "create", phase: "begun" },
      {
        stack: "clinic-dev-eu-west-1-network",
        address: "aws_eip.network_nat-address-eu-west-1a",
        verb: "create",
        phase: "begun",
      },
      { stack: "clinic-dev-eu-west-1-network", address: "aws_vpc.network_vpc", verb: "create", phase: "done" },
      {
        stack: "clinic-dev-eu-west-1-data",
        address: "aws_db_instance.database_instance",
        verb: "destroy",
        phase: "begun",
      },
      {
        stack: "clinic-dev-eu-west-1-data",
        address: "aws_db_instance.database_instance",
        verb: "destroy",
        phase: "done",
      },
    ]);
  });
});

describe("Progress", () => {
  it("counts what is done and names what is being waited for", () => {
    const output = new Output();
    const progress = new Progress();
    for (const line of lines.slice(0, 3)) {
      const step = output.read(line);
      if (step !== undefined) progress.add(step);
    }
    expect(progress.toString()).toBe("1 done, waiting for eip.network_nat-address-eu-west-1a");
  });
});
