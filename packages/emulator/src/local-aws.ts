import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { awsEnvironment, type Environment } from "./environment.ts";
import type { Leftovers } from "./leftovers.ts";
import { type Completion, type Report, reportOn } from "./report.ts";
import {
  type Announcement,
  announcementFile,
  endProcess,
  lives,
  readAnnouncement,
  startServer,
} from "./server-process.ts";
import { shareProvider } from "./shared-provider.ts";
import { terraformEnvOn } from "./terraform.ts";

/** Services that MiniStack answers because moto lacks too much of them, by their name in `AWS_ENDPOINT_URL_<SERVICE>`. */
export const ministackServices = ["cloudfront", "budgets"] as const;

export interface LocalAwsOptions {
  /** Where its log and its announcement go; made when missing. */
  readonly directory: string;

  /**
   * Told about start and stop, one line at a time.
   *
   * @default nobody is told
   */
  readonly log?: (line: string) => void;

  /**
   * Outlives this process: in a session of its own, found again by {@link findLocalAws}.
   *
   * @default false: it ends with this process, however that ends
   */
  readonly detached?: boolean;

  /**
   * Minutes without a request before a detached one ends by itself.
   *
   * @default 60
   */
  readonly idleMinutes?: number;

  /**
   * Services to route to MiniStack. Empty: MiniStack is not started.
   *
   * @default {@link ministackServices}
   */
  readonly ministack?: readonly string[];

  /**
   * One AWS provider serves all Terraform runs, instead of one or more for each. Not for tests in which a run is interrupted or killed,
   * nor with `detached`.
   *
   * @default false
   */
  readonly sharedProvider?: boolean;

  /**
   * Milliseconds until a start counts as failed.
   *
   * @default 120000
   */
  readonly startTimeout?: number;
}

/** A running local AWS. Loopback only; every account and region is in it. */
export interface LocalAws {
  readonly endpoint: string;
  /** Services with an endpoint of their own. */
  readonly routes: Readonly<Record<string, string>>;
  /** Identifies this run. */
  readonly instance: string;
  readonly pid: number;
  /** Variables for Terraform, the AWS CLI and SDKs. Pass `{ ...process.env, ...env }` to a child process. */
  readonly env: Environment;
  /** Variables with which `terraform` takes the shared provider. Empty: there is none. `terraformEnvOn` has them already. */
  readonly provider: Environment;
  /** What exists now and did not at the start. Covers moto's services, not those in `routes`. */
  leftovers(): Promise<Leftovers>;
  /** Who answers for each Terraform resource type. */
  report(types: Iterable<string>): Promise<Report>;
  /** Ends it and waits until it is gone. Twice does no harm. */
  stop(): Promise<void>;
}

const detachedName = "local-aws";

/** Starts a local AWS and waits until it answers. Throws with the end of its log. */
export async function startLocalAws(options: LocalAwsOptions): Promise<LocalAws> {
  const { directory, detached = false, log = () => {} } = options;
  const running = detached ? await findLocalAws(directory) : undefined;
  if (running !== undefined) {
    throw new Error(`a local AWS already runs in ${directory} (process ${running.pid}): use findLocalAws, or stop it`);
  }
  const instance = randomUUID();
  const { announcement, stop } = await startServer({
    directory,
    instance,
    name: detached ? detachedName : `${detachedName}-${instance}`,
    idleMinutes: detached ? (options.idleMinutes ?? 60) : undefined,
    ministack: options.ministack ?? ministackServices,
    startTimeout: options.startTimeout ?? 120_000,
  });
  log(`local AWS answers at ${announcement.endpoint}`);
  const aws = localAws(announcement, async () => {
    await stop();
    log("local AWS stopped");
  });
  return options.sharedProvider === true && !detached ? await sharing(aws) : aws;
}

async function sharing(aws: LocalAws): Promise<LocalAws> {
  try {
    const shared = await shareProvider(terraformEnvOn(aws));
    if (shared === undefined) return aws;
    const stop = async () => {
      await shared.stop();
      await aws.stop();
    };
    return { ...aws, provider: shared.env, stop };
  } catch (error) {
    await aws.stop();
    throw error;
  }
}

/** The detached local AWS of a directory, if it runs. Removes the announcement of one that does not. */
export async function findLocalAws(directory: string): Promise<LocalAws | undefined> {
  const file = announcementFile({ directory, name: detachedName });
  const announcement = readAnnouncement(file);
  if (announcement === undefined) return undefined;
  if (!(await answers(announcement))) {
    rmSync(file, { force: true });
    return undefined;
  }
  return localAws(announcement, () => endProcess(announcement.pid));
}

/** WHY the instance: after a restart of the machine another program may have the same process id and port. */
async function answers({ pid, endpoint, instance }: Announcement): Promise<boolean> {
  if (!lives(pid)) return false;
  try {
    const health = (await ask(endpoint, "health")) as { readonly instance?: string };
    return health.instance === instance;
  } catch {
    return false;
  }
}

function localAws({ endpoint, routes, instance, pid }: Announcement, end: () => Promise<void>): LocalAws {
  return {
    endpoint,
    routes,
    instance,
    pid,
    env: awsEnvironment(endpoint, routes),
    provider: {},
    leftovers: async () => (await ask(endpoint, "resources.json")) as Leftovers,
    report: async (types) =>
      reportOn(types, (await ask(endpoint, "overlay.json")) as Completion[], Object.keys(routes)),
    stop: end,
  };
}

async function ask(endpoint: string, path: string): Promise<unknown> {
  const answer = await fetch(`${endpoint}/_mainstay/${path}`, { signal: AbortSignal.timeout(10_000) });
  if (!answer.ok) throw new Error(`the local AWS answered ${answer.status} for ${path}`);
  return answer.json();
}
