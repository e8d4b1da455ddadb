/**
 * How far a process is on its way out.
 *
 * - `serving`: all is as usual
 * - `lameDuck`: readiness says 503, so that the load balancer looks elsewhere; requests are served as before
 * - `draining`: no new connections; requests in flight end
 */
export type Phase = "serving" | "lameDuck" | "draining";

/** Shared by those who must know: readiness, the answers' headers, the shutdown. */
export interface Lifecycle {
  phase: Phase;
  /** The schema is one that this release can work with. */
  migrated: boolean;
}
