import type { OutputChange, Plan } from "../read/plan.ts";
import type { Finding, ReviewedChange } from "./finding.ts";
import type { Masker } from "./masking/masker.ts";
import { type Shown, unknown } from "./masking/shown.ts";

/** An output that goes is missed by the stacks that read it. */
export function outputFindings(plan: Plan, masker: Masker): Finding[] {
  return plan.outputs
    .filter(({ action }) => action === "delete")
    .map((output) => ({
      ...placeOf(output, plan, masker),
      kind: "outage",
      rule: "output-removed",
      attribute: undefined,
      ...sides(output, masker),
      why: "Stacks that read this output cannot be planned or deployed any more.",
      cause: undefined,
      source: "Terraform, terraform_remote_state",
    }));
}

export function outputChanges(plan: Plan, masker: Masker): ReviewedChange[] {
  return plan.outputs.map((output) => ({
    ...placeOf(output, plan, masker),
    previous: undefined,
    imported: false,
    outside: false,
    kind: output.action === "delete" ? "outage" : "harmless",
    differences: [{ attribute: "value", ...sides(output, masker) }],
  }));
}

function placeOf({ name, action }: OutputChange, { stack }: Plan, masker: Masker) {
  return { stack, address: masker.text(`output.${name}`), type: "output", action };
}

function sides(output: OutputChange, masker: Masker): { readonly before: Shown; readonly after: Shown } {
  const side = (value: OutputChange["before"]) => masker.shown("output", [output.name], value, output.sensitive);
  return { before: side(output.before), after: output.unknown ? unknown : side(output.after) };
}
