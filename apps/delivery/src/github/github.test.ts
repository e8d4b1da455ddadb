import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { askingForApproval, startGithub } from "../testing/github-server.ts";
import { refuseWithoutReviewers } from "./approval.ts";
import { type Github, githubOf } from "./client.ts";
import { keepComments, markOf } from "./comment.ts";
import { keepIssue } from "./issue.ts";
import { upload } from "./scan.ts";

let server: Awaited<ReturnType<typeof startGithub>>;
let github: Github;
beforeAll(async () => {
  server = await startGithub();
  github = githubOf(server.env);
});
afterAll(async () => await server.stop());

const bodies = (of: number) => server.comments.filter((comment) => comment.of === of).map(({ body }) => body);

describe("what is written to GitHub", () => {
  it("is one comment for each environment and pull request, changed in place", async () => {
    for (const text of ["first", "second", "second"]) await keepComments(github, 1, "plan shop-dev", [text]);
    await keepComments(github, 1, "plan shop-live", ["other"]);
    expect(bodies(1)).toEqual([`${markOf("plan shop-dev")}\nsecond`, `${markOf("plan shop-live")}\nother`]);
  });

  it("is a comment for each page; those that are needed no more go, and no other", async () => {
    const keep = (...pages: string[]) => keepComments(github, 2, "plan shop", pages);
    await keepComments(github, 2, "plan shop-dev", ["a", "b"]);
    const texts = () => bodies(2).map((body) => body.split("\n")[1]);
    const done = [];
    for (const pages of [["1", "2", "3"], ["1", "2", "3"], ["1"], ["1", "4"]]) done.push(await keep(...pages));
    expect(done).toEqual([true, false, true, true]);
    expect(texts()).toEqual(["a", "b", "1", "4"]);
    expect(bodies(2).at(-1)).toContain(markOf("plan shop", 2));
  });

  it("is never what somebody else wrote, though it begins with the mark", async () => {
    const person = githubOf({ ...server.env, GITHUB_TOKEN: "somebody" });
    const [comment, issue] = [`${markOf("plan shop")}\nall is well`, `${markOf("drift shop")}\nall is well`];
    await person.ask("POST", "/issues/3/comments", { body: comment });
    await person.ask("POST", "/issues/3/comments", { body: markOf("plan shop", 2) });
    await person.ask("POST", "/issues", { title: "spoofed", body: issue });
    await keepComments(github, 3, "plan shop", ["a risk"]);
    expect(bodies(3)).toEqual([comment, markOf("plan shop", 2), `${markOf("plan shop")}\na risk`]);
    expect(await keepIssue(github, "drift shop", "drift", ["drifted"])).toBe("opened");
    expect(server.issues.find(({ title }) => title === "spoofed")).toMatchObject({ body: issue, state: "open" });
    expect(await keepIssue(github, "drift shop", "drift", undefined)).toBe("closed");
    expect(await keepIssue(github, "drift shop", "drift", undefined)).toBe("none");
  });

  it("is one issue, opened, kept, updated and closed, its further pages as comments; a person's issue is left alone", async () => {
    await github.ask("POST", "/issues", { title: "mine", body: `quotes ${markOf("drift shop-dev")}` });
    const keep = (...pages: string[]) =>
      keepIssue(github, "drift shop-dev", "drift of dev", pages.length === 0 ? undefined : pages);
    const done = [];
    for (const pages of [[], ["a"], ["a"], ["b"], ["b", "c"], ["b", "d"], ["b"], [], [], ["c"]]) {
      done.push(await keep(...pages));
      const { id } = server.issues.at(-1) ?? { id: 0 };
      expect(bodies(id).map((body) => body.split("\n")[1])).toEqual(pages.slice(1));
    }
    expect(done).toEqual([
      "none",
      "opened",
      "kept",
      "updated",
      "updated",
      "updated",
      "updated",
      "closed",
      "none",
      "opened",
    ]);
    expect(
      server.issues
        .filter(({ title }) => title !== "spoofed" && title !== "drift")
        .map(({ title, state }) => [title, state]),
    ).toEqual([
      ["mine", "open"],
      ["drift of dev", "closed"],
      ["drift of dev", "open"],
    ]);
  });

  it("is an analysis for code scanning, without what is suppressed: GitHub would open an alert for it", async () => {
    const results = [
      { ruleId: "a" },
      { ruleId: "b", suppressions: [{ kind: "external" }] },
      { ruleId: "c", suppressions: [] },
    ];
    const text = JSON.stringify({ version: "2.1.0", runs: [{ results }, {}] });
    const about = { category: "policy/shop-dev", ref: "refs/pull/7/head", commit: "c2" };
    await upload(github, text, about);
    const [{ commit_sha, ref, log } = { log: {} }] = server.scans();
    expect([commit_sha, ref]).toEqual(["c2", "refs/pull/7/head"]);
    expect(log).toEqual({
      version: "2.1.0",
      runs: [
        {
          automationDetails: { id: "policy/shop-dev/" },
          results: [{ ruleId: "a" }, { ruleId: "c", suppressions: [] }],
        },
        { automationDetails: { id: "policy/shop-dev/" }, results: [] },
      ],
    });
    for (const wrong of ["", "null", "{}", '{"runs":1}']) {
      await expect(upload(github, wrong, about)).rejects.toThrow(`This is no SARIF: ${wrong}`);
    }
  });

  it("asks whether somebody has to approve, and refuses where nobody has", async () => {
    const nobody = "GitHub's environment shop-live has no required reviewers, so nobody has approved this";
    await expect(refuseWithoutReviewers(github, "shop-live")).rejects.toThrow("GitHub answered 404");
    for (const rules of [[], [{ type: "branch_policy" }], [{ type: "required_reviewers", reviewers: [] }]]) {
      server.environments["shop-live"] = rules;
      await expect(refuseWithoutReviewers(github, "shop-live")).rejects.toThrow(nobody);
    }
    server.environments["shop-live"] = askingForApproval;
    await expect(refuseWithoutReviewers(github, "shop-live")).resolves.toBeUndefined();
  });

  it("needs to know where it is", () => {
    expect(() => githubOf({})).toThrow("GITHUB_REPOSITORY and GITHUB_TOKEN are needed");
  });
});
