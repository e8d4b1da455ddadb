import { type TerraformStack, Testing } from "cdktf";

/** A class of the provider's bindings. */
interface ResourceType {
  readonly tfResourceType: string;
}

/** Attributes of a resource as they stand in `cdk.tf.json`. */
// biome-ignore lint/suspicious/noExplicitAny: the JSON is what the test is about; its shape is asserted there.
type Attributes = Record<string, any>;

/** One synthesised stack, to ask questions about. */
export interface Synthesized {
  /** Every resource's address, `type.name`, sorted: what a rename would move. */
  readonly addresses: readonly string[];
  /** By name, in the order of the construct tree. Empty where there is none. */
  all(type: ResourceType): Record<string, Attributes>;
  /** The only resource of its type, else an error that lists what there is. */
  the(type: ResourceType): Attributes;
  /** The one whose name is `name`, else an error that lists the names. */
  named(type: ResourceType, name: string): Attributes;
  readonly json: Attributes;
}

/** Synthesises `stack` with its validations run. */
export function synthesize(stack: TerraformStack): Synthesized {
  // WHY: without it cdktf 0.21 renders a reference to another stack as if that resource were in this one.
  stack.prepareStack();
  const json: Attributes = JSON.parse(Testing.synth(stack, true));
  const resources: Record<string, Record<string, Attributes>> = json.resource ?? {};
  const all = ({ tfResourceType }: ResourceType) => resources[tfResourceType] ?? {};
  const choose = (type: ResourceType, wanted: (name: string) => boolean, words: string): Attributes => {
    const entries = Object.entries(all(type)).filter(([name]) => wanted(name));
    const [only] = entries;
    if (only === undefined || entries.length > 1) {
      const names = Object.keys(all(type)).join(", ") || "none";
      throw new Error(`${type.tfResourceType}: expected ${words}, the stack has: ${names}`);
    }
    return only[1];
  };
  return {
    json,
    addresses: Object.entries(resources)
      .flatMap(([type, named]) => Object.keys(named).map((name) => `${type}.${name}`))
      .toSorted(),
    all,
    the: (type) => choose(type, () => true, "exactly one"),
    named: (type, name) => choose(type, (candidate) => candidate === name, `one named ${name}`),
  };
}

/** What synthesis says about a stack's mistakes; empty where it has none. */
export function mistakes(stack: TerraformStack): string {
  try {
    Testing.synth(stack, true);
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** How a reference stands in the JSON: `reference("aws_kms_key.key.arn")`. */
export function reference(expression: string): string {
  return `\${${expression}}`;
}
