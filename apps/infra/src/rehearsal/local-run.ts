import { dirname, join } from "node:path";
import {
  type Environment,
  findLocalAws,
  type LocalAws,
  pythonPath,
  startLocalAws,
  terraformEnvOn,
} from "@mainstay/emulator";
import { digestOfSources } from "./image.ts";
import { type Place, root } from "./place.ts";

/** What `npm start` and `npm stop` are about, and minutes without a request after which the local AWS ends by itself. */
export const subject = { environment: "clinic-dev", region: "eu-west-1", idleMinutes: 60 } as const;

/** A local AWS together with all that Terraform and cdktf need to work on it. */
export interface LocalRun {
  readonly aws: LocalAws;
  readonly env: Environment;
  /** The state in `place` is of another local AWS, or there is none. */
  readonly fresh: boolean;
}

/** Variables for Terraform against `aws`, with the inputs that stacks ask for. */
export function environmentFor(aws: LocalAws, place: Place): Environment {
  return {
    ...terraformEnvOn(aws),
    CDKTF_OUTPUT: place.output,
    TF_VAR_api_image_digest: digestOfSources(join(root, "apps/api/src")),
  };
}

/** The local AWS that stays between commands: the one that runs, else a new one. */
export async function lastingLocalAws(place: Place, log: (line: string) => void): Promise<LocalRun> {
  const running = await findLocalAws(place.folder);
  const aws =
    running ??
    (await startLocalAws({ directory: place.folder, detached: true, idleMinutes: subject.idleMinutes, log }));
  // WHY: what an earlier local AWS held is gone with it, so its state describes nothing.
  if (running === undefined) place.forget();
  const env = environmentFor(aws, place);
  // WHY: the AWS CLI and cdktf of the project, so that a machine needs none of its own.
  const tools = [dirname(pythonPath()), join(root, "node_modules/.bin")];
  place.writeShellFile({ ...aws.env, ...shellOnly(env) }, tools);
  return { aws, env, fresh: running === undefined };
}

function shellOnly({ CDKTF_OUTPUT, TF_VAR_api_image_digest, TF_CLI_CONFIG_FILE }: Environment): Environment {
  const { region } = subject;
  // WHY both: the AWS CLI of version 1 reads the second only.
  return { CDKTF_OUTPUT, TF_VAR_api_image_digest, TF_CLI_CONFIG_FILE, AWS_REGION: region, AWS_DEFAULT_REGION: region };
}
