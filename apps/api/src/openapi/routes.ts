import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import * as z from "zod";
import { type Route, read } from "../http/route.ts";
import { Problem } from "../problem.ts";
import { openApi } from "./document.ts";

const files: Readonly<Record<string, string>> = {
  "swagger-ui.css": "text/css; charset=utf-8",
  "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
};

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <meta name="color-scheme" content="light dark">
    <title>Mainstay clinic: API</title>
    <link rel="stylesheet" href="/docs/swagger-ui.css">
  </head>
  <body>
    <div id="page"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;

// WHY no validator: it would send the document to a host elsewhere.
// WHY the class: the page has dark colours, and waits to be told.
const start = `const dark = matchMedia("(prefers-color-scheme: dark)");
const dress = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", dress);
dress();
SwaggerUIBundle({ url: "/openapi.json", dom_id: "#page", deepLinking: true, validatorUrl: null });
`;

/** Everything comes from here, and only answers of this API are fetched. The page sets styles itself, and draws with data: images. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'";

const headers = { "Content-Security-Policy": policy, "Cache-Control": "no-cache" };

/** The description of `routes`, for programs and for people. */
export function openApiRoutes(routes: readonly Route[]): Route[] {
  // WHY only when it is asked for: making it takes longer than all else of a start.
  let made: Buffer | undefined;
  const text = () => (made ??= Buffer.from(JSON.stringify(openApi(routes))));
  return [
    read({
      path: "/openapi.json",
      summary: "This description",
      access: "public",
      answers: { 200: { description: "OpenAPI 3.1", media: "application/json" } },
      handle: async () => ({
        status: 200,
        headers: { "Content-Type": "application/json; charset=utf-8" },
        body: text(),
      }),
    }),
    read({
      path: "/docs",
      summary: "This description as a page",
      access: "public",
      answers: { 200: { description: "A page that needs no other host", media: "text/html" } },
      handle: async () => ({
        status: 200,
        headers: { ...headers, "Content-Type": "text/html; charset=utf-8" },
        body: Buffer.from(page),
      }),
    }),
    read({
      path: "/docs/:file",
      summary: "Parts of that page",
      access: "public",
      params: z.strictObject({ file: z.string() }),
      answers: { 200: { description: "A part", media: "*/*" } },
      problems: { 404: "There is no such part." },
      async handle({ params: { file } }) {
        const type = file === "start.js" ? "text/javascript; charset=utf-8" : files[file];
        if (type === undefined) throw new Problem(404, "There is no such part of the page.");
        const body = file === "start.js" ? Buffer.from(start) : await readFile(join(folder(), file));
        return { status: 200, headers: { ...headers, "Content-Type": type }, body };
      },
    }),
  ];
}

/** Where the page's files are: beside the bundle in the image, else where the package is installed. */
function folder(): string {
  const beside = join(import.meta.dirname, "docs");
  if (import.meta.filename.endsWith(".mjs")) return beside;
  return join(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"), "..");
}
