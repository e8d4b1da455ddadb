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
    found.push(`Terraform has put off ${counted(plan.deferred.length)} to a later plan: ${someOf(plan.deferred)}.`);
  if (plan.unread.length > 0)
    found.push(
      `What is to become of ${someOf(plan.unread)} cannot be read: ${counted(plan.unread.length)} of an action, or of a form, that is not known here.`,
    );
  if (plan.complete === false && !plan.errored)
    found.push("The plan is not complete: applying it leaves something to do (-target, or changes that were put off).");
  return found;
}

function counted(count: number): string {
  return count === 1 ? "1 change" : `${count} changes`;
}

function someOf(addresses: readonly string[]): string {
  return `${addresses.slice(0, 5).join(", ")}${addresses.length > 5 ? ", ..." : ""}`;
}
