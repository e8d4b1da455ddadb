import { type Alarm, inARow, silenceIsBad } from "../alarm.ts";
import { formula, metric, metricsOf } from "../metric.ts";
import { graphOf, type Subject } from "../subject.ts";

/** The instances of a cluster; `Ec2Cluster` of `@mainstay/ecs-ec2` is one. Its group has to publish its metrics. */
export interface MachinesWatch {
  readonly cluster: { readonly name: string; readonly autoScalingGroup: { readonly name: string } };
  /** As the cluster got them. */
  readonly instances: { readonly min: number; readonly max: number };
}

/** Whether instances come when they are asked for, and whether more may come. */
export function watchMachines({ cluster, instances: { min, max } }: MachinesWatch): Subject {
  const of = metricsOf("AWS/AutoScaling", { AutoScalingGroupName: cluster.autoScalingGroup.name });
  const desired = of("GroupDesiredCapacity", "Average");
  const inService = of("GroupInServiceInstances", "Average");
  const ecs = metricsOf("AWS/ECS", { ClusterName: cluster.name });
  const missing = silenceIsBad("the group publishes its numbers every minute: it is gone, or stopped publishing.");

  const belowDesired: Alarm = {
    severity: "ticket",
    means: "Fewer instances are in service than should be.",
    look: "the group's activity (aws autoscaling describe-scaling-activities): no capacity in a zone, a quota, a launch template.",
    signal: formula({ desired, running: inService }, "desired - running"),
    limit: { above: 0 },
    range: { from: 0, to: max },
    // An instance boots and joins within minutes; a quarter of an hour is a launch that fails.
    datapoints: inARow(15),
    missing,
  };
  const atMax: Alarm = {
    severity: "ticket",
    means: `All ${max} instances are in use for half an hour: there is no room for more tasks, nor for those of a lost zone.`,
    look: "whether the load is real (raise instances.max, or the type) or tasks reserve more than they use.",
    signal: metric(inService),
    limit: { above: max - 1 },
    range: { from: 0, to: max },
    datapoints: inARow(30),
    missing,
  };
  return {
    // A cluster of always the same size is always at its largest.
    alarms: { "below-desired": belowDesired, ...(max > min && { "at-max": atMax }) },
    graphs: [
      {
        title: "Instances",
        lines: { desired: metric(desired), "in service": metric(inService) },
        limits: max > min ? [atMax.limit] : [],
        max: max + 1,
      },
      graphOf(
        "Reserved by tasks, %",
        {},
        {
          lines: { CPU: metric(ecs("CPUReservation", "Average")), memory: metric(ecs("MemoryReservation", "Average")) },
          max: 100,
        },
      ),
      graphOf(
        "CPU of instances, %",
        {},
        {
          lines: {
            average: metric({
              namespace: "AWS/EC2",
              name: "CPUUtilization",
              dimensions: { AutoScalingGroupName: cluster.autoScalingGroup.name },
              statistic: "Average",
            }),
          },
          max: 100,
        },
      ),
    ],
    problems: [],
  };
}
