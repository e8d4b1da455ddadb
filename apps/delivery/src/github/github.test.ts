import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { startGithub } from "../testing/github-server.ts";
import { type Github, githubOf } from "./client.ts";
import { keepComment, markOf } from "./comment.ts";
import { keepIssue } from "./issue.ts";
import { upload } from "./scan.ts";

let server: Awaited<ReturnType<typeof startGithub>>;
let github: Github;
beforeAll(async () => {
  server = await startGithub();
  github = githubOf(server.env);
});
afterAll(async () => await server.stop());

describe("what is written to GitHub", () => {
  it("is one comment for each environment and pull request, changed in place", async () => {
    for (const text of ["first", "second", "second"]) await keepComment(github, 1, markOf("plan shop-dev"), text);
    await keepComment(github, 1, markOf("plan shop-live"), "other");
    expect(server.comments.map(({ body }) => body)).toEqual([
      `${markOf("plan shop-dev")}\nsecond`,
      `${markOf("plan shop-live")}\nother`,
    ]);
  });

  it("is one issue, opened, kept, updated and closed; a person's issue is left alone", async () => {
    await github.ask("POST", "/issues", { title: "mine", body: `quotes ${markOf("drift shop-dev")}` });
    const keep = (text?: string) => keepIssue(github, markOf("drift shop-dev"), "drift", text);
    const done = [];
    for (const text of [undefined, "a", "a", "b", undefined, undefined, "c"]) done.push(await keep(text));
    expect(done).toEqual(["none", "opened", "kept", "updated", "closed", "none", "opened"]);
    expect(server.issues.map(({ title, state }) => [title, state])).toEqual([
      ["mine", "open"],
      ["drift", "closed"],
      ["drift", "open"],
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

  it("needs to know where it is", () => {
    expect(() => githubOf({})).toThrow("GITHUB_REPOSITORY and GITHUB_TOKEN are needed");
  });
});
