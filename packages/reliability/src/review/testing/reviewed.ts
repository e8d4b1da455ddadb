import { type Review, review } from "../review.ts";

/** The review of one plan, of a stack `s`. */
export const of = (plan: unknown): Review => review([{ stack: "s", plan }], { key: "k" });

/** What it finds: a line each of kind and address. */
export const risks = (plan: unknown): string[] => of(plan).findings.map(({ kind, address }) => `${kind} ${address}`);
