import { performance } from "node:perf_hooks";
import { cdktf } from "./cdktf.ts";
import type { LocalRun } from "./local-run.ts";
import type { Place } from "./place.ts";
import { Output, Progress } from "./progress.ts";
import type { Screen } from "./screen.ts";

/** Runs `cdktf deploy` or `destroy` over all stacks of `environment`, in their order, and shows how far it is. */
export async function move(
  command: "deploy" | "destroy",
  environment: string,
  { place, run, screen }: { readonly place: Place; readonly run: LocalRun; readonly screen: Screen },
): Promise<{ readonly seconds: number; readonly done: number }> {
  const began = performance.now();
  const progress = new Progress();
  const output = new Output();
  const tick = () => screen.now(`  ${command}: ${progress.toString()}`);
  const timer = setInterval(tick, 1_000);
  try {
    await cdktf(command, [`${environment}-*`], {
      place,
      env: run.env,
      line: (text) => {
        const step = output.read(text);
        if (step !== undefined) progress.add(step);
      },
    });
  } finally {
    clearInterval(timer);
  }
  return { seconds: (performance.now() - began) / 1000, done: progress.done };
}
