import { spawn } from "node:child_process";
import { setPriority } from "node:os";
import { root, toolEnvironment } from "./places.mjs";
import { askMachine, missing } from "./prerequisites.mjs";
import { apiSteps, labSteps, policySteps, prepare, SetupError, startSteps, testSteps } from "./steps.mjs";
import { testCommands } from "./test-run.mjs";

const usage = `usage: node setup/src/main.mjs COMMAND
  start              set up, then rehearse the clinic on a local AWS
  stop               take that rehearsal down again
  deploy STACKS      set up, synthesise (but for --skip-synth), look at what is deployed, then
                     cdktf deploy; ends with 3 where that must not be tried
  api                set up, then open a clinic with a database of its own
  lab [FAULT ...]    set up, then inject faults into the API and its database, and say what users saw
  policy ENVIRONMENT set up, then ask Checkov about its plans
  policy-tools       only set up what that needs
  test               set up, then run every check and test
  run PROGRAM ...    set up, then run PROGRAM with the project's tools on its path`;

const [command, ...rest] = process.argv.slice(2);

try {
  const lacking = missing(askMachine);
  if (lacking.length > 0) throw new SetupError(lacking.join("\n"));
  process.exitCode = await dispatch();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

async function dispatch() {
  switch (command) {
    case "start":
      prepare(startSteps, console.log);
      return await run("node", ["apps/infra/src/rehearsal/main.ts", ...rest]);
    case "stop":
      prepare(startSteps, console.log);
      return await run("node", ["apps/infra/src/rehearsal/stop.ts", ...rest]);
    case "deploy": {
      prepare(startSteps, console.error);
      if (!rest.includes("--skip-synth")) {
        const synthesised = await run("cdktf", ["synth"]);
        if (synthesised !== 0) return synthesised;
      }
      const allowed = await run("node", ["apps/infra/src/preflight/main.ts", ...rest]);
      // WHY a code of its own: who called has nothing to put back.
      if (allowed !== 0) return 3;
      const words = rest.filter((word) => word !== "--skip-synth");
      return await run("cdktf", ["deploy", "--skip-synth", "--skip-provider-lock", ...words]);
    }
    case "test":
      prepare(testSteps, console.log);
      return await testCommands(run, rest);
    case "api":
      prepare(apiSteps, console.log);
      return await run("node", ["apps/api/src/embedded/main.ts", ...rest]);
    case "lab":
      // WHY there: what asks for JSON gets nothing else.
      prepare(labSteps, console.error);
      return await run("node", ["--no-warnings", "apps/lab/src/main.ts", ...rest]);
    case "policy":
      prepare(policySteps, console.error);
      return await run("node", ["--no-warnings", "apps/delivery/src/main.ts", "policy", ...rest]);
    case "policy-tools":
      prepare(policySteps, console.error);
      return 0;
    case "run": {
      prepare(startSteps, console.error);
      const [program = "", ...args] = rest;
      return await run(program, args);
    }
    default:
      console.error(usage);
      return 2;
  }
}

/**
 * Runs a program to its end with the terminal as its own.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ readonly niceness?: number }} options How much others go first, as of `nice`.
 * @returns {Promise<number>} Its exit code.
 */
function run(program, args, { niceness = 0 } = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: root, env: toolEnvironment(process.env), stdio: "inherit" });
    if (niceness !== 0 && child.pid !== undefined) give(niceness, child.pid);
    // WHY: Ctrl-C reaches the child as well, which cleans up; ending before it would leave it without a terminal.
    for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
      process.on(signal, () => signal !== "SIGINT" && child.kill(signal));
    }
    child.on("error", (error) => {
      console.error(`${program}: ${error.message}`);
      resolve(127);
    });
    child.on("exit", (code, signal) => resolve(code ?? (signal === "SIGINT" ? 130 : 1)));
  });
}

/**
 * @param {number} niceness
 * @param {number} pid
 */
function give(niceness, pid) {
  try {
    setPriority(pid, niceness);
  } catch {
    // WHY nothing: only root may let somebody go first. Then all have their turn alike.
  }
}
