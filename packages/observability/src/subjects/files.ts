import { type Alarm, inARow, silenceIsFine } from "../alarm.ts";
import { formula, metric, metricsOf } from "../metric.ts";
import { graphOf, type Subject } from "../subject.ts";

/** An EFS file system; `FileStorage` of `@mainstay/efs` is one. */
export interface WatchedFiles {
  readonly fileSystem: { readonly id: string };
}

/** Percent of the throughput that EFS permits. Above it, reads and writes begin to wait. */
const highThroughput = 80;

/** Whether files are read and written as fast as they are asked for. */
export function watchFiles({ fileSystem }: WatchedFiles): Subject {
  const of = metricsOf("AWS/EFS", { FileSystemId: fileSystem.id });
  const throughput: Alarm = {
    severity: "ticket",
    means: `Files move at more than ${highThroughput} % of what EFS permits; beyond that, clients wait.`,
    look: "which client reads or writes that much; then whether throughput is provisioned too low.",
    // Metered bytes of a minute to what is permitted each second (EFS guide, "Using metric math"). With elastic throughput the
    // permitted one is that of writes; reads are metered at a third.
    signal: formula(
      { moved: of("MeteredIOBytes", "Sum"), permitted: of("PermittedThroughput", "Average") },
      "100 * (moved / PERIOD(moved)) / permitted",
    ),
    limit: { above: highThroughput },
    range: { from: 0, to: 100 },
    datapoints: inARow(15),
    missing: silenceIsFine("a file system that nobody mounts has nothing to say."),
  };
  return {
    alarms: { throughput },
    graphs: [
      graphOf("Throughput, % of permitted", { used: throughput }),
      { title: "Clients", lines: { connections: metric(of("ClientConnections", "Sum")) }, limits: [] },
      {
        title: "Bytes per minute",
        lines: { read: metric(of("DataReadIOBytes", "Sum")), written: metric(of("DataWriteIOBytes", "Sum")) },
        limits: [],
      },
    ],
  };
}
