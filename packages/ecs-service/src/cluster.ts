import type { Mebibytes, Problem } from "@mainstay/core";
import type { ITerraformDependable } from "cdktf";

/** What the image must be built for. */
export type Architecture = "arm64" | "x86_64";

/** How a cluster gets the machines that its tasks run on. */
export type Launch = { readonly kind: "capacity-provider"; readonly name: string };

/** What one task may use, and what is reserved for it. */
export interface TaskSize {
  /** CPU units: 1024 are one vCPU. More are used while nobody else wants them. */
  readonly cpu: number;
  /** MiB. A container that wants more is killed. */
  readonly memory: Mebibytes;
}

/** What a service may know of the cluster that it runs on. */
export interface Cluster {
  readonly arn: string;
  readonly name: string;
  readonly architecture: Architecture;
  readonly launch: Launch;
  /** What must exist before a service starts, and must outlive it. */
  readonly ready: readonly ITerraformDependable[];
  /** Why a task of this size would never start here; empty where it would. */
  misfits(task: TaskSize): readonly Problem[];
}
