import { type Environment, terraform } from "@mainstay/emulator";
import type { Place } from "./place.ts";

/** What a second plan says of one stack. */
export interface Verdict {
  readonly stack: string;
  /** Nothing would change. */
  readonly empty: boolean;
  /** Terraform's own words, where something would change or the plan failed. */
  readonly text: string;
}

/** Plans every stack again as it was deployed; none is changed. */
export async function planAgain(place: Place, stacks: readonly string[], env: Environment): Promise<Verdict[]> {
  return await Promise.all(
    stacks.map(async (stack) => {
      const { code, stdout, stderr } = await terraform(
        place.directoryOf(stack),
        ["plan", "-detailed-exitcode", "-input=false", "-no-color", "-lock=false"],
        env,
      );
      return { stack, empty: code === 0, text: code === 0 ? "" : `${stdout}${stderr}`.trim() };
    }),
  );
}
