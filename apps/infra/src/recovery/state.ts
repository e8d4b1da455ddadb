import type { Stray } from "./match.ts";

/** What recovery reads of a Terraform state, version 4. */
export interface State {
  readonly serial: number;
  readonly lineage: string;
  readonly outputs?: Readonly<Record<string, { readonly value: unknown }>>;
  readonly resources: readonly {
    readonly mode: string;
    readonly type: string;
    readonly name: string;
    readonly module?: string;
    readonly instances: readonly {
      readonly status?: string;
      readonly index_key?: string | number;
      readonly attributes: Readonly<Record<string, unknown>> | null;
    }[];
  }[];
}

/** Undefined where there is no state yet. */
export function parseState(text: string): State | undefined {
  return text.trim() === "" ? undefined : JSON.parse(text);
}

export interface Instance {
  readonly address: string;
  readonly type: string;
  /** Terraform was stopped before it was ready, or it failed: the next plan would replace it. */
  readonly tainted: boolean;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** The resources that Terraform manages, without data sources. */
export function instances(state: State | undefined): Instance[] {
  return (state?.resources ?? [])
    .filter(({ mode }) => mode === "managed")
    .flatMap(({ type, name, module, instances: all }) =>
      all.map(({ status, index_key: at, attributes }) => ({
        address: [module, type, name].filter((part) => part !== undefined).join(".") + index(at),
        type,
        tainted: status === "tainted",
        attributes: attributes ?? {},
      })),
    );
}

function index(at: string | number | undefined): string {
  return at === undefined ? "" : `[${JSON.stringify(at)}]`;
}

/** Whether other stacks cannot read yet what `configuration` promises them. */
export function lacksOutputs({ output = {} }: { readonly output?: object }, state: State | undefined): boolean {
  return Object.keys(output).some((name) => (state?.outputs?.[name]?.value ?? null) === null);
}

/** What states know of, to be asked for one resource after another. */
export class Known {
  readonly #ids = new Set<string>();
  readonly #text: string;

  constructor(states: readonly (State | undefined)[]) {
    const all = states.flatMap(instances);
    for (const { type, attributes } of all) {
      if (typeof attributes.arn === "string") this.#ids.add(key("", everywhere(attributes.arn)));
      if (typeof attributes.id === "string") this.#ids.add(key(type, attributes.id));
    }
    this.#text = JSON.stringify(all.map(({ attributes }) => attributes));
  }

  /** By its ARN, or by its type and id: not every type keeps its ARN. */
  has({ arn, kind, id }: Pick<Stray, "arn" | "kind" | "id">): boolean {
    return this.#ids.has(key("", everywhere(arn.text))) || kind.types.some((type) => this.#ids.has(key(type, id)));
  }

  /** Something that is known refers to it. */
  mentions(id: string): boolean {
    return this.#text.includes(id);
  }
}

/** WHY: the copies of a secret in other regions have its tags and its ARN, but for the region; Terraform knows the first only. */
function everywhere(arn: string): string {
  return arn.replace(/^(arn:[^:]*:secretsmanager:)[^:]*/, "$1");
}

function key(type: string, id: string): string {
  return `${type}\n${id}`;
}
