import type { Region, State } from "@mainstay/core";
import { awsCli, type LocalAws } from "@mainstay/emulator";

/** What is asked of an environment, whatever its blueprint. */
export interface StateProps {
  readonly region: Region;
  readonly state: State;
}

/** Makes the bucket that the states are kept in; none where they are files. It outlives every deployment, so that it is part of none. */
export async function makeStateBucket(aws: Pick<LocalAws, "env">, { region, state }: StateProps): Promise<void> {
  if (state.kind !== "s3") return;
  const place = state.region ?? region;
  // WHY: S3 takes its oldest region as the one that is not named.
  const where = place === "us-east-1" ? [] : ["--create-bucket-configuration", `LocationConstraint=${place}`];
  await awsCli(aws, ["s3api", "create-bucket", "--bucket", state.bucket, ...where], place);
}

/** Removes it with everything in it. */
export async function removeStateBucket(aws: Pick<LocalAws, "env">, { region, state }: StateProps): Promise<void> {
  if (state.kind !== "s3") return;
  const place = state.region ?? region;
  await awsCli(aws, ["s3", "rm", `s3://${state.bucket}`, "--recursive", "--quiet"], place);
  await awsCli(aws, ["s3api", "delete-bucket", "--bucket", state.bucket], place);
}
