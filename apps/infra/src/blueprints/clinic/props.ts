import type { CostTags, Gibibytes, Region, Seconds, State, Zone } from "@mainstay/core";
import type { InstanceType } from "@mainstay/ecs-ec2";
import type { Capacity, TaskSize } from "@mainstay/ecs-service";
import type { Subscribers } from "@mainstay/observability";
import type { Availability, InstanceClass } from "@mainstay/rds";
import type { Failback, ZoneChoice } from "@mainstay/route53";
import type { RotationDays } from "@mainstay/secrets";
import type { InterfaceEndpoint, Nat } from "@mainstay/vpc";
import type { BackupChoice } from "./backup.ts";
import type { Clinic } from "./clinic.ts";

/** Which image a service runs: its digest is an input of the service stack, `TF_VAR_<name>_image_digest`. */
export interface ImageChoice {
  readonly name: string;
}

/** The image `name` of the environment's own registry, by the digest that the deployment hands in. */
export const imageByDigest = (name: string): ImageChoice => ({ name });

/** Where a region's network is, and how it reaches the internet. */
export interface NetworkChoice {
  /** Private range, /16 to /20; a change replaces everything. Must not overlap with networks that are ever to be joined. */
  readonly cidr: string;
  /** `per-zone` survives the loss of a zone; `single` costs one gateway and loses the way out with its zone. */
  readonly nat: Nat;
  /**
   * AWS services with an address in the VPC: no NAT on the way to them, about 7 USD per month, zone and service. With
   * `secretsmanager` tasks have no way to the internet; taking it away, deploy the service stack at once: until then they have no way to
   * a new password either.
   *
   * @default none
   */
  readonly interfaceEndpoints?: readonly InterfaceEndpoint[];
}

/** The machines of a cluster. `min` counts for what survives a zone, `max` for what it costs at worst. */
export interface InstancesChoice {
  readonly type: InstanceType;
  readonly min: number;
  readonly max: number;
}

/** One more service beside the API, on the same machines, with the same database and documents. */
export interface ServiceChoice {
  readonly image: ImageChoice;
  readonly task: TaskSize;
  readonly capacity: Capacity;
  /** Requests that it takes from the API: up to four paths, with `*` and `?`. */
  readonly paths: readonly string[];
  /** 1 to 99, another for each service; of all whose paths match, the lowest takes the request. The API has 100. */
  readonly priority: number;
}

/** Durations in seconds that an environment may set otherwise than the contract does. Refused where the API could not keep up. */
export interface TimingChoice {
  /** How often the load balancer asks a task. @default 5 */
  readonly healthInterval?: Seconds;
  /** An answer later than this is a failure. @default 3 */
  readonly healthTimeout?: Seconds;
  /** The load balancer closes a connection that is idle for this long. @default 60 */
  readonly idle?: Seconds;
  /** Requests in flight on a task that leaves get this long. @default 30 */
  readonly draining?: Seconds;
  /** ECS kills a task this long after it was told to stop. @default 45 */
  readonly stopTimeout?: Seconds;
}

/** A second region that takes over when the first is lost: its own network, service, and copies of database and documents. */
export interface StandbyChoice<S extends Region = Region> {
  /** Another region than the first. A change is another standby. */
  readonly region: S;
  readonly zones: readonly Zone<S>[];
  /** Its range must not overlap with the first region's. */
  readonly network: NetworkChoice;
  /**
   * `replica`: database and documents follow the first region's, read only; the copy is seconds behind, documents up to 15 minutes.
   * `promoted`: they are on their own and can be written to. There is no way back but a new replica.
   *
   * @default "replica"
   */
  readonly data?: "replica" | "promoted";
  /**
   * Whether users return by themselves once the first region answers again.
   *
   * @default "manual": somebody looks first, since the first region's database is behind after a promotion
   */
  readonly failback?: Failback;
  /** @default the first region's */
  readonly instances?: InstancesChoice;
  /** @default the API's in the first region */
  readonly capacity?: Capacity;
  /** Class of the replica. @default the first region's */
  readonly databaseClass?: InstanceClass;
  /**
   * Whether the database has a second server in another zone of this region: twice the price of one. Changed in place, in the next
   * maintenance window (packages/rds says how to have it sooner). A promoted `single-az` is refused in production.
   *
   * @default "single-az" while it is a replica, whose loss loses nothing; the first region's once it is promoted
   */
  readonly availability?: Availability;
}

/**
 * One environment of the clinic: all that a user writes.
 *
 * `R` is its region, `S` that of its standby: a zone of another region is a type error.
 */
export interface ClinicProps<R extends Region = Region, S extends Region = Region> {
  /** Unique among the clinic's environments; lower case. A change is another environment. */
  readonly name: string;

  /**
   * Refuses every choice that gives up what production needs: single NAT, a single database, missing protection, short backups, local state.
   *
   * @default false
   */
  readonly production?: boolean;

  /** A change is another environment. */
  readonly region: R;

  /** Two or more of the region, written out. One can be added at any time; the others do not notice. */
  readonly zones: readonly Zone<R>[];

  /** The name that users type, and the zone that it is in. */
  readonly domain: { readonly name: string; readonly zone: ZoneChoice };

  /** `localState` or `s3State(bucket)`. */
  readonly state: State;

  /** Tags that split the bill and find an owner. */
  readonly cost: CostTags;

  /**
   * The AWS account that may be touched, 12 digits.
   *
   * @default any that the credentials belong to
   */
  readonly account?: string;

  /**
   * ARN of the policy that bounds every role, as `npm run bootstrap` prints it; needed where GitHub deploys.
   *
   * @default none
   */
  readonly permissionBoundary?: string;

  readonly network: NetworkChoice;

  /** A change of the type replaces the machines one by one. */
  readonly instances: InstancesChoice;

  readonly api: {
    readonly image: ImageChoice;
    readonly task: TaskSize;
    /** `fixed(n)` or `autoscaled({ min, max, ... })`. */
    readonly capacity: Capacity;
  };

  /**
   * More services, by name. Adding one changes nothing that is there.
   *
   * @default the API alone
   */
  readonly services?: Readonly<Record<string, ServiceChoice>>;

  /** @default the contract of the API */
  readonly timing?: TimingChoice;

  readonly database: {
    readonly class: InstanceClass;
    readonly storage: Gibibytes;
    /**
     * Days that point-in-time recovery reaches back, 1 to 35.
     *
     * @default 14
     */
    readonly backupDays?: number;
    /**
     * `multi-az`: a standby in another zone takes over within 60 to 120 s. `single-az` costs half and gives that up.
     *
     * @default "multi-az"
     */
    readonly availability?: Availability;
    /**
     * Days after which the password is changed by itself, or `never`, which gives up that a stolen one stops working some day. Tasks
     * read it themselves and do not notice; other services' images must read `DATABASE_SECRET` as the API does.
     *
     * @default 30: a third of the 90 days that AWS Config, Security Hub and PCI DSS 8.3.9 ask for, so that two rotations in a row
     * may fail before one of them objects
     */
    readonly rotation?: RotationDays | "never";
  };

  /** Who hears of alarms, also of those in us-east-1, where Route 53 says whether the name is answered. `"nobody"`: alarms are seen in the console only; refused in production. */
  readonly notify: Subscribers;

  /**
   * Copies of database and documents in a vault, and in a vault of another region.
   *
   * @default none but RDS's and EFS's own; refused in production
   */
  readonly backup?: BackupChoice;

  /**
   * A second region.
   *
   * @default none: the loss of the region is the loss of the service until backups are restored elsewhere
   */
  readonly standby?: StandbyChoice<S>;

  /**
   * Regions that `standby` or `backup.copy` named until now: Terraform needs their provider for one more deployment, to take down the
   * keys and vaults that the first region's stacks have there. Without it that deployment is refused before there is a plan. What else
   * leaving a region takes: README of apps/infra.
   *
   * @default none
   */
  readonly formerRegions?: readonly Region[];

  /**
   * Refuses plans that would delete data, keys, the DNS zone or the load balancer.
   *
   * @default true
   */
  readonly protect?: boolean;

  /**
   * Called with everything that was made, before it is written: any field of any resource can be set, and resources added.
   *
   * @example customize: ({ primary }) => { primary.edge.entrance.loadBalancer.ipAddressType = "dualstack"; }
   * @default nothing is changed
   */
  readonly customize?: (clinic: Clinic) => void;
}
