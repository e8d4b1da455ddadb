import { stripVTControlCharacters } from "node:util";

/** What Terraform reports of one resource while it works. */
export interface Step {
  readonly stack: string;
  readonly address: string;
  readonly phase: "begun" | "done";
  readonly verb: "create" | "change" | "destroy";
}

const verbs = {
  Creating: ["create", "begun"],
  Modifying: ["change", "begun"],
  Destroying: ["destroy", "begun"],
  "Creation complete": ["create", "done"],
  "Modifications complete": ["change", "done"],
  "Destruction complete": ["destroy", "done"],
} as const satisfies Record<string, readonly [Step["verb"], Step["phase"]]>;

const line = new RegExp(`^(\\S*)\\s+(\\S+\\.\\S+): (${Object.keys(verbs).join("|")})(?:\\.\\.\\.| after|$)`);

/** Reads the lines of `cdktf deploy` or `destroy`, which name a stack only when it is another than in the line before. */
export class Output {
  #stack = "";

  /** The step in the next line; undefined where it says something else. */
  read(text: string): Step | undefined {
    const [, stack = "", address = "", words = ""] = line.exec(stripVTControlCharacters(text)) ?? [];
    this.#stack = /^\S+(?=\s)/.exec(text)?.[0] ?? this.#stack;
    if (!isVerb(words)) return undefined;
    const [verb, phase] = verbs[words];
    return { stack: stack || this.#stack, address, verb, phase };
  }
}

/** How far every stack is. */
export class Progress {
  readonly #stacks = new Map<string, { done: number; readonly open: Set<string> }>();

  add({ stack, address, phase }: Step): void {
    const state = this.#stacks.get(stack) ?? { done: 0, open: new Set() };
    this.#stacks.set(stack, state);
    if (phase === "begun") state.open.add(address);
    else {
      state.open.delete(address);
      state.done += 1;
    }
  }

  /** Resources that are finished, of all stacks. */
  get done(): number {
    return [...this.#stacks.values()].reduce((sum, { done }) => sum + done, 0);
  }

  /** One line: how many are done, and what is being waited for. */
  toString(): string {
    const open = [...this.#stacks.values()].flatMap((state) => [...state.open]);
    const [first = "", ...others] = open.map((address) => address.replace(/^aws_/, ""));
    const waiting = others.length > 0 ? `${first} and ${others.length} more` : first;
    return `${this.done} done${waiting === "" ? "" : `, waiting for ${waiting}`}`;
  }
}

function isVerb(words: string): words is keyof typeof verbs {
  return words in verbs;
}
