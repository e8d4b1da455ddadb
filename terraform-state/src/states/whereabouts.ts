import type { StateId } from "./state-file.ts";

/** Where a state is that goes from this machine into a bucket, and so what is to be done. */
export type Whereabouts =
  /** Nowhere: nothing was deployed, or by somebody else's file. */
  | { readonly is: "nowhere" }
  /** On this machine only: to be moved. */
  | { readonly is: "here" }
  /** In the bucket, and a copy of it is left here: the move was interrupted after it was done. */
  | { readonly is: "moved" }
  /** In the bucket only. */
  | { readonly is: "there" }
  /** In both, and they are not the same. */
  | { readonly is: "both"; readonly why: string };

/** Decides from what is here and what is in the bucket. A state is never overwritten by one that knows less. */
export function whereabouts(here: StateId | undefined, there: StateId | undefined): Whereabouts {
  if (here === undefined) return { is: there === undefined ? "nowhere" : "there" };
  if (there === undefined) return { is: "here" };
  if (here.lineage !== there.lineage) {
    return {
      is: "both",
      why: "they come from two first deployments, and each knows resources that the other does not",
    };
  }
  if (here.serial > there.serial) {
    return { is: "both", why: `the one here has gone on since (serial ${here.serial}, in the bucket ${there.serial})` };
  }
  return { is: "moved" };
}
