import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { judge, type LockInfo, lockIn, lockInFile, type Terraforming } from "./lock.ts";

const complaint = `
Error: Error acquiring the state lock

Error message: operation error S3: PutObject, https response error
StatusCode: 412, RequestID: r, HostID:
h/E=, api error PreconditionFailed: At least one of the pre-conditions you
specified did not hold
Lock Info:
  ID:        19604f2b-ce04-3798-d872-d9b89c8bc5d0
  Path:      states/clinic/dev/eu-west-1/network.tfstate
  Operation: OperationTypeApply
  Who:       ada@laptop
  Version:   1.11.4
  Created:   2026-11-21 15:45:47.620356377 +0000 UTC
  Info:      
`;

const lock: LockInfo = {
  id: "19604f2b-ce04-3798-d872-d9b89c8bc5d0",
  who: "ada@laptop",
  operation: "OperationTypeApply",
  created: new Date("2026-11-21T15:45:47.620Z"),
};

describe("reading a lock", () => {
  it("finds it in what Terraform says, framed or not", () => {
    expect(lockIn(complaint)).toEqual(lock);
    expect(lockIn(complaint.replaceAll("\n", "\n│ "))).toEqual(lock);
  });

  it("finds none in another complaint", () => {
    expect(lockIn("Error: No valid credential sources found\n  RequestID: 1")).toBeUndefined();
  });

  it("finds it in the file beside a local state, and none in half a file", () => {
    const { id, who, operation, created } = lock;
    const content = JSON.stringify({ ID: id, Who: who, Operation: operation, Created: created, Version: "1.11.4" });
    expect(lockInFile(content)).toEqual(lock);
    expect(lockInFile(content.slice(0, 40))).toBeUndefined();
  });
});

describe("judging a lock", () => {
  const stack = "clinic-dev-eu-west-1-network";
  const early: Terraforming = {
    pid: 7,
    started: new Date("2026-11-21T15:45:40Z"),
    directory: `/w/cdktf.out/stacks/${stack}`,
  };
  const judged = (terraforms: readonly Terraforming[], host = "laptop", who = "ada@laptop") =>
    judge({ ...lock, who }, stack, { host, terraforms });

  it("says that it is held while a Terraform works in the stack's folder that began before it", () => {
    expect(judged([early])).toEqual({ is: "held", pid: 7 });
    expect(judged([{ pid: 8, started: early.started }])).toEqual({ is: "held", pid: 8 });
  });

  it("says that it is abandoned where there is no such Terraform", () => {
    expect(judged([])).toEqual({ is: "abandoned" });
    expect(judged([{ ...early, directory: "/w/cdktf.out/stacks/clinic-dev-eu-west-1-data" }])).toEqual({
      is: "abandoned",
    });
    expect(judged([{ ...early, started: new Date("2026-11-21T15:46:30Z") }])).toEqual({ is: "abandoned" });
  });

  it("does not judge another machine, nor one whose name says nothing", () => {
    expect(judged([], "runner-2")).toEqual({ is: "elsewhere", host: "laptop" });
    expect(judged([], "localhost", "ada@localhost")).toEqual({ is: "elsewhere", host: "localhost" });
    expect(judged([], "laptop", "ada")).toMatchObject({ is: "elsewhere" });
  });

  it("never calls a lock abandoned whose holder may be alive, whatever else runs", () => {
    const others: fc.Arbitrary<Terraforming[]> = fc.array(
      fc.record({
        pid: fc.nat(),
        started: fc.date({ noInvalidDate: true }),
        directory: fc.constantFrom("/a", "/b", ""),
      }),
    );
    const before = fc.integer({ min: 0, max: 10 ** 9 }).map((age) => new Date(lock.created.getTime() - age));
    const where = fc.constantFrom({}, { directory: `/elsewhere/${stack}` });
    fc.assert(
      fc.property(others, before, where, fc.nat(), (all, started, directory, at) => {
        const holder = { pid: 1, started, ...directory };
        expect(judged(all.toSpliced(at % (all.length + 1), 0, holder))).toEqual({ is: "held", pid: 1 });
      }),
    );
  });
});
