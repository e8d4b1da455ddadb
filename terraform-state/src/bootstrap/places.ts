import { join, resolve } from "node:path";
import type { Move } from "../states/move.ts";

/** The checkout. */
export const repository = resolve(import.meta.dirname, "../../..");

/** Where a bootstrap keeps its files. */
export interface Places extends Move {
  /** The stack's id. */
  readonly stack: string;
  /** What cdktf writes. */
  readonly output: string;
  /** There while a bootstrap runs; left behind by one that was killed. */
  readonly running: string;
}

/** @param home the repository; another folder in tests. */
export function placesOf(name: string, region: string, home = repository): Places {
  const stack = `${name}-account-${region}-account`;
  const output = join(home, "terraform-state/bootstrap/cdktf.out");
  return {
    stack,
    output,
    directory: join(output, "stacks", stack),
    // As `localState` writes it, from the stack's directory.
    file: join(home, "terraform-state/bootstrap/terraform-state/local", `${stack}.tfstate`),
    key: `${name}/account/${region}/account.tfstate`,
    running: join(output, `${stack}.running`),
  };
}
