import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { dashboardBody, renamed } from "./dashboard-body.ts";
import { gridWidth, type Place } from "./grid.ts";
import { thresholdOf } from "./index.ts";
import { testSubjects } from "./testing.ts";

const zones = fc.subarray(["eu-west-1a", "eu-west-1b", "eu-west-1c", "eu-west-1d"]);
const names = fc.uniqueArray(fc.stringMatching(/^[a-z][a-z0-9]{1,8}$/), { maxLength: 4 });

describe("the dashboard", () => {
  it("has no two widgets in one place, and none off the grid, whatever is watched", () => {
    fc.assert(
      fc.property(zones, names, fc.nat(3), (someZones, replicas, copies) => {
        const { widgets } = bodyOf(Object.values(testSubjects({ zones: someZones, replicas })), copies);
        for (const [index, one] of widgets.entries()) {
          expect(one.x + one.width).toBeLessThanOrEqual(gridWidth);
          expect(widgets.slice(index + 1).filter((other) => overlap(one, other))).toEqual([]);
        }
      }),
      { numRuns: 30 },
    );
  });

  it("says how to read it, then whether it is well, then why not, from left to right", () => {
    const { widgets } = bodyOf(Object.values(testSubjects()));
    expect(widgets[0]).toMatchObject({ type: "text", x: 0, y: 0, width: gridWidth });
    expect(widgets[1]).toMatchObject({ type: "alarm", x: 0, width: gridWidth, properties: { alarms: ["arn:users"] } });
    const heads = widgets.filter(({ type, y }) => type === "alarm" && y === 4);
    expect(heads.map(({ x }) => x)).toEqual([0, 4, 8, 12, 16, 20]);
    expect(heads.map(({ properties }) => (properties as { title: string }).title)).toEqual(
      Object.values(testSubjects()).map((_, index) => `subject ${index}`),
    );
  });

  it("has no row for alarms where there are none", () => {
    const body = dashboardBody({ title: "clinic", status: [], columns: [] });
    expect(body.widgets.map(({ type }) => type)).toEqual(["text"]);
  });

  it("draws every alarm's threshold where the alarm is watched", () => {
    for (const { alarms, graphs } of Object.values(testSubjects({ zones: ["eu-west-1a"], replicas: ["reports"] }))) {
      const { widgets } = bodyOf([{ alarms, graphs }]);
      const drawn = widgets.flatMap(({ properties }) => (properties as Graphed).annotations?.horizontal ?? []);
      for (const { limit } of Object.values(alarms)) {
        // Whether enough run is seen by two lines that part.
        const seen = thresholdOf(limit) === 0 || drawn.some(({ value }) => value === thresholdOf(limit));
        expect(seen).toBe(true);
      }
    }
  });

  it("names every metric of a graph once, and its formulas know them all", () => {
    const { widgets } = bodyOf(
      Object.values(testSubjects({ zones: ["eu-west-1a", "eu-west-1b"], replicas: ["a", "b"] })),
    );
    const graphs = widgets.filter(({ type }) => type === "metric").map(({ properties }) => properties as Graphed);
    expect(graphs.length).toBeGreaterThan(15);
    for (const { region, metrics } of graphs) {
      expect(region).toBe("eu-west-1");
      const ids = metrics.flatMap((row) => optionsOf(row).id ?? []);
      expect(ids).toEqual([...new Set(ids)]);
      const used = metrics.flatMap((row) => optionsOf(row).expression?.match(/\b[a-z][A-Za-z0-9]*\b/g) ?? []);
      expect(used.filter((id) => !ids.includes(id))).toEqual([]);
      expect(metrics.filter((row) => optionsOf(row).visible !== false).length).toBeGreaterThan(0);
    }
  });

  it("shows what was asked for and hides what formulas need, with the bad side of a threshold filled", () => {
    const { database } = testSubjects({ zones: [], replicas: ["reports"] });
    if (database === undefined) throw new Error("there is no database");
    const { widgets } = bodyOf([database]);
    const graph = (title: string) =>
      widgets.find(({ properties }) => (properties as { title: string }).title === `subject 0: ${title}`)?.properties;
    expect(graph("Replicas behind, s")).toMatchObject({
      metrics: [
        ["AWS/RDS", "ReplicaLag", "DBInstanceIdentifier", "clinic-test-reports", { id: "l0behind", visible: false }],
        [{ id: "l0", label: "reports", expression: "IF(l0behind < 0, 86400, l0behind)" }],
      ],
      annotations: { horizontal: [{ value: 60, fill: "above" }] },
      yAxis: { left: { min: 0, max: 120 } },
    });
    expect((graph("Free storage, bytes") as { yAxis: object }).yAxis).toEqual({ left: { min: 0, showUnits: false } });
    expect(graph("Free storage, bytes")).toMatchObject({
      metrics: [
        [
          "AWS/RDS",
          "FreeStorageSpace",
          "DBInstanceIdentifier",
          "clinic-test-database",
          { stat: "Minimum", label: "free" },
        ],
      ],
      annotations: { horizontal: [{ fill: "below" }, { fill: "below" }] },
    });
  });

  it("shows a metric of another region from there", () => {
    const { widgets } = dashboardBody({
      title: "clinic",
      status: [],
      columns: [
        { title: "name", region: "us-east-1", alarms: [], graphs: [{ title: "Healthy", lines: {}, limits: [] }] },
      ],
    });
    expect(widgets[1]).toMatchObject({ type: "metric", properties: { region: "us-east-1", title: "name: Healthy" } });
  });

  it("renames a formula's inputs and nothing else", () => {
    expect(renamed("IF(FILL(own, 0) > ownership, own, 1e3 * p95)", ["own", "p95"], "l1")).toBe(
      "IF(FILL(l1own, 0) > ownership, l1own, 1e3 * l1p95)",
    );
  });
});

interface Graphed {
  readonly region: string;
  readonly metrics: readonly (readonly unknown[])[];
  readonly annotations?: { readonly horizontal: readonly { readonly value: number }[] };
}

function optionsOf(row: readonly unknown[]): {
  readonly id?: string;
  readonly expression?: string;
  readonly visible?: boolean;
} {
  return row.at(-1) as ReturnType<typeof optionsOf>;
}

function bodyOf(subjects: readonly Pick<ReturnType<typeof testSubjects>[string], "alarms" | "graphs">[], copies = 0) {
  const all = Array.from({ length: copies + 1 }, () => subjects).flat();
  return dashboardBody({
    title: "clinic-test",
    status: ["arn:users"],
    columns: all.map(({ alarms, graphs }, index) => ({
      title: `subject ${index}`,
      region: "eu-west-1",
      alarms: Object.keys(alarms).map((name) => `arn:${name}`),
      graphs,
    })),
  });
}

function overlap(one: Place, other: Place): boolean {
  return (
    one.x < other.x + other.width &&
    other.x < one.x + one.width &&
    one.y < other.y + other.height &&
    other.y < one.y + one.height
  );
}
