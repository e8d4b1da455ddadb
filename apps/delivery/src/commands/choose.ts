import type { Delivery } from "@mainstay/terraform-state";
import { Problem } from "../problem.ts";

/** The environments that `which` means: `all`, `development` for those that are no production, or a name. @throws Problem for no such name. */
export function choose(all: readonly Delivery[], which: string): readonly Delivery[] {
  if (which === "all") return all;
  if (which === "development") return all.filter(({ production }) => !production);
  const named = all.filter(({ environment }) => environment === which);
  if (named.length > 0) return named;
  throw new Problem(
    `No environment is called ${which}. There are: ${all.map(({ environment }) => environment).join(", ")}.`,
  );
}
