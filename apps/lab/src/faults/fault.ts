import type { Traffic } from "../load/traffic.ts";
import type { Side } from "../stage/side.ts";
import type { Stage } from "../stage/stage.ts";

/** What a fault can use. */
export interface Scene {
  readonly stage: Stage;
  /** For one side, or each. */
  readonly traffic: ReadonlyMap<Side, Traffic>;
  /** Everything takes as little time as still shows it. */
  readonly short: boolean;
  /** What is measured before the fault begins here; else with the load. @param side @default every side */
  readonly steady: (side?: Side) => void;
  /** The fault begins now. @param side @default every side */
  readonly injected: (side?: Side) => void;
  /** Its cause is gone now. @param side @default every side */
  readonly healed: (side?: Side) => void;
  /** The process that the fault has killed has ended. */
  readonly gone: (side: Side) => void;
  /** What follows is not about this side. @default what is sent until the load ends counts */
  readonly finished: (side: Side) => void;
}

/** What a fault may cost; all else that fails is a broken promise. */
export interface Tolerance {
  /** What was sent before the process was gone may end without an answer; nothing that was sent later. @default false */
  readonly cutInFlight?: boolean;
  /** Changes may be answered 503 with Retry-After. @default true */
  readonly refusedWrites?: boolean;
  /** Milliseconds until writes succeed again. @default 2000 */
  readonly recoveryMs?: number;
  /** The slowest hundredth of what succeeds may take so many times as long as before. @default any */
  readonly slower?: number;
  /** Milliseconds after which nothing fails any more. @default any */
  readonly settledMs?: number;
  /** MiB of the larger process at most. @default 512: what a task of `clinic-dev` gets; ECS kills what takes more */
  readonly memoryMiB?: number;
  /** Reads may be answered 503 with Retry-After: more came than could be served. @default false */
  readonly refusedReads?: boolean;
}

export interface Fault {
  readonly name: string;
  /** One line, for the report. */
  readonly title: string;
  readonly tolerance?: Tolerance;
  /** Why it cannot be tried here; undefined where it can. */
  readonly impossible?: (stage: Stage) => string | undefined;
  readonly run: (scene: Scene) => Promise<void>;
}

export const everySide = async (stage: Stage, work: (side: Side) => Promise<unknown>): Promise<void> =>
  void (await Promise.all(stage.sides.map((side) => work(side))));
