import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The files of the plans of one environment, in a folder that goes from one job to the next as an artefact. */
export const files = {
  /** What Terraform applies. */
  plan: (folder: string, stack: string) => join(folder, stack, "plan.tfplan"),
  /** The same plan as JSON, for who looks at it. Never applied. */
  json: (folder: string, stack: string) => join(folder, stack, "plan.json"),
  /** The providers that it was made with. */
  lock: (folder: string, stack: string) => join(folder, stack, "terraform.lock.hcl"),
  /** For people: `review.md`, then `review.2.md` and so on where one page of GitHub is too short. */
  page: (folder: string, page: number) => join(folder, page === 1 ? "review.md" : `review.${page}.md`),
  review: (folder: string) => join(folder, "review.json"),
  sarif: (folder: string) => join(folder, "review.sarif"),
  policy: (folder: string) => join(folder, "policy.sarif"),
  summary: (folder: string) => join(folder, "summary.json"),
};

/** Every page of the review, in order. */
export function pagesIn(folder: string): string[] {
  const pages: string[] = [];
  for (let page = 1; existsSync(files.page(folder, page)); page++) {
    pages.push(readFileSync(files.page(folder, page), "utf8"));
  }
  return pages;
}

/** The lock files of some plans as one text: what a digest says of their providers. */
export function lockText(folder: string, stacks: readonly string[]): string {
  return stacks
    .toSorted()
    .map((stack) => [stack, files.lock(folder, stack)] as const)
    .map(([stack, file]) => `# ${stack}\n${existsSync(file) ? readFileSync(file, "utf8") : ""}`)
    .join("\n");
}

/** What became of one stack when its environment was planned. */
export interface Planned {
  readonly stack: string;
  readonly is: "changes" | "unchanged" | "waiting" | "failed";
  /** What it waits for, or why it failed. */
  readonly why?: string;
  /** Of the review. Only of a plan that can be applied. */
  readonly digest?: string;
  /** Variables that it was planned with. */
  readonly variables: Readonly<Record<string, string>>;
}

export interface Summary {
  readonly environment: string;
  readonly commit: string;
  /** Why none of it may be applied: what the preflight says would be lost. */
  readonly refused?: string;
  readonly stacks: readonly Planned[];
}
