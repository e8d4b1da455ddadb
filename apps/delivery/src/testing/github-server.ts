import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";

interface Thing {
  readonly number: number;
  readonly id: number;
  title?: string;
  body: string;
  state: string;
}

/** The few calls of GitHub's API that delivery makes, with what they would keep. On loopback, on a free port. */
export async function startGithub() {
  const comments: Thing[] = [];
  const issues: Thing[] = [];
  const scans: { readonly commit_sha: string; readonly ref: string; readonly sarif: string }[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (part: Buffer) => {
      text += part.toString();
    });
    request.on("end", () => {
      const { pathname } = new URL(request.url ?? "", "http://localhost");
      const list = pathname.includes("comments") ? comments : issues;
      const [, id] = /\/(\d+)$/.exec(pathname) ?? [];
      const body = text === "" ? {} : JSON.parse(text);
      const found = list.find((one) => one.id === Number(id));
      let answer: unknown = list.filter(({ state }) => state === "open");
      if (pathname.endsWith("/code-scanning/sarifs")) {
        scans.push(body);
        response.statusCode = 202;
        answer = { id: `${scans.length}` };
      } else if (request.method === "POST") {
        answer = { number: list.length + 1, id: list.length + 1, state: "open", ...body };
        list.push(answer as Thing);
      } else if (request.method === "PATCH" && found !== undefined) answer = Object.assign(found, body);
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    env: { GITHUB_API_URL: `http://127.0.0.1:${port}`, GITHUB_REPOSITORY: "example/shop", GITHUB_TOKEN: "none" },
    comments,
    issues,
    /** SARIF as it was given, with what was said about it. */
    scans: () =>
      scans.map(({ sarif, ...about }) => ({
        ...about,
        log: JSON.parse(gunzipSync(Buffer.from(sarif, "base64")).toString()),
      })),
    stop: () => new Promise((done) => server.close(done)),
  };
}
