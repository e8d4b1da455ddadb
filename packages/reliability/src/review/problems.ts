import type { Plan } from "../read/plan.ts";

/** Why a plan cannot be called reviewed; empty where it can. */
export function problemsOf(plan: Plan): string[] {
  if (!plan.readable) return ["This is not what terraform show -json prints of a plan."];
  const found: string[] = [];
  const [major] = plan.formatVersion.split(".");
  if (major !== "1")
    found.push(`Its format version is ${plan.formatVersion}; 1.x is known here, and another may mean something else.`);
  if (plan.errored) found.push("Terraform failed while it planned: what came after the failure is missing.");
  if (plan.deferred.length > 0)
    found.push(
      `Terraform has put off ${plan.deferred.length === 1 ? "1 change" : `${plan.deferred.length} changes`} to a later plan: ${plan.deferred.slice(0, 5).join(", ")}${plan.deferred.length > 5 ? ", ..." : ""}.`,
    );
  if (plan.complete === false && !plan.errored)
    found.push("The plan is not complete: applying it leaves something to do (-target, or changes that were put off).");
  return found;
}
