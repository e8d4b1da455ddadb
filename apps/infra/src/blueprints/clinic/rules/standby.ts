import type { Relation } from "@mainstay/core";
import { mostTasks } from "@mainstay/ecs-service";
import { overlaps } from "@mainstay/vpc";
import type { ClinicProps, StandbyChoice } from "../props.ts";
import { standbyOf } from "../site.ts";
import { connectionsOf, tooManyConnections } from "./relations.ts";

type Broken = (standby: StandbyChoice, props: ClinicProps) => unknown;

/** Only where there is a second region. */
const inStandby = (broken: Broken) => (props: ClinicProps) =>
  props.standby === undefined ? undefined : broken(props.standby, props);

/** Relations between the two regions. */
export const standbyRelations: readonly Relation<ClinicProps>[] = [
  {
    property: "standby.region",
    broken: inStandby((standby, { region }) => (standby.region === region ? region : undefined)),
    allowed: ({ region }) => `another region than ${region}`,
    fix: "Choose one that is not lost together with the first.",
  },
  {
    property: "standby.zones",
    broken: inStandby(({ region, zones }) => zones.find((zone) => !zone.startsWith(region))),
    allowed: ({ standby }) => `zones of ${standby?.region}`,
    fix: "Correct the zone, or the standby's region.",
  },
  {
    property: "standby.zones",
    broken: inStandby(({ zones }) => zones.find((zone, index) => zones.indexOf(zone) !== index)),
    allowed: "each zone once",
    fix: "Remove the repetition.",
  },
  {
    property: "standby.network.cidr",
    broken: inStandby(({ network: { cidr } }, { network }) => (overlaps(cidr, network.cidr) ? cidr : undefined)),
    allowed: ({ network }) => `a range outside ${network.cidr}, the first region's`,
    fix: "Choose another: networks that overlap can never be joined.",
  },
  {
    property: "standby.instances.min",
    broken: inStandby(({ instances }) => (instances && instances.min > instances.max ? instances.min : undefined)),
    allowed: ({ standby }) => `at most standby.instances.max, ${standby?.instances?.max}`,
    fix: "Lower min or raise max.",
  },
  {
    property: "standby.capacity",
    broken: inStandby(({ capacity }, { api }) =>
      capacity && mostTasks(capacity) < mostTasks(api.capacity) ? capacity : undefined,
    ),
    allowed: ({ api }) => `room for ${mostTasks(api.capacity)} tasks, as in the first region`,
    fix: "Let it scale as far: after a failover it gets every request. A lower min saves the money until then.",
  },
  {
    property: "standby.capacity",
    broken: (props) => {
      const standby = standbyOf(props);
      return standby && tooManyConnections(standby, standby.database.class);
    },
    allowed: (props) => connectionsOf(standbyOf(props)?.database.class ?? props.database.class),
    fix: "Run fewer tasks or choose a larger class.",
  },
  {
    property: "state",
    broken: inStandby((_, { state, region }) =>
      state.kind === "s3" && (state.region ?? region) === region ? state : undefined,
    ),
    allowed: ({ region }) => `a bucket outside ${region}: s3State(bucket, { region })`,
    fix: "When the first region is lost, the standby's stacks must still find their state.",
  },
];
