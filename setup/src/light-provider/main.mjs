// Stands between Terraform and its AWS provider on a local AWS: docs/decisions/0008-light-provider.md.
// usage, by Terraform: main.mjs PROVIDER FOLDER [ARGUMENT ...]
import { randomUUID } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { createSecureServer } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { schemasFor } from "./kept.mjs";
import { declined, pass, say, schemaCall, shutdownCall } from "./relay.mjs";
import { typesFor } from "./types.mjs";
import { provider, wide } from "./upstream.mjs";

const [program = "", folder = "", ...args] = process.argv.slice(2);
/** After these a provider is as it was. */
const asking = /^\/tfplugin5\.Provider\/(Validate|Prepare|Get)/;

const certificate = readFileSync(join(folder, "certificate.pem"), "utf8");
// WHY not by its number: a process that was killed left its socket, and the next one of that number could not listen.
const socket = join(tmpdir(), `light-provider-${randomUUID()}`);

const terraform = process.ppid;
const idle = join(folder, "idle");

/** @type {ReturnType<typeof provider> | undefined} */
let starting;
/** WHY late: Terraform starts a provider first for its schema alone, and ends it. */
function upstream() {
  starting ??= provider(program, args, idle, terraform);
  return starting;
}
/** It knows no region, account and credentials yet. Once it does, it takes no others. */
let unspent = true;

/** @type {import("node:http2").SecureServerOptions} */
const options = {
  key: readFileSync(join(folder, "key.pem")),
  cert: certificate,
  ca: process.env.PLUGIN_CLIENT_CERT ?? "",
  requestCert: true,
  rejectUnauthorized: true,
  settings: wide,
};
const server = createSecureServer(options);
server.on("session", (session) => {
  session.setLocalWindowSize(wide.initialWindowSize);
  // WHY already: Terraform connects once, and a process that is killed removes nothing.
  rmSync(socket, { force: true });
});
server.on("stream", (stream, headers) => {
  stream.on("error", () => {});
  answer(stream, headers).catch((error) => {
    console.error(error);
    process.exitCode = 1;
    void end();
  });
});
// Terraform decides when a provider ends, and ends it even when it is killed itself: the provider alone would live on.
process.on("SIGINT", () => {});
setInterval(() => {
  if (process.ppid !== terraform) void end();
}, 500).unref();
process.on("exit", () => rmSync(socket, { force: true }));
server.listen(socket, () => {
  const der = certificate.replaceAll(/-----[A-Z ]+-----|\s|=/g, "");
  process.stdout.write(`1|5|unix|${socket}|grpc|${der}\n`);
});

/**
 * @param {import("node:http2").ServerHttp2Stream} stream
 * @param {import("node:http2").IncomingHttpHeaders} headers
 */
async function answer(stream, headers) {
  const path = headers[":path"] ?? "";
  if (declined(stream, path)) return;
  if (path === shutdownCall) {
    say(stream, "0", Buffer.alloc(0));
    return void setImmediate(() => void end(unspent));
  }
  if (path === schemaCall) {
    const types = typesFor(join(folder, "types"), process.cwd());
    return say(stream, "0", await schemasFor(folder, types, async () => (await upstream()).session));
  }
  unspent &&= asking.test(path);
  return pass(stream, headers, (await upstream()).session);
}

/** @param {boolean} [usable] For another one of the same Terraform. */
async function end(usable = false) {
  const one = await starting?.catch(() => undefined);
  if (usable) one?.leave();
  else one?.end();
  process.exit();
}
