import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Place } from "./place.ts";

/** The stacks of an environment as they were synthesised, each after those it reads. */
export function synthesizedStacks(place: Place, environment: string): string[] {
  const manifest: { readonly stacks: Readonly<Record<string, { readonly dependencies: readonly string[] }>> } =
    JSON.parse(readFileSync(join(place.output, "manifest.json"), "utf8"));
  const ordered = new Set<string>();
  const visit = (name: string): void => {
    if (ordered.has(name)) return;
    for (const dependency of manifest.stacks[name]?.dependencies ?? []) visit(dependency);
    ordered.add(name);
  };
  for (const name of Object.keys(manifest.stacks).filter((stack) => stack.startsWith(`${environment}-`))) visit(name);
  return [...ordered];
}

/** Managed resources and outputs of a deployed stack. */
export interface Deployed {
  readonly stack: string;
  readonly resources: number;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** Reads a stack's state. Outputs that exist only for other stacks are left out. */
export function deployedStack(place: Place, stack: string): Deployed {
  const state: {
    readonly resources: readonly { readonly mode: string; readonly instances: readonly unknown[] }[];
    readonly outputs: Readonly<Record<string, { readonly value: unknown }>>;
  } = JSON.parse(readFileSync(place.stateOf(stack), "utf8"));
  return {
    stack,
    resources: state.resources
      .filter(({ mode }) => mode === "managed")
      .reduce((sum, { instances }) => sum + instances.length, 0),
    outputs: Object.fromEntries(
      Object.entries(state.outputs)
        .filter(([name]) => !name.startsWith("cross-stack-output"))
        .map(([name, { value }]) => [name, value]),
    ),
  };
}
