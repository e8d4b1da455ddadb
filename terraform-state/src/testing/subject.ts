import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue/index.js";
import { EnvironmentStack, type State } from "@mainstay/core";
import { App } from "cdktf";

/** A stack with one queue, as `npm run synth` would write it with its state in `state`. */
export function synthesizeSubject(outdir: string, state: State): void {
  const app = new App({ outdir, stackTraces: false });
  const stack = new EnvironmentStack(app, {
    blueprint: "shop",
    name: "dev",
    region: "eu-west-1",
    life: "data",
    state,
    cost: { owner: "tests", costCenter: "state" },
  });
  new SqsQueue(stack, "jobs", { name: "shop-dev-jobs" });
  app.synth();
}
