import { build } from "esbuild";

// Everything the image needs, in a few files without dependencies: Node does not strip types in linked packages, and what is
// not in the image needs no patch.
await build({
  absWorkingDir: new URL("..", import.meta.url).pathname,
  entryPoints: ["src/main.ts", "src/healthcheck.ts", "src/migrate.ts", "src/schema.sql"],
  outdir: "dist",
  outExtension: { ".js": ".mjs" },
  loader: { ".sql": "copy" },
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node24",
  sourcemap: true,
  sourcesContent: false,
  // WHY: koa and mysql2 are CommonJS and call `require` for modules of Node.
  banner: { js: `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);` },
  logLevel: "warning",
});
