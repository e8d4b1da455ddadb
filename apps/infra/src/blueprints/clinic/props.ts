import type { CostTags, Gibibytes, Region, State, Zone } from "@mainstay/core";
import type { InstanceType } from "@mainstay/ecs-ec2";
import type { Capacity, TaskSize } from "@mainstay/ecs-service";
import type { Availability, InstanceClass } from "@mainstay/rds";
import type { ZoneChoice } from "@mainstay/route53";
import type { InterfaceEndpoint, Nat } from "@mainstay/vpc";

/** Which image a service runs: its digest is an input of the service stack, `TF_VAR_<name>_image_digest`. */
export interface ImageChoice {
  readonly name: string;
}

/** The image `name` of the environment's own registry, by the digest that the deployment hands in. */
export const imageByDigest = (name: string): ImageChoice => ({ name });

/** One environment of the clinic: all that a user writes. */
export interface ClinicProps<R extends Region = Region> {
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

  readonly network: {
    /** Private range, /16 to /20; a change replaces everything. Must not overlap with networks that are ever to be joined. */
    readonly cidr: string;
    /** `per-zone` survives the loss of a zone; `single` costs one gateway and loses the way out with its zone. */
    readonly nat: Nat;
    /**
     * AWS services with an address in the VPC: no NAT on the way to them, about 7 USD per month, zone and service.
     *
     * @default none
     */
    readonly interfaceEndpoints?: readonly InterfaceEndpoint[];
  };

  /** The machines of the cluster. `min` counts for what survives a zone, `max` for what it costs at worst. */
  readonly instances: { readonly type: InstanceType; readonly min: number; readonly max: number };

  readonly api: {
    readonly image: ImageChoice;
    readonly task: TaskSize;
    /** `fixed(n)` or `autoscaled({ min, max, ... })`. */
    readonly capacity: Capacity;
  };

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
  };

  /**
   * Refuses plans that would delete data, keys, the DNS zone or the load balancer.
   *
   * @default true
   */
  readonly protect?: boolean;
}
