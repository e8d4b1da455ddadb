import type { Region } from "@mainstay/core";
import { type Limit, period, thresholdOf } from "./alarm.ts";
import { columns, gridWidth, type Place } from "./grid.ts";
import type { Metric, Signal } from "./metric.ts";
import type { Graph } from "./subject.ts";

/** One subject's column: its alarms on top, then its graphs. */
export interface Column {
  readonly title: string;
  /** Where its metrics are. */
  readonly region: Region;
  /** ARNs. */
  readonly alarms: readonly string[];
  readonly graphs: readonly Graph[];
}

export interface DashboardContent {
  readonly title: string;
  /** ARNs of the alarms that people are told by. */
  readonly status: readonly string[];
  /** In the order that a request takes. */
  readonly columns: readonly Column[];
}

/** One widget as CloudWatch takes it. */
export interface Widget extends Place {
  readonly type: "text" | "alarm" | "metric";
  readonly properties: object;
}

const heights = { text: 2, status: 2, alarms: 3, graph: 5 } as const;
const red = "#d62728";

const howToRead =
  "Top row: is it well? Then each column from left to right, as a request goes. The leftmost red column is where to begin; " +
  "in it, the symptom is at the top and the cause at the bottom. Red lines are where an alarm begins.";

/** What the dashboard shows, and where. */
export function dashboardBody({ title, status, columns: shown }: DashboardContent): { readonly widgets: Widget[] } {
  const top = heights.text + (status.length > 0 ? heights.status : 0);
  const boxes = shown.map(({ title: heading, region, alarms, graphs }) => [
    ...(alarms.length > 0 ? [{ height: heights.alarms, widget: alarmWidget(heading, alarms) }] : []),
    ...graphs.map((graph) => ({
      height: heights.graph,
      widget: graphWidget(`${heading}: ${graph.title}`, graph, region),
    })),
  ]);
  const places = columns(
    boxes.map((column) => column.map(({ height }) => height)),
    top,
  );
  return {
    widgets: [
      {
        type: "text",
        ...row(0, heights.text),
        properties: { markdown: `# ${title}\n${howToRead}`, background: "transparent" },
      },
      ...(status.length > 0 ? [{ ...row(heights.text, heights.status), ...alarmWidget("Is it well?", status) }] : []),
      ...boxes.flatMap((column, c) =>
        column.flatMap(({ widget }, r) => {
          const place = places[c]?.[r];
          return place === undefined ? [] : [{ ...place, ...widget }];
        }),
      ),
    ],
  };
}

function row(y: number, height: number): Place {
  return { x: 0, y, width: gridWidth, height };
}

function alarmWidget(title: string, alarms: readonly string[]) {
  return { type: "alarm" as const, properties: { title, alarms: [...alarms], sortBy: "stateUpdatedTimestamp" } };
}

function graphWidget(title: string, { lines, limits, max }: Graph, region: Region) {
  return {
    type: "metric" as const,
    properties: {
      title,
      region,
      view: "timeSeries",
      stacked: false,
      period,
      metrics: Object.entries(lines).flatMap(([label, signal], index) => metricRows(label, signal, `l${index}`)),
      yAxis: { left: { min: 0, ...(max !== undefined && { max }), showUnits: false } },
      ...(limits.length > 0 && { annotations: { horizontal: limits.map(annotation) } }),
    },
  };
}

function annotation(limit: Limit) {
  return {
    value: thresholdOf(limit),
    label: "alarm",
    color: red,
    fill: "above" in limit ? "above" : "below",
  };
}

/** A line; where it is a formula, its inputs are there but not shown. */
function metricRows(label: string, signal: Signal, id: string): unknown[][] {
  if (signal.kind === "metric") return [metricRow(signal, { label })];
  const names = Object.keys(signal.inputs);
  return [
    ...names.flatMap((name) => {
      const input = signal.inputs[name];
      return input === undefined ? [] : [metricRow(input, { id: `${id}${name}`, visible: false })];
    }),
    [{ expression: renamed(signal.formula, names, id), label, id }],
  ];
}

function metricRow({ namespace, name, dimensions, statistic }: Metric, options: object): unknown[] {
  return [namespace, name, ...Object.entries(dimensions).flat(), { stat: statistic, ...options }];
}

/** The formula with its inputs' names made unique among the lines of a widget. */
export function renamed(formula: string, names: readonly string[], prefix: string): string {
  return formula.replaceAll(/[a-z][A-Za-z0-9]*/g, (word) => (names.includes(word) ? prefix + word : word));
}
