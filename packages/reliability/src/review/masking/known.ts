import { at, isObject, objectAt } from "../../read/json.ts";
import type { Plan } from "../../read/plan.ts";

/** The texts that a plan itself calls sensitive: marked attributes, variables and outputs. */
export function knownSecrets(plan: Plan): ReadonlySet<string> {
  const found = new Set<string>();
  for (const changes of [plan.changes, plan.drift, plan.deposed]) {
    for (const { before, after, sensitive } of changes) {
      marked(before, sensitive.before, found);
      marked(after, sensitive.after, found);
    }
  }
  for (const { before, after, sensitive } of plan.outputs) {
    if (sensitive) texts([before, after], found);
  }
  const declared = objectAt(plan.configuration, "root_module", "variables");
  for (const name of Object.keys(declared)) {
    if (at(declared, name, "sensitive") === true) texts(at(plan.variables, name, "value"), found);
  }
  return found;
}

/** Texts at which the tree of marks says true. */
function marked(value: unknown, marks: unknown, found: Set<string>): void {
  if (marks === true) texts(value, found);
  else if (Array.isArray(marks)) {
    if (Array.isArray(value)) for (const [index, mark] of marks.entries()) marked(value[index], mark, found);
  } else if (isObject(marks) && isObject(value)) {
    for (const name of Object.keys(marks)) if (Object.hasOwn(value, name)) marked(value[name], marks[name], found);
  }
}

function texts(value: unknown, found: Set<string>): void {
  if (typeof value === "string") found.add(value);
  else if (Array.isArray(value)) for (const item of value) texts(item, found);
  else if (isObject(value)) for (const item of Object.values(value)) texts(item, found);
}
