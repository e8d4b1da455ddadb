import { describe, expect, it } from "@jest/globals";
import { type Alarm, describe as describeAlarm, thresholdOf } from "./alarm.ts";
import { small, testHealthCheck, testSubjects } from "./testing.ts";

const subjects = { ...testSubjects({ ...small, replicas: ["reports"] }), name: testHealthCheck };
const everyAlarm = Object.entries(subjects).flatMap(([subject, { alarms }]) =>
  Object.entries(alarms).map(([name, alarm]): [string, Alarm] => [`${subject} ${name}`, alarm]),
);
const formulas = everyAlarm.flatMap(([name, { signal }]) =>
  signal.kind === "formula" ? [[name, signal.formula, Object.keys(signal.inputs)] as const] : [],
);

describe("every alarm", () => {
  it.each(everyAlarm)("%s: can go off, and can be quiet", (_name, { limit, range: { from, to } }) => {
    const threshold = thresholdOf(limit);
    const worst = "above" in limit ? to : from;
    expect(threshold).not.toBe(worst);
    expect(threshold).toBeGreaterThanOrEqual(from);
    expect(threshold).toBeLessThanOrEqual(to);
  });

  it.each(everyAlarm)("%s: looks back at two minutes at least and an hour at most", (_name, { datapoints }) => {
    expect(datapoints.needed).toBeGreaterThanOrEqual(2);
    expect(datapoints.needed).toBeLessThanOrEqual(datapoints.of);
    expect(datapoints.of).toBeLessThanOrEqual(60);
  });

  it.each(everyAlarm)("%s: says how bad it is, what it is, where to look, what silence means", (_name, alarm) => {
    const { severity, means, look, missing } = alarm;
    const text = describeAlarm(alarm);
    expect(text.split("\n")).toEqual([
      expect.stringMatching(severity === "page" ? /^PAGE: / : /^TICKET: /),
      expect.stringContaining(means),
      `Look first: ${look}`,
      `No data counts as ${missing.treatedAs === "breaching" ? "bad" : "good"}: ${missing.why}`,
    ]);
    // CloudWatch API, PutMetricAlarm.
    expect(text.length).toBeLessThanOrEqual(1024);
  });

  it.each(formulas)("%s: its formula uses every input, and nothing else", (_name, formula, inputs) => {
    expect([...new Set(formula.match(/\b[a-z][A-Za-z0-9]*\b/g))].toSorted()).toEqual(inputs.toSorted());
  });

  it("wakes somebody for what users notice and for nothing else", () => {
    expect(namesWhere(({ severity }) => severity === "page")).toEqual([
      "entrance server-errors",
      "entrance slow",
      "api no-healthy-hosts",
      "database storage-full",
      "name unhealthy",
    ]);
  });

  it("takes silence for good only where it is no trouble, or the trouble of another alarm", () => {
    expect(namesWhere(({ missing }) => missing.treatedAs === "notBreaching")).toEqual([
      "entrance server-errors",
      "entrance slow",
      "api unhealthy-hosts",
      "api cpu",
      "api memory",
      "documents throughput",
      ...small.zones.flatMap((zone) => [`way-out port-errors-${zone}`, `way-out dropped-${zone}`]),
    ]);
  });
});

function namesWhere(wanted: (alarm: Alarm) => boolean): string[] {
  return everyAlarm.filter(([, alarm]) => wanted(alarm)).map(([name]) => name);
}
