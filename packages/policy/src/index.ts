export { type Checked, checkov, type Finding } from "./checkov.ts";
export { describeVerdict, judge, type Verdict } from "./judge.ts";
export { toSarif } from "./sarif.ts";
export { readSuppressions, type Suppression, SuppressionError } from "./suppressions.ts";
