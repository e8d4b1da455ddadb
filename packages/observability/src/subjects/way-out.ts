import { type Alarm, inARow, outOf, silenceIsFine } from "../alarm.ts";
import { formula, metric, metricsOf } from "../metric.ts";
import { graphOf, type Subject } from "../subject.ts";

/** A network's NAT gateways by the zone that they are in; `Vpc` of `@mainstay/vpc` is one. */
export interface WatchedWayOut {
  readonly natGateways: ReadonlyMap<string, { readonly id: string }>;
}

/** Percent of packets; above it AWS itself may have trouble (VPC guide, NAT gateway metrics). */
const droppedShare = 0.01;
/** Packets per minute below which a share means nothing: one in a thousand would be ten times too many. */
const leastDropped = 10;

/** Whether the application reaches the internet. Each zone has alarms of its own; without a gateway there are none. */
export function watchWayOut({ natGateways }: WatchedWayOut): Subject {
  const zones = [...natGateways].map(([zone, { id }]) => ({ zone, ...zoneAlarms(zone, id) }));
  const byZone = <T>(value: (zone: (typeof zones)[number]) => T) =>
    Object.fromEntries(zones.map((zone) => [zone.zone, value(zone)]));
  return {
    alarms: Object.fromEntries(
      zones.flatMap(({ zone, ports, dropped }) => [
        [`port-errors-${zone}`, ports],
        [`dropped-${zone}`, dropped],
      ]),
    ),
    graphs:
      zones.length === 0
        ? []
        : [
            graphOf(
              "No port left, connections",
              byZone(({ ports }) => ports),
            ),
            graphOf(
              "Dropped, % of packets",
              byZone(({ dropped }) => dropped),
              { max: droppedShare * 10 },
            ),
            { title: "Connections", lines: byZone(({ connections }) => metric(connections)), limits: [] },
          ],
  };
}

function zoneAlarms(zone: string, id: string) {
  const of = metricsOf("AWS/NATGateway", { NatGatewayId: id });
  const missing = silenceIsFine(
    "a gateway that nobody uses has nothing to say, and one that is lost loses its zone with it.",
  );
  const ports: Alarm = {
    severity: "ticket",
    means: `The NAT gateway of ${zone} has no port left for new connections to some address: they fail.`,
    look: "which address: it takes 55,000 connections at once. Keep connections open, use a VPC endpoint, or add addresses.",
    signal: metric(of("ErrorPortAllocation", "Sum")),
    limit: { above: 0 },
    range: { from: 0, to: Number.POSITIVE_INFINITY },
    datapoints: outOf(3, 5),
    missing,
  };
  const dropped: Alarm = {
    severity: "ticket",
    means: `The NAT gateway of ${zone} drops more than ${droppedShare} % of the packets.`,
    look: "AWS Health for that zone; then start a zonal shift, if users notice.",
    signal: formula(
      {
        dropped: of("PacketsDropCount", "Sum"),
        fromVpc: of("PacketsInFromSource", "Sum"),
        fromInternet: of("PacketsInFromDestination", "Sum"),
      },
      `IF(dropped >= ${leastDropped}, 100 * dropped / (fromVpc + fromInternet), 0)`,
    ),
    limit: { above: droppedShare },
    range: { from: 0, to: 100 },
    datapoints: inARow(15),
    missing,
  };
  return { ports, dropped, connections: of("ActiveConnectionCount", "Maximum") };
}
