import type { Answer } from "./client.ts";

export const operations = ["read", "list", "create", "update", "upload", "slow upload"] as const;
export type Operation = (typeof operations)[number];

/** One request as its caller saw it. */
export interface Sample {
  readonly operation: Operation;
  /** When it was sent, in milliseconds since the load began. */
  readonly at: number;
  /** How much later than it was due, in milliseconds: what this machine adds by itself. */
  readonly late: number;
  /** How long it took, in milliseconds. */
  readonly ms: number;
  /** `fine`, `stale` (an earlier answer, marked so), `busy` (503 with Retry-After), or what went wrong. */
  readonly outcome: string;
}

export const isReading = ({ operation }: Pick<Sample, "operation">): boolean =>
  operation === "read" || operation === "list";

/** Whether how long it took is up to who answers. */
export const isQuick = ({ operation }: Pick<Sample, "operation">): boolean => operation !== "slow upload";

export const succeeded = ({ outcome }: Pick<Sample, "outcome">): boolean => outcome === "fine" || outcome === "stale";

/**
 * What an answer means to who asked.
 *
 * WHY 412 is fine: an update that is repeated because nobody knew whether it was done is refused when it was.
 */
export function outcomeOf(operation: Operation, { status, headers }: Pick<Answer, "status" | "headers">): string {
  if (status < 400 || (status === 412 && operation === "update")) return headers.age === undefined ? "fine" : "stale";
  return status === 503 && headers["retry-after"] !== undefined ? "busy" : `HTTP ${status}`;
}

/**
 * What became of a request that was not answered.
 *
 * WHY not `instanceof Error`: in jest the errors of sockets come from outside, and are none of its own.
 */
export function outcomeOfError(error: unknown): string {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "no answer";
}
