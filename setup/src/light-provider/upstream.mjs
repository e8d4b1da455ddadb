import { spawn } from "node:child_process";
import { connect } from "node:http2";
import { createConnection } from "node:net";
import { createInterface } from "node:readline";

/** WHY: large states and answers would otherwise wait for each 64 KiB to be acknowledged. */
export const wide = { initialWindowSize: 2 ** 24 };

/**
 * Starts the provider itself, without TLS: only this process knows its socket.
 *
 * @param {string} program
 * @param {readonly string[]} args
 */
export async function startProvider(program, args) {
  const { PLUGIN_CLIENT_CERT: _, ...env } = process.env;
  const child = spawn(program, args, { env, stdio: ["ignore", "pipe", "inherit"] });
  const line = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the provider ended with ${code} before it answered`)));
    createInterface({ input: child.stdout }).once("line", resolve);
  });
  const [core, protocol, network, address] = String(line).split("|");
  if (core !== "1" || protocol !== "5" || network !== "unix" || address === undefined) {
    throw new Error(`The provider says ${line}; understood: 1|5|unix|<socket>.`);
  }
  const session = connect("http://localhost", { createConnection: () => createConnection(address), settings: wide });
  session.once("connect", () => session.setLocalWindowSize(wide.initialWindowSize));
  return { child, session };
}

/**
 * One unary call, by its raw messages.
 *
 * @param {import("node:http2").ClientHttp2Session} session
 * @param {string} path
 * @returns {Promise<Buffer>}
 */
export function call(session, path) {
  return new Promise((resolve, reject) => {
    const request = session.request({
      ":method": "POST",
      ":path": path,
      "content-type": "application/grpc",
      te: "trailers",
    });
    /** @type {Buffer[]} */
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("error", reject);
    request.on("end", () => resolve(Buffer.concat(chunks).subarray(frame.length)));
    request.end(frame);
  });
}

/** An empty message, in gRPC's frame: not compressed, and four bytes of length. */
const frame = Buffer.alloc(5);

/** @param {Buffer} message */
export function framed(message) {
  const head = Buffer.alloc(frame.length);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}
