import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { files, type Summary } from "../plans/files.ts";
import { writeReview } from "../plans/write-review.ts";
import { startGithub } from "../testing/github-server.ts";
import { commands } from "./all.ts";
import { summaryOf, tellPeople } from "./output.ts";
import { wordsOf } from "./words.ts";

let home: string;
let server: Awaited<ReturnType<typeof startGithub>>;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "mainstay-review-"));
  server = await startGithub();
});
afterAll(async () => {
  rmSync(home, { recursive: true });
  await server.stop();
});

const names = (count: number) =>
  Array.from({ length: count }, (_, index) => `queue-${"x".repeat(40)}-${index}-`.replaceAll("-", "_"));

/** A plan that deletes queues. */
function planOf(queues: readonly string[]) {
  const resource_changes = queues.map((name) => ({
    address: `aws_sqs_queue.${name}`,
    mode: "managed",
    type: "aws_sqs_queue",
    name,
    provider_name: "registry.terraform.io/hashicorp/aws",
    change: { actions: ["delete"], before: { name }, after: null, before_sensitive: {}, after_sensitive: false },
  }));
  return { format_version: "1.2", terraform_version: "1.11.4", complete: true, applyable: true, resource_changes };
}

/** The folder of plans of an environment whose data stack loses queues and whose edge stack has failed. */
function reviewed(queues: readonly string[]): string {
  const folder = mkdtempSync(join(home, "plans-"));
  const about = { environment: "shop-dev", commit: "c1" };
  writeReview([{ stack: "shop-dev-data", plan: planOf(queues) }], { ...about, folder });
  const stacks = [
    { stack: "shop-dev-data", is: "changes", variables: {} },
    { stack: "shop-dev-edge", is: "failed", why: "no such role", variables: {} },
  ] as const;
  writeFileSync(files.summary(folder), JSON.stringify({ ...about, stacks } satisfies Summary));
  return folder;
}

const bodies = () => server.comments.map(({ body }) => body);
const comment = (folder: string) =>
  commands.comment?.(wordsOf(["shop-dev", "--out", folder, "--pull", "7"], {}), server.env);

describe("a review of 3,000 risks", () => {
  it("is in the pull request to the last of them, with the table of what was not reviewed; and a short one after it alone", async () => {
    const many = names(3000);
    const folder = reviewed(many);
    expect(await comment(folder)).toBe(0);
    expect(bodies().length).toBeGreaterThan(2);
    const text = bodies().join("");
    expect(many.filter((name) => !text.includes(name))).toEqual([]);
    expect(bodies()[0]).toContain("| `shop-dev-edge` | **failed, so not reviewed**: no such role |");

    expect(await comment(reviewed(["photos"]))).toBe(0);
    expect(bodies()).toHaveLength(1);
    expect(bodies()[0]).toContain("aws_sqs_queue.photos");
  });

  it("is on the page of the run, as far as GitHub shows it, which is said first", () => {
    const file = join(home, "summary.md");
    mkdirSync(home, { recursive: true });
    tellPeople(["one", "two"], { GITHUB_STEP_SUMMARY: file });
    expect(readFileSync(file, "utf8")).toBe("one\ntwo\n");
    const pages = Array.from({ length: 40 }, (_, index) => `${index} ${"é".repeat(30_000)}`);
    const text = summaryOf(pages);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1024 * 1024);
    expect(text).toMatch(/^> \[!CAUTION\]\n> GitHub shows 17 of 40 pages here\. .*`review\.\*\.md` before you approve/);
  });
});
