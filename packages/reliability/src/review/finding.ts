import type { Action } from "../read/plan.ts";
import type { Kind } from "./kinds.ts";
import type { Shown } from "./masking/shown.ts";

/** Where in which plan. */
export interface Place {
  readonly stack: string;
  /** With keys, as the plan shows it. */
  readonly address: string;
}

/** One attribute of a change. */
export interface Difference {
  /** `ingress[0].cidr_blocks` */
  readonly attribute: string;
  readonly before: Shown;
  readonly after: Shown;
}

/** Why Terraform makes something again instead of changing it. */
export interface Cause {
  /** Attributes that cannot be changed in place. Empty: it is asked for, tainted, or follows a trigger. */
  readonly attributes: readonly Difference[];
  /** Resources that are made again as well, and give these attributes another value with that. */
  readonly follows: readonly string[];
  /** A sentence. */
  readonly because: string;
}

/** One risk. */
export interface Finding extends Place {
  readonly kind: Kind;
  /** Identifies the rule: `database-standby-removed`. */
  readonly rule: string;
  readonly type: string;
  readonly action: Action;
  /** Undefined where it is about the whole resource. */
  readonly attribute: string | undefined;
  readonly before: Shown;
  readonly after: Shown;
  /** Sentences. */
  readonly why: string;
  readonly cause: Cause | undefined;
  /** Where the rule was learnt: a guide and its section. */
  readonly source: string;
}

/** An attribute at which a rule would look, but which is known only when the change is applied. */
export interface Undecided extends Place {
  readonly attribute: string;
  /** What it would be, if it turned out badly. */
  readonly kind: Kind;
}

/** Something of the plan that changes, with or without a risk. */
export interface ReviewedChange extends Place {
  readonly type: string;
  readonly action: Action;
  /** Where it was before; undefined where it has not moved. */
  readonly previous: string | undefined;
  readonly imported: boolean;
  /** It has happened already, outside of Terraform. */
  readonly outside: boolean;
  /** The worst kind of its findings; `harmless` where it has none. */
  readonly kind: Kind;
  /** What differs; of what is made or deleted: nothing. */
  readonly differences: readonly Difference[];
}
