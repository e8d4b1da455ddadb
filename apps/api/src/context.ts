import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { basename, join } from "node:path";

/** Copies the package and its dependencies, as the lockfile has them, to `directory`, which is emptied first. Needs no network. */
export function writeContext(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
  const options = [
    "--offline",
    "--config.inject-workspace-packages=true",
    // WHY: `files` of a package says what its own users get, compiled; here its sources are bundled.
    "--config.deploy-all-files=true",
    // WHY: asks the registry how old each release is. The install of the same lockfile has asked already.
    "--config.minimum-release-age=0",
    "--config.trust-policy=off",
  ];
  // WHY `pm`: the workspace has a script named deploy, which would run instead of pnpm's own command.
  execFileSync(pnpm(), ["pm", "--filter", "@mainstay/api", ...options, "deploy", directory], {
    cwd: new URL("..", import.meta.url).pathname,
    stdio: ["ignore", "ignore", "inherit"],
  });
  // What was made here before, an earlier context too, is no source.
  rmSync(join(directory, "dist"), { recursive: true, force: true });
}

/** WHY: where pnpm runs this it need not be on the PATH, and says where it is. */
function pnpm(): string {
  const path = process.env.npm_execpath ?? "";
  return basename(path) === "pnpm" ? path : "pnpm";
}

if (import.meta.main) writeContext(new URL("../dist/context", import.meta.url).pathname);
