import { Problem } from "../problem.ts";

/** GitHub's REST API for one repository, as a job is given it. */
export interface Github {
  /** @param path below the repository: `/issues/1/comments`. */
  readonly ask: <Answer = unknown>(
    method: "GET" | "POST" | "PATCH" | "DELETE",
    path: string,
    body?: object,
  ) => Promise<Answer>;
}

/** From the variables that GitHub sets for every job, and `GITHUB_TOKEN`. @throws Problem that names what is lacking. */
export function githubOf(env: NodeJS.ProcessEnv): Github {
  const { GITHUB_API_URL: url = "https://api.github.com", GITHUB_REPOSITORY: repository, GITHUB_TOKEN: token } = env;
  if (repository === undefined || token === undefined) {
    throw new Problem(
      "GITHUB_REPOSITORY and GITHUB_TOKEN are needed. A workflow gives the second: `github.token` in its env.",
    );
  }
  return {
    ask: async <Answer>(method: string, path: string, body?: object) => {
      const answer = await fetch(`${url}/repos/${repository}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          accept: "application/vnd.github+json",
          "x-github-api-version": "2022-11-28",
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(30_000),
      });
      if (!answer.ok)
        throw new Problem(
          `GitHub answered ${answer.status} to ${method} ${path}: ${(await answer.text()).slice(0, 300)}`,
        );
      // WHY: what was deleted is answered with nothing.
      return (answer.status === 204 ? undefined : await answer.json()) as Answer;
    },
  };
}

/** Everything of a list that comes in pages. */
export async function all<Item>(github: Github, path: string): Promise<Item[]> {
  const items: Item[] = [];
  for (let page = 1; ; page++) {
    const some = await github.ask<Item[]>("GET", `${path}${path.includes("?") ? "&" : "?"}per_page=100&page=${page}`);
    items.push(...some);
    if (some.length < 100) return items;
  }
}
