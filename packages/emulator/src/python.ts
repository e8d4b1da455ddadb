import { existsSync } from "node:fs";
import { join } from "node:path";
import { pythonSources, repositoryRoot } from "./root.ts";

/**
 * The Python that has moto and MiniStack: `MAINSTAY_PYTHON`, else the virtual environment that `npm start` makes.
 *
 * Throws when it is not there.
 */
export function pythonPath(environment: NodeJS.ProcessEnv = process.env, root = repositoryRoot): string {
  const path = environment.MAINSTAY_PYTHON ?? join(root, ".mainstay/python/bin/python");
  if (!existsSync(path)) {
    throw new Error(
      `The local AWS needs a Python with its packages, and there is none at ${path}. ` +
        `Run \`npm start\`, which makes it, or set MAINSTAY_PYTHON to one with ${join(pythonSources, "requirements.txt")} installed.`,
    );
  }
  return path;
}

/** What the Python side runs with: our package on its path, moto's settings, and none of the caller's AWS account. */
export function pythonEnvironment(environment: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const kept = Object.entries(environment).filter(([name]) => !/^(AWS|MOTO|PYTHON)_?/.test(name));
  return {
    ...Object.fromEntries(kept),
    PYTHONPATH: pythonSources,
    PYTHONUNBUFFERED: "1",
    // WHY: a checkout may be read-only, and caches in it are noise.
    PYTHONDONTWRITEBYTECODE: "1",
    MOTO_IAM_LOAD_MANAGED_POLICIES: "true",
    MOTO_ACM_VALIDATION_WAIT: "0",
  };
}
