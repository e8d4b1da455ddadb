import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";

interface Thing {
  readonly number: number;
  readonly id: number;
  readonly user: { readonly login: string };
  /** The number of what a comment belongs to. */
  readonly of?: number;
  title?: string;
  body: string;
  state: string;
}

interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

/** What GitHub says of an environment that asks somebody for approval. */
export const askingForApproval = [
  { type: "branch_policy" },
  { type: "required_reviewers", reviewers: [{ type: "User", reviewer: { login: "ops" } }] },
];

/**
 * The few calls of GitHub's API that delivery makes, with what they would keep, its pages and its limits. On loopback, on a free port.
 *
 * Who asks is whom the token names; `none` is a workflow.
 */
export async function startGithub() {
  const comments: Thing[] = [];
  const issues: Thing[] = [];
  const scans: { readonly commit_sha: string; readonly ref: string; readonly sarif: string }[] = [];
  /** Protection rules of environments, by name. */
  const environments: Record<string, readonly object[]> = {};
  let made = 0;

  const make = (list: Thing[], login: string, body: Partial<Thing>, of?: number): Answer => {
    if ((body.body ?? "").length > 65_536) {
      return { status: 422, body: { message: "Validation Failed: body is too long (maximum is 65536 characters)" } };
    }
    made += 1;
    const thing = { number: made, id: made, state: "open", user: { login }, body: "", ...body };
    list.push(of === undefined ? thing : { ...thing, of });
    return { status: 201, body: list.at(-1) };
  };
  const change = (list: Thing[], id: number, body: Partial<Thing>): Answer => {
    if ((body.body ?? "").length > 65_536) return { status: 422, body: { message: "body is too long" } };
    const found = list.find((one) => one.id === id);
    return found === undefined ? { status: 404 } : { status: 200, body: Object.assign(found, body) };
  };
  const page = (list: readonly Thing[], query: URLSearchParams): Answer => {
    const size = Number(query.get("per_page") ?? 30);
    const start = (Number(query.get("page") ?? 1) - 1) * size;
    return { status: 200, body: list.slice(start, start + size) };
  };
  const answerTo = (method: string, url: URL, login: string, body: Partial<Thing>): Answer => {
    const [, , , , ...path] = url.pathname.split("/");
    const route = `${method} ${path.map((part) => (/^\d+$/.test(part) ? "N" : part)).join("/")}`;
    const number = Number(path.find((part) => /^\d+$/.test(part)));
    switch (route) {
      case "GET issues":
        return page(
          issues.filter(({ state }) => state === "open"),
          url.searchParams,
        );
      case "POST issues":
        return make(issues, login, body);
      case "PATCH issues/N":
        return change(issues, number, body);
      case "GET issues/N/comments":
        return page(
          comments.filter(({ of }) => of === number),
          url.searchParams,
        );
      case "POST issues/N/comments":
        return make(comments, login, body, number);
      case "PATCH issues/comments/N":
        return change(comments, number, body);
      case "DELETE issues/comments/N":
        comments.splice(
          comments.findIndex(({ id }) => id === number),
          1,
        );
        return { status: 204 };
      case "POST code-scanning/sarifs":
        scans.push(body as unknown as (typeof scans)[number]);
        return { status: 202, body: { id: `${scans.length}` } };
      default: {
        const rules = path[0] === "environments" ? environments[path[1] ?? ""] : undefined;
        return rules === undefined
          ? { status: 404, body: { message: "Not Found" } }
          : { status: 200, body: { name: path[1], protection_rules: rules } };
      }
    }
  };

  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const text = Buffer.concat(parts).toString();
      const token = (request.headers.authorization ?? "").replace("Bearer ", "");
      const { status, body } = answerTo(
        request.method ?? "GET",
        new URL(request.url ?? "", "http://localhost"),
        token === "none" ? "github-actions[bot]" : token,
        text === "" ? {} : JSON.parse(text),
      );
      response.statusCode = status;
      response.setHeader("content-type", "application/json");
      response.end(body === undefined ? undefined : JSON.stringify(body));
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    env: { GITHUB_API_URL: `http://127.0.0.1:${port}`, GITHUB_REPOSITORY: "example/shop", GITHUB_TOKEN: "none" },
    comments,
    issues,
    environments,
    /** SARIF as it was given, with what was said about it. */
    scans: () =>
      scans.map(({ sarif, ...about }) => ({
        ...about,
        log: JSON.parse(gunzipSync(Buffer.from(sarif, "base64")).toString()),
      })),
    stop: () => new Promise((done) => server.close(done)),
  };
}
