import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Bucket } from "./bucket.ts";
import { identify, StateError } from "./state-file.ts";
import { type Whereabouts, whereabouts } from "./whereabouts.ts";

/** A state that is to be in the bucket. */
export interface Move {
  /** On this machine. */
  readonly file: string;
  /** In the bucket. */
  readonly key: string;
  /** Where cdktf runs Terraform for the stack. */
  readonly directory: string;
}

/** Where the state is now. @throws StateError where one of them is no state. */
export async function locate({ file, key }: Move, bucket: Bucket): Promise<Whereabouts> {
  const here = existsSync(file) ? readFileSync(file, "utf8") : undefined;
  const there = await bucket.read(key);
  return whereabouts(
    here === undefined || here.trim() === "" ? undefined : identify(here, file),
    there === undefined ? undefined : identify(there, key),
  );
}

/**
 * Moves a state from this machine into the bucket. May be stopped anywhere and run again: the copy is one request that S3 takes
 * whole or not at all, and the file here stays until the copy was read back.
 *
 * @returns where it was before.
 * @throws StateError where a Terraform works on it, or another state is there.
 */
export async function move(one: Move, bucket: Bucket): Promise<Whereabouts["is"]> {
  const before = await locate(one, bucket);
  switch (before.is) {
    case "nowhere":
      return before.is;
    case "both":
      throw new StateError(
        `There are two states, ${one.file} and ${one.key} in the bucket, and ${before.why}. Decide which is right, and put the other away: terraform-state/README.md.`,
      );
    case "here":
      refuseWhileInUse(one.file);
      await copy(one, bucket);
      break;
    case "moved":
    case "there":
      break;
    default:
      return before satisfies never;
  }
  leave(one);
  return before.is;
}

async function copy(one: Move, bucket: Bucket): Promise<void> {
  await bucket.create(one.key, readFileSync(one.file, "utf8"));
  // WHY read back, whoever wrote it: only a copy that is as far as the file lets go of the file.
  const after = await locate(one, bucket);
  if (after.is !== "moved") {
    throw new StateError(
      `${one.key} was written by somebody else at the same time. Your state is still in ${one.file}.`,
    );
  }
}

/** Puts the file away under another name, and forgets where Terraform last found the state. */
function leave({ file, directory }: Move): void {
  if (existsSync(file)) renameSync(file, `${file}.moved`);
  // WHY: Terraform compares the backend with the one of its last run, and asks a question where they differ.
  rmSync(join(directory, ".terraform/terraform.tfstate"), { force: true });
}

/** WHY: Terraform writes this file while it works on the state, and takes it away when it ends. */
function refuseWhileInUse(file: string): void {
  const lock = join(dirname(file), `.${basename(file)}.lock.info`);
  if (!existsSync(lock)) return;
  throw new StateError(
    `A Terraform works on ${file}, or was killed: ${lock}. Wait for it. When none runs, delete that file and begin again.`,
  );
}
