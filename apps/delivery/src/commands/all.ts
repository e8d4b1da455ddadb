import { existsSync, readFileSync } from "node:fs";
import { deliveriesOf, loadAccounts, sound } from "@mainstay/terraform-state";
import { deployEnvironment } from "../deploy/deploy-environment.ts";
import { refuseWithoutReviewers } from "../github/approval.ts";
import { githubOf } from "../github/client.ts";
import { keepComments } from "../github/comment.ts";
import { keepIssue } from "../github/issue.ts";
import { pagesOf } from "../github/pages.ts";
import { upload } from "../github/scan.ts";
import { keep, toKeep } from "../images/keep.ts";
import { allRun, deployedImages, putBack, servicesOf } from "../images/services.ts";
import { applyReviewed } from "../plans/apply-reviewed.ts";
import { files, pagesIn, type Summary } from "../plans/files.ts";
import { refuseLocalState } from "../plans/local-state.ts";
import { planEnvironment } from "../plans/plan-environment.ts";
import { checkPlans } from "../policy/check-plans.ts";
import { Problem } from "../problem.ts";
import { approvable, driftOf, indented, obstacles, reportOf } from "../report.ts";
import { choose } from "./choose.ts";
import { destroyEnvironment } from "./destroy.ts";
import { tellJobs, tellPeople } from "./output.ts";
import type { Words } from "./words.ts";

/** What a command ends with: 0 well, 1 not. */
export type Command = (words: Words, env: NodeJS.ProcessEnv) => Promise<number>;

const say = (line: string) => console.error(line);

const summaryOf = ({ folder }: Words): Summary => JSON.parse(readFileSync(files.summary(folder), "utf8"));

/** Tells which stacks were touched, so far: whoever puts back leaves the others alone. */
const telling = (env: NodeJS.ProcessEnv) => (stacks: readonly string[]) =>
  tellJobs("applied", JSON.stringify(stacks), env);

const accounts = async (env: NodeJS.ProcessEnv) => [...(await loadAccounts(env.MAINSTAY_ACCOUNTS)).values()].map(sound);

/** Every step of a workflow that is longer than a line. */
export const commands: Readonly<Record<string, Command>> = {
  /** Lists environments for a matrix, `all`, those in `development`, or one; and apart, which are production. */
  environments: async ({ environment: which }, env) => {
    const chosen = choose(deliveriesOf(await accounts(env)), which);
    tellJobs("environments", JSON.stringify(chosen), env);
    tellJobs("development", JSON.stringify(chosen.filter(({ production }) => !production)), env);
    tellJobs("production", JSON.stringify(chosen.filter(({ production }) => production)), env);
    return 0;
  },

  /** Says where one environment's images and roles are. */
  environment: async ({ environment: which }, env) => {
    const [one] = choose(deliveriesOf(await accounts(env)), which);
    tellJobs("environment", one?.environment ?? "", env);
    tellJobs("region", one?.region ?? "", env);
    tellJobs("registry", `${one?.account}.dkr.ecr.${one?.region}.amazonaws.com`, env);
    tellJobs("push_role", one?.pushRole ?? "", env);
    tellJobs("deploy_role", one?.deployRole ?? "", env);
    return 0;
  },

  /** Plans and reviews an environment, looked at for what would be lost. */
  plan: async (words, env) => {
    refuseLocalState(words.environment, words.output, env);
    const summary = await planEnvironment({ ...words, preflight: true, say });
    tellPeople(reportOf(summary, pagesIn(words.folder)), env);
    const approved = approvable(summary);
    tellJobs("digests", JSON.stringify(approved), env);
    tellJobs("changes", String(Object.keys(approved).length > 0), env);
    const wrong = obstacles(summary);
    for (const line of wrong) say(line);
    return wrong.length === 0 ? 0 : 1;
  },

  /** Asks Checkov about what was planned. */
  policy: async ({ folder, on }, env) => {
    const { lines, well } = await checkPlans(folder, on);
    for (const line of lines) say(line);
    tellPeople(pagesOf(indented(lines.join("\n"))), env);
    return well ? 0 : 1;
  },

  /** Gives code scanning the review and what the policy says of it. */
  scan: async ({ environment, folder, commit, ref }, env) => {
    if (ref === undefined) throw new Problem("What was planned? --ref refs/pull/12/head");
    const kinds = { review: files.sarif(folder), policy: files.policy(folder) };
    for (const [kind, file] of Object.entries(kinds).filter(([, one]) => existsSync(one))) {
      const category = `${kind}/${environment}`;
      await upload(githubOf(env), readFileSync(file, "utf8"), { category, ref, commit });
      say(`code scanning: ${category}`);
    }
    return 0;
  },

  /** Says in a pull request what was planned. */
  comment: async (words, env) => {
    if (words.pull === undefined) throw new Problem("Which pull request? --pull 12");
    const pages = reportOf(summaryOf(words), pagesIn(words.folder));
    await keepComments(githubOf(env), words.pull, `plan ${words.environment}`, pages);
    return 0;
  },

  /** Applies what was approved, and nothing else. */
  apply: async (words, env) => {
    if (words.approved === undefined) throw new Problem('What was approved? --approved \'{"stack":"mainstay1:..."}\'');
    refuseLocalState(words.environment, words.output, env);
    const [one] = choose(deliveriesOf(await accounts(env)), words.environment);
    if (one?.production === true) await refuseWithoutReviewers(githubOf(env), words.environment);
    await applyReviewed({ ...words, approved: words.approved, applies: telling(env), say });
    return 0;
  },

  /** Deploys what is no production by `cdktf deploy`. */
  deploy: async (words, env) => {
    const [one] = choose(deliveriesOf(await accounts(env)), words.environment);
    if (one?.production === true)
      throw new Problem(
        `${one.environment} is production: it is planned, approved and applied. The workflow deploy does that.`,
      );
    refuseLocalState(words.environment, words.output, env);
    await deployEnvironment({ ...words, applies: telling(env), say });
    return 0;
  },

  /** Says what is deployed, for the case that it has to be put back. */
  images: async ({ environment, output }, env) => {
    tellJobs("images", JSON.stringify(await deployedImages(environment, output)), env);
    return 0;
  },

  /** Waits until what was deployed runs, by the images that were handed over. */
  running: async ({ environment, output, images, patience }) =>
    (await allRun(environment, output, images, patience, say)) ? 0 : 1,

  /** Gives the images that run the tag by which their repository keeps them. */
  keep: async ({ environment, output }) => {
    for (const image of toKeep(await servicesOf(environment, output))) {
      await keep(image);
      say(`${image.repository}: ${image.digest} is kept as ${image.tag}`);
    }
    return 0;
  },

  /** Deploys the images that ran before where a deployment has touched them, and waits until they run. */
  "put-back": async ({ environment, output, before, applied, patience }) => {
    if (before === undefined)
      throw new Problem('Which images? --before \'{"api":"sha256:..."}\', as `images` has printed them');
    await putBack({ environment, output, before, ...(applied !== undefined && { applied }), say });
    return (await allRun(environment, output, before, patience, say)) ? 0 : 1;
  },

  /** Keeps one issue up to date with what is deployed and is not what the code says. */
  drift: async (words, env) => {
    refuseLocalState(words.environment, words.output, env);
    const summary = await planEnvironment({ ...words, say });
    const told = driftOf(summary);
    const pages = told === undefined ? undefined : reportOf(summary, pagesIn(words.folder), `${told.note}\n\n`);
    const done = await keepIssue(githubOf(env), `drift ${words.environment}`, told?.title ?? "", pages);
    say(`drift issue: ${done}`);
    const wrong = obstacles(summary);
    for (const line of wrong) say(line);
    return wrong.length === 0 ? 0 : 1;
  },

  /** Takes an environment down that its account's file does not protect. */
  destroy: async (words, env) => {
    await destroyEnvironment(words, await accounts(env), say);
    return 0;
  },
};
