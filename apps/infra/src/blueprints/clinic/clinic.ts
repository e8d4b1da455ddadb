import { defineBlueprint, type Environment, type Region } from "@mainstay/core";
import type { Vpc } from "@mainstay/vpc";
import type { App } from "cdktf";
import { backupStack, type ClinicBackups } from "./backup.ts";
import { dataStack, type PrimaryData, type StandbyData, standbyDataStack } from "./data.ts";
import { type Edge, edgeStack, standbyEdgeStack } from "./edge.ts";
import { type Failover, failoverStack } from "./failover.ts";
import { type Latch, latchStack, outsideStack } from "./latch.ts";
import { type Monitoring, monitoringStack } from "./monitoring.ts";
import { networkStack } from "./network.ts";
import type { ClinicProps } from "./props.ts";
import { rules } from "./rules/index.ts";
import { type Running, serviceStack } from "./service.ts";
import { primaryOf, type Site, standbyOf } from "./site.ts";

/** Everything that was made in one region, for whoever wants to change a field of it. */
export interface ClinicRegion<Data = PrimaryData | StandbyData> {
  readonly network: Vpc;
  readonly data: Data;
  readonly edge: Edge;
  readonly running: Running;
  readonly monitoring: Monitoring;
}

/** Everything that was made. */
export interface Clinic {
  readonly primary: ClinicRegion<PrimaryData>;
  readonly standby: ClinicRegion<StandbyData> | undefined;
  readonly backup: ClinicBackups | undefined;
  readonly failover: Failover | undefined;
  readonly latch: Latch | undefined;
}

const define = defineBlueprint<ClinicProps>({ blueprint: "clinic", ...rules, build });

/**
 * The clinic: a VPC of three tiers, a load balancer with its own name and certificate, the API on ECS with EC2 capacity, MySQL, and a
 * file system for documents; watched, backed up, and with a second region to fall back on where one is given.
 */
export function clinic<R extends Region, S extends Region = Region>(
  props: ClinicProps<R, S>,
): Environment<ClinicProps> {
  return define(props);
}

/** In the order of deployment: data before what reads it, and the decision between regions before the names that follow it. */
function build(app: App, props: ClinicProps): void {
  const primary = primaryOf(props);
  const standby = standbyOf(props);
  const network = networkStack(app, primary);
  const data = dataStack(app, primary, network, standby);
  const backup = backupStack(app, primary, data);
  const failover = standby && failoverStack(app, primary, standby);
  const edge = edgeStack(app, primary, network, failover?.primary);
  const running = serviceStack(app, primary, { network, data, entrance: edge.entrance });
  const monitoring = monitoringStack(app, primary, { network, data, edge, running });
  const second = standby && failover && buildStandby(app, standby, { props, failover, data, edge });
  const latch =
    standby && failover && second
      ? latchStack(app, { primary, standby }, { failover, services: [running, second.running] })
      : outsideStack(app, primary, [running]);
  props.customize?.({
    primary: { network, data, edge, running, monitoring },
    standby: second,
    backup,
    failover,
    latch,
  });
}

function buildStandby(
  app: App,
  site: Site,
  first: { readonly props: ClinicProps; readonly failover: Failover; readonly data: PrimaryData; readonly edge: Edge },
): ClinicRegion<StandbyData> {
  const role = first.props.standby?.data ?? "replica";
  const network = networkStack(app, site);
  const data = standbyDataStack(app, site, network, { source: first.data, role });
  const edge = standbyEdgeStack(app, site, network, { zone: first.edge.zone, routing: first.failover.standby });
  const running = serviceStack(app, site, { network, data, entrance: edge.entrance });
  const monitoring = monitoringStack(app, site, { network, data, edge, running });
  return { network, data, edge, running, monitoring };
}
