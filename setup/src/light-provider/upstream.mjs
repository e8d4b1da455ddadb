import { spawn } from "node:child_process";
import { readdirSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { connect } from "node:http2";
import { createConnection } from "node:net";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";

/** WHY: large states and answers would otherwise wait for each 64 KiB to be acknowledged. */
export const wide = { initialWindowSize: 2 ** 24 };

/** Of a session. WHY: it would refuse calls while 10 MB wait to be written; a large stack has more in its states. */
export const large = { settings: wide, maxSessionMemory: 256 };

/**
 * The provider, as a process that ends with Terraform, also when nobody here is left to end it. Its socket is in a folder of its own,
 * which goes when the provider is gone: it may just be making it.
 */
const guard = `terraform=$1; idle=$2; shift 2
own=$(mktemp -d) || exit
TMPDIR=$own "$@" & provider=$!
while kill -0 "$terraform" && kill -0 "$provider"; do sleep 1; done 2>/dev/null
rm -f "$idle/$terraform-$$" "$idle/draft-$$"
kill -KILL "$provider" 2>/dev/null
wait "$provider"
rm -rf "$own"`;

/** WHY: with logs the provider's words belong to the one that Terraform listens to. */
const shares = process.env.TF_LOG === undefined && process.env.TF_LOG_PROVIDER === undefined;

/**
 * The provider itself, without TLS: only this process knows its socket. One that Terraform has let go of before it was told its region,
 * account and credentials is taken again: starting one takes as long as what most calls take together.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {string} idle A folder for those that were let go of.
 * @param {number} terraform Its process.
 * @param {string} [directory] Where it works. @default where this does
 */
export async function provider(program, args, idle, terraform, directory) {
  const { group, address } = taken(idle, terraform) ?? (await started(program, args, idle, terraform, directory));
  const session = connect("http://localhost", { createConnection: () => createConnection(address), ...large });
  session.once("connect", () => session.setLocalWindowSize(wide.initialWindowSize));
  const end = () => {
    // WHY in this order: who is ended in between has not ended what would tidy up.
    rmSync(dirname(address), { recursive: true, force: true });
    try {
      process.kill(-group, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  };
  return {
    session,
    end,
    /** Leaves it to the next one whom the same Terraform starts. */
    leave: () => {
      if (!shares) return end();
      // WHY a rename: whoever takes it would otherwise find a file without its content, and where this ends in between nobody would.
      const draft = join(idle, `draft-${group}`);
      writeFileSync(draft, address);
      renameSync(draft, join(idle, `${terraform}-${group}`));
    },
  };
}

/**
 * @param {string} idle
 * @param {number} terraform
 */
function taken(idle, terraform) {
  for (const name of readdirSync(idle).filter((one) => one.startsWith(`${terraform}-`))) {
    const file = join(idle, name);
    try {
      const address = readFileSync(file, "utf8");
      // Of several that see it only one can remove it.
      unlinkSync(file);
      return { group: Number(name.split("-")[1]), address };
    } catch {
      // Another one was quicker.
    }
  }
  return undefined;
}

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @param {string} idle
 * @param {number} terraform
 * @param {string} [cwd]
 */
async function started(program, args, idle, terraform, cwd) {
  const { PLUGIN_CLIENT_CERT: _, ...env } = process.env;
  const words = ["-c", guard, "provider", String(terraform), idle, program, ...args];
  const child = spawn("sh", words, {
    cwd,
    env,
    detached: true,
    stdio: ["ignore", "pipe", shares ? "ignore" : "inherit"],
  });
  const line = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the provider ended with ${code} before it answered`)));
    createInterface({ input: child.stdout }).once("line", resolve);
  });
  const [core, protocol, network, address] = String(line).split("|");
  if (core !== "1" || protocol !== "5" || network !== "unix" || address === undefined || child.pid === undefined) {
    throw new Error(`The provider says ${line}; understood: 1|5|unix|<socket>.`);
  }
  return { group: child.pid, address };
}

/**
 * One unary call, by its raw messages.
 *
 * @param {import("node:http2").ClientHttp2Session} session
 * @param {string} path
 * @param {Buffer} [message]
 * @returns {Promise<Buffer>}
 */
export function call(session, path, message = Buffer.alloc(0)) {
  return new Promise((resolve, reject) => {
    const request = session.request({
      ":method": "POST",
      ":path": path,
      "content-type": "application/grpc",
      te: "trailers",
    });
    let status = "0";
    const heed = (/** @type {import("node:http2").IncomingHttpHeaders} */ headers) => {
      status = String(headers["grpc-status"] ?? status);
    };
    /** @type {Buffer[]} */
    const chunks = [];
    request.on("response", heed);
    request.on("trailers", heed);
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("error", reject);
    request.on("end", () => {
      if (status !== "0") reject(new Error(`The provider answers ${path} with the gRPC status ${status}.`));
      else resolve(unframed(Buffer.concat(chunks)));
    });
    request.end(framed(message));
  });
}

/** gRPC's frame of a message: not compressed, and four bytes of length. */
const headLength = 5;

/** @param {Buffer} message */
export function framed(message) {
  const head = Buffer.alloc(headLength);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

/** @param {Buffer} frame */
export function unframed(frame) {
  return frame.subarray(headLength);
}
