import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { startGithub } from "../testing/github-server.ts";
import { type Github, githubOf } from "./client.ts";
import { keepComment, markOf } from "./comment.ts";
import { keepIssue } from "./issue.ts";

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

  it("needs to know where it is", () => {
    expect(() => githubOf({})).toThrow("GITHUB_REPOSITORY and GITHUB_TOKEN are needed");
  });
});
