import { plainJson } from "../../text/plain.ts";
import type { Review } from "../review.ts";

/** Of the form of the JSON. A field that is added leaves it as it is; one that goes, or means something else, does not. */
export const reportVersion = 1;

/** A review as data; `schema/review.schema.json` describes it. Secrets are masked; texts are as the plan has them. */
export function toJson(review: Review): string {
  const { reviewed, stacks, findings, changes, undecided, blindSpots } = review;
  return `${plainJson({ version: reportVersion, reviewed, stacks, findings, changes, undecided, blindSpots })}\n`;
}
