import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { localState, type State } from "@mainstay/core";
import { App } from "cdktf";
import { type Account, sound } from "../account.ts";
import { AccountStack, type Found, nothingFound } from "../account-stack.ts";
import { type Identities, identitiesOf } from "../deliveries.ts";
import { Bucket } from "../states/bucket.ts";
import { locate, move } from "../states/move.ts";
import { StateError } from "../states/state-file.ts";
import { find, mustBeIn } from "./find.ts";
import { type Places, placesOf } from "./places.ts";

/** Runs a program in a folder, for the person at the terminal to see; answers how it ended. */
export type Run = (program: string, args: readonly string[], directory: string) => Promise<number>;

export interface Options {
  /** Applies without asking. */
  readonly yes: boolean;
  /** Where its files are. @default the repository */
  readonly home?: string;
  readonly run: Run;
  /** Puts an interrupted deployment of a stack right; answers as a command does. */
  readonly recover: (output: string, stack: string) => Promise<number>;
  /** Told what is being done. */
  readonly say: (line: string) => void;
}

/** What is there when it is done. */
export interface Bootstrapped {
  readonly account: string;
  /** Where its own state is: `s3://bucket/key`. */
  readonly state: string;
  /** By name, ARNs of what delivers each environment, and of what bounds it. */
  readonly environments: Readonly<Record<string, Identities>>;
}

/**
 * Makes what an account needs once, or brings it up to date. The first time, its state begins on this machine and ends in the bucket
 * that it has made.
 *
 * Each step looks at what is there and does what is missing, so that it may be killed anywhere and run again.
 *
 * @throws StateError, AccountError with what to do.
 */
export async function bootstrap(account: Account, options: Options): Promise<Bootstrapped> {
  const props = sound(account);
  const { state: place } = props;
  const { say } = options;
  const places = placesOf(props.name, place.region, options.home);
  const bucket = new Bucket(place);
  const synthesize = (state: State, found: Found) => {
    mkdirSync(dirname(places.file), { recursive: true });
    const app = new App({ outdir: places.output, stackTraces: false });
    new AccountStack(app, props, state, found);
    app.synth();
  };
  const isThere = async () => ["there", "moved"].includes((await locate(places, bucket)).is);
  try {
    await mustBeIn(props.account, place.region);
    const there = await settle(places, bucket, say);
    const state = there ? place : localState;
    if (existsSync(places.running)) {
      say("An earlier run was stopped in the middle. Putting that right:");
      synthesize(state, nothingFound);
      const code = await options.recover(places.output, places.stack);
      if (code !== 0) throw new StateError("That needs a decision: see above. Then run this again.");
    }
    say("Looking at what the account has already");
    synthesize(state, await find(props, bucket));
    writeFileSync(places.running, "");
    await apply(places, options);
    // WHY here: what is left to do is one request, which needs nothing put right.
    rmSync(places.running, { force: true });
    if (!(await isThere())) {
      say(`Moving its state into s3://${place.bucket}/${places.key}`);
      await move(places, bucket);
      synthesize(place, nothingFound);
    }
    const kept = `s3://${place.bucket}/${places.key}`;
    say(`In order. Its state is in ${kept}`);
    const names = Object.keys(props.environments);
    return {
      account: props.account,
      state: kept,
      environments: Object.fromEntries(names.map((name) => [name, identitiesOf(props, name)])),
    };
  } finally {
    bucket.close();
  }
}

/** Ends a move that was interrupted. @returns whether the state is in the bucket. */
async function settle(places: Places, bucket: Bucket, say: (line: string) => void): Promise<boolean> {
  const now = await locate(places, bucket);
  if (now.is === "moved" || now.is === "both") await move(places, bucket);
  if (now.is === "moved") say("The state was moved already; its copy here is put away");
  return now.is === "moved" || now.is === "there";
}

async function apply({ directory }: Places, { yes, run, say }: Options): Promise<void> {
  say("terraform init");
  await must(run("terraform", ["init", "-input=false", "-reconfigure", "-no-color"], directory), "terraform init");
  say("terraform apply");
  await must(run("terraform", ["apply", ...(yes ? ["-auto-approve", "-no-color"] : [])], directory), "terraform apply");
}

async function must(code: Promise<number>, what: string): Promise<void> {
  if ((await code) !== 0) {
    throw new StateError(`${what} failed: see above. What is done is kept; mend it and run the same command again.`);
  }
}
