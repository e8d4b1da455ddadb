import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LocalAws, type LocalAwsOptions, startLocalAws } from "./local-aws.ts";

/** A local AWS for one test file. */
export interface TemporaryAws extends LocalAws {
  /** Its own, below the system's directory for temporary files; `stop()` removes it. */
  readonly directory: string;
}

/** Starts a local AWS in a new directory. MiniStack is started only for the services that are asked for; Terraform gets a shared provider. */
export async function startTemporaryAws(options: Pick<LocalAwsOptions, "ministack"> = {}): Promise<TemporaryAws> {
  const directory = mkdtempSync(join(tmpdir(), "mainstay-aws-"));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  try {
    const aws = await startLocalAws({ directory, ministack: [], sharedProvider: true, ...options });
    const stop = () => aws.stop().finally(remove);
    return { ...aws, directory, stop };
  } catch (error) {
    remove();
    throw error;
  }
}
