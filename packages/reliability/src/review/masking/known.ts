import { at, isObject, objectAt } from "../../read/json.ts";
import type { Plan } from "../../read/plan.ts";

/** The texts that a plan itself calls sensitive: marked attributes, variables and outputs. */
export function* knownSecrets(plan: Plan): Generator<string> {
  for (const { before, after, sensitive } of [...plan.changes, ...plan.drift, ...plan.deposed]) {
    yield* marked(before, sensitive.before);
    yield* marked(after, sensitive.after);
  }
  for (const { before, after, sensitive } of plan.outputs) {
    if (sensitive) yield* texts([before, after]);
  }
  const declared = objectAt(plan.configuration, "root_module", "variables");
  for (const name of Object.keys(declared)) {
    if (at(declared, name, "sensitive") === true) yield* texts(at(plan.variables, name, "value"));
  }
}

/** Texts at which the tree of marks says true. */
function* marked(value: unknown, marks: unknown): Generator<string> {
  if (marks === true) yield* texts(value);
  else if (Array.isArray(marks)) {
    if (Array.isArray(value)) for (const [index, mark] of marks.entries()) yield* marked(value[index], mark);
  } else if (isObject(marks) && isObject(value)) {
    for (const name of Object.keys(marks)) if (Object.hasOwn(value, name)) yield* marked(value[name], marks[name]);
  }
}

function* texts(value: unknown): Generator<string> {
  if (typeof value === "string") yield value;
  else if (Array.isArray(value)) for (const item of value) yield* texts(item);
  else if (isObject(value)) for (const item of Object.values(value)) yield* texts(item);
}
