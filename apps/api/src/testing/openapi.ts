import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { describedRoutes } from "../app.ts";
import { openApi } from "../openapi/document.ts";
import type { Services } from "../services.ts";

interface Described {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

interface Operation {
  readonly responses: Readonly<Record<string, Answer>>;
}

interface Answer {
  readonly content?: Readonly<Record<string, object>>;
  readonly headers?: Readonly<Record<string, { readonly required?: boolean }>>;
}

/** The description of the whole API. Its routes are made without services, since none is called. */
export const description = openApi(
  describedRoutes({} as Services, { phase: "serving", migrated: true }),
) as unknown as Described & Record<string, unknown>;

const ajv = new Ajv2020({ strict: false, allErrors: true });
(formats as unknown as (it: Ajv2020) => void)(ajv);
ajv.addSchema(JSON.parse(JSON.stringify(description)), "api");

const patterns = Object.keys(description.paths).map((path) => ({
  path,
  matches: new RegExp(`^${path.replaceAll(/[.]/g, "\\.").replaceAll(/\{\w+\}/g, "[^/]+")}$`),
}));

/** `fetch` for a process of the API at `address`, whoever started it; each answer is checked against the description. */
export function checkedFetch(address: string): (path: string, options?: RequestInit) => Promise<Response> {
  return async (path, options = {}) => {
    const response = await fetch(address + path, options);
    await checkAnswer(options.method ?? "GET", path, response);
    return response;
  };
}

/** @throws when the description does not know this answer: its status, its type, its body, or a header that it lacks */
export async function checkAnswer(method: string, url: string, response: Response): Promise<void> {
  const { pathname } = new URL(url, "http://api");
  // `/accounts/me` and `/accounts/{id}`: the one with fewer parameters is meant.
  const [found] = patterns.filter(({ matches }) => matches.test(pathname)).toSorted(byParameters);
  if (found === undefined) return;
  const verb = method === "HEAD" ? "get" : method.toLowerCase();
  const operation = description.paths[found.path]?.[verb];
  if (operation === undefined) return;
  const answer = operation.responses[response.status];
  const say = (what: string) => new Error(`${method} ${found.path} ${response.status} is not as described: ${what}`);
  if (answer === undefined) throw say("no such status");

  const lacking = Object.entries(answer.headers ?? {}).filter(
    ([name, { required = false }]) => required && !response.headers.has(name),
  );
  if (lacking.length > 0) throw say(`it lacks ${lacking.map(([name]) => name).join(", ")}`);

  const type = response.headers.get("content-type")?.split(";")[0];
  const { content } = answer;
  if (content === undefined) {
    if ((await response.clone().text()) !== "") throw say("it has a body");
    return;
  }
  if ("*/*" in content || method === "HEAD") return;
  if (type === undefined || !(type in content)) throw say(`its type is ${type}`);
  if (type.startsWith("text/") || pathname === "/openapi.json") return;
  const pointer = ["", "paths", found.path, verb, "responses", String(response.status), "content", type, "schema"]
    .map((part) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1")))
    .join("/");
  const validate = ajv.getSchema(`api#${pointer}`);
  if (validate === undefined) throw say("it has no schema");
  if (!validate(await response.clone().json())) throw say(ajv.errorsText(validate.errors));
}

function byParameters(a: { readonly path: string }, b: { readonly path: string }): number {
  return a.path.split("{").length - b.path.split("{").length;
}
