import { chmodSync, cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

// Writes dist/mainstay.mjs, which needs Node and nothing else: it runs where neither this repository nor its packages are.
const root = join(import.meta.dirname, "../..");
const outdir = join(root, "dist");
rmSync(outdir, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: { mainstay: "src/main.ts" },
  outdir,
  outExtension: { ".js": ".mjs" },
  bundle: true,
  // The local AWS is a file of its own, loaded by its commands only.
  splitting: true,
  chunkNames: "chunk-[hash]",
  platform: "node",
  format: "esm",
  target: "node22",
  // WHY not minified: a report of a mistake should name lines that can be read.
  plugins: [
    {
      name: "installed-places",
      setup: (bundler) => {
        // WHY: there is no checkout around an installed command; what the emulator looks for in one is beside it, or in the user's cache.
        bundler.onLoad({ filter: /packages[/\\]emulator[/\\]src[/\\]root\.ts$/ }, () => ({
          contents: `export * from ${JSON.stringify(join(root, "src/bundle/installed-places.ts"))};`,
          loader: "ts",
          resolveDir: root,
        }));
      },
    },
  ],
  banner: {
    js: `import { createRequire as createRequireOfNode } from "node:module"; const require = createRequireOfNode(import.meta.url);`,
  },
  logLevel: "warning",
});
chmodSync(join(outdir, "mainstay.mjs"), 0o755);

// What describes the JSON, for those who read it.
cpSync(join(root, "../../packages/reliability/schema/review.schema.json"), join(outdir, "review.schema.json"));

// The local AWS itself.
const python = join(outdir, "python");
cpSync(join(root, "../../packages/emulator/python"), python, {
  recursive: true,
  filter: (path) => !/(__pycache__|\.pyc$|[/\\]tests?$|\.pytest_cache)/.test(path),
});
