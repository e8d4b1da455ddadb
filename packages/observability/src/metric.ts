/** How the values of a period become one. */
export type Statistic = "Average" | "Sum" | "Minimum" | "Maximum" | "p50" | "p95";

/** One metric of CloudWatch. */
export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: Statistic;
}

/** What is watched: a metric as it is, or a formula of several. */
export type Signal =
  | ({ readonly kind: "metric" } & Metric)
  | {
      readonly kind: "formula";
      /** By the name that the formula calls them: a lower-case letter, then letters and digits. */
      readonly inputs: Readonly<Record<string, Metric>>;
      /** Metric math. */
      readonly formula: string;
    };

export const metric = (of: Metric): Signal => ({ kind: "metric", ...of });
export const formula = (inputs: Readonly<Record<string, Metric>>, expression: string): Signal => ({
  kind: "formula",
  inputs,
  formula: expression,
});

/** Makes metrics of one namespace and one set of dimensions. */
export function metricsOf(namespace: string, dimensions: Readonly<Record<string, string>>) {
  return (name: string, statistic: Statistic): Metric => ({ namespace, name, dimensions, statistic });
}
