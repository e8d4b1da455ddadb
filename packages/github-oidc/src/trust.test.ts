import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { audience, type Holder, issuer, subject, trustPolicy } from "./trust.ts";

const repository = "example/clinic";

/** The claims of a job's token, as GitHub writes them. */
interface Job {
  readonly repository: string;
  readonly ref: string;
  readonly event: "push" | "pull_request";
  readonly environment?: string;
}

function claims(job: Job): Record<string, string> {
  const where =
    job.environment === undefined
      ? job.event === "pull_request"
        ? "pull_request"
        : `ref:${job.ref}`
      : `environment:${job.environment}`;
  return { aud: audience, sub: `repo:${job.repository}:${where}`, ref: job.ref };
}

/** What STS decides: some statement whose every condition holds. */
function lets(holders: readonly Holder[], token: Record<string, string>): boolean {
  return trustPolicy({ provider: "arn", repository, holders }).Statement.some(({ Condition }) =>
    Object.entries(Condition.StringEquals).every(([key, value]) => token[key.replace(`${issuer}:`, "")] === value),
  );
}

const deploy: Holder = { kind: "environment", environment: "clinic-production", branch: "main" };
const plan: readonly Holder[] = [{ kind: "pull-request" }, { kind: "branch", branch: "main" }];
const main: Job = { repository, ref: "refs/heads/main", event: "push" };

describe("the deploy role", () => {
  it("is for its environment on its branch", () => {
    expect(lets([deploy], claims({ ...main, environment: "clinic-production" }))).toBe(true);
  });

  it.each<[string, Job]>([
    ["another branch", { ...main, ref: "refs/heads/mine", environment: "clinic-production" }],
    ["a branch whose name begins alike", { ...main, ref: "refs/heads/main-2", environment: "clinic-production" }],
    ["a tag of the branch's name", { ...main, ref: "refs/tags/main", environment: "clinic-production" }],
    ["another environment", { ...main, environment: "clinic-dev" }],
    ["no environment, so no approval", main],
    ["a pull request", { ...main, event: "pull_request", ref: "refs/pull/1/merge" }],
    [
      "a pull request that names the environment",
      { ...main, event: "pull_request", ref: "refs/pull/1/merge", environment: "clinic-production" },
    ],
    ["another repository", { ...main, repository: "example/clinic2", environment: "clinic-production" }],
    ["another owner", { ...main, repository: "evil-example/clinic", environment: "clinic-production" }],
  ])("is not for %s", (_, job) => {
    expect(lets([deploy], claims(job))).toBe(false);
  });
});

describe("the plan role", () => {
  it("is for pull requests and for the branch", () => {
    expect(lets(plan, claims({ ...main, event: "pull_request", ref: "refs/pull/1/merge" }))).toBe(true);
    expect(lets(plan, claims(main))).toBe(true);
    expect(lets(plan, claims({ ...main, ref: "refs/heads/other" }))).toBe(false);
  });
});

describe("trust", () => {
  const word = fc.stringMatching(/^[a-z*?:/-]{1,12}$/);
  const job = fc.record({
    repository: fc.oneof(fc.constant(repository), word),
    ref: fc.oneof(fc.constant("refs/heads/main"), word),
    event: fc.constantFrom("push" as const, "pull_request" as const),
  });

  it("never lets in a job of another repository, or a token that is for somebody else", () => {
    fc.assert(
      fc.property(job, fc.option(word, { nil: undefined }), (one, environment) => {
        const token = claims({ ...one, ...(environment !== undefined && { environment }) });
        const let_in = lets([deploy, ...plan], token);
        expect(let_in && one.repository !== repository).toBe(false);
        expect(lets([deploy, ...plan], { ...token, aud: "https://github.com/example" })).toBe(false);
      }),
    );
  });

  it("compares whole subjects: there is no pattern in any", () => {
    const { Statement } = trustPolicy({ provider: "arn", repository, holders: [deploy, ...plan] });
    for (const { Condition } of Statement) {
      expect(Object.keys(Condition)).toEqual(["StringEquals"]);
      expect(JSON.stringify(Condition)).not.toMatch(/[*?]/);
    }
    expect(subject(repository, deploy)).toBe("repo:example/clinic:environment:clinic-production");
  });
});
