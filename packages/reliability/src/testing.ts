import type { Json, JsonObject } from "./read/json.ts";
import { readState, type State } from "./read/state.ts";
import { readSynthesis, type Synthesis } from "./read/synthesis.ts";

/** Resources as tests write them: arguments by address. */
export type Resources = Readonly<Record<string, JsonObject>>;

/** A stack of these resources, in the form of `cdk.tf.json`; `more` are other sections of it. */
export function stackOf(resources: Resources, more: JsonObject = {}, name = "test"): Synthesis {
  return readSynthesis({ resource: nested(resources), ...more }, name);
}

/** A state of these resources, as the file has it. */
export function stateOf(resources: Resources, name = "test"): State {
  return readState(stateFile(resources), name);
}

/** A state file of version 4. */
export function stateFile(resources: Resources, outputs: JsonObject = {}): JsonObject {
  return {
    version: 4,
    outputs,
    resources: Object.entries(resources).map(([address, attributes]) => {
      const [type = "", name = ""] = address.split(".");
      return { mode: "managed", type, name, instances: [{ attributes }] };
    }),
  };
}

/** `{ "aws_vpc.main": {} }` as `{ aws_vpc: { main: {} } }`. */
export function nested(resources: Resources): JsonObject {
  const found: Record<string, Record<string, Json>> = {};
  for (const [address, attributes] of Object.entries(resources)) {
    const [type = "", name = ""] = address.split(".");
    found[type] = { ...found[type], [name]: attributes };
  }
  return found;
}

/** How a reference stands in the JSON: `reference("aws_kms_key.key.arn")`. */
export function reference(expression: string): string {
  return `\${${expression}}`;
}
