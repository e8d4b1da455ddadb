import { type JsonObject, textOf } from "../read/json.ts";
import { emptiedFirst } from "./consequences.ts";

/** What stands in the way of a deletion, or is left after it: a sentence with a space before it, or nothing. */
export function whatIsLeft({ type, values }: { readonly type: string; readonly values: JsonObject }): string {
  const forced = emptiedFirst[type];
  if (forced !== undefined && values[forced] !== true) return " AWS refuses that while something is in it.";
  if (/^aws_(db_instance|(rds|docdb|neptune|redshift)_cluster)$/.test(type)) {
    return values.skip_final_snapshot === true ? " No final snapshot is taken." : " A final snapshot is taken.";
  }
  if (type === "aws_kms_key")
    return ` It can be brought back for ${textOf(values.deletion_window_in_days ?? 30)} days.`;
  return "";
}
