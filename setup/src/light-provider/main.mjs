// Stands between Terraform and its AWS provider on a local AWS: docs/decisions/0008-light-provider.md.
// usage, by Terraform: main.mjs PROVIDER FOLDER [ARGUMENT ...]
import { createHash, randomUUID } from "node:crypto";
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createSecureServer } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { schemasOf } from "./schema.mjs";
import { typesFor } from "./types.mjs";
import { call, framed, provider, wide } from "./upstream.mjs";

const [program = "", folder = "", ...args] = process.argv.slice(2);
const schemaCall = "/tfplugin5.Provider/GetSchema";
/** After these a provider is as it was. */
const asking = /^\/tfplugin5\.Provider\/(Validate|Prepare|Get)/;
const shutdownCall = "/plugin.GRPCController/Shutdown";
/** What go-plugin asks of every plugin and does without: a copy of its output, and connections the other way round. */
const unneeded = ["/plugin.GRPCStdio/", "/plugin.GRPCBroker/"];
const unimplemented = "12";

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
  if (unneeded.some((service) => path.startsWith(service))) return say(stream, unimplemented);
  if (path === shutdownCall) {
    say(stream, "0", Buffer.alloc(0));
    return void setImmediate(() => void end(unspent));
  }
  if (path === schemaCall) return say(stream, "0", await known(typesFor(join(folder, "types"), process.cwd())));
  unspent &&= asking.test(path);
  return pass(stream, headers, (await upstream()).session);
}

/**
 * What is said of these types. WHY kept: to pick it from all that there is takes as long as this process takes to start.
 *
 * @param {ReadonlySet<string>} types
 */
function known(types) {
  const name = createHash("sha256")
    .update([...types].toSorted().join())
    .digest("hex");
  return kept(`answer-${name.slice(0, 16)}`, async () => schemasOf(await schemas(), types));
}

/** All that the provider says of itself, which it says once. */
function schemas() {
  return kept("schemas", async () => call((await upstream()).session, schemaCall));
}

/**
 * What a file in the folder says; made first where there is none.
 *
 * @param {string} name
 * @param {() => Promise<Buffer>} make
 */
async function kept(name, make) {
  const file = join(folder, name);
  if (existsSync(file)) return readFileSync(file);
  const content = await make();
  // WHY a rename: another process reads the whole or nothing.
  const own = `${file}.${process.pid}`;
  writeFileSync(own, content);
  renameSync(own, file);
  return content;
}

/**
 * Ends a call: with a message, or with a status other than 0 alone.
 *
 * @param {import("node:http2").ServerHttp2Stream} stream
 * @param {string} status
 * @param {Buffer} [message]
 */
function say(stream, status, message) {
  const head = { ":status": 200, "content-type": "application/grpc" };
  if (message === undefined) return stream.respond({ ...head, "grpc-status": status }, { endStream: true });
  stream.respond(head, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": status }));
  stream.end(framed(message));
}

/**
 * Hands a call on, and its answer back.
 *
 * @param {import("node:http2").ServerHttp2Stream} stream
 * @param {import("node:http2").IncomingHttpHeaders} headers
 * @param {import("node:http2").ClientHttp2Session} session
 */
function pass(stream, headers, session) {
  const { ":path": path, "content-type": type, ...rest } = headers;
  const own = Object.fromEntries(Object.entries(rest).filter(([name]) => !name.startsWith(":")));
  const request = session.request({ ...own, ":method": "POST", ":path": path, "content-type": type });
  /** @type {import("node:http2").IncomingHttpHeaders} */
  let trailers = {};
  request.on("response", ({ ":status": status, ...answered }, flags) => {
    // A call that failed has its status where its headers are, and nothing after them.
    const endStream = (flags & 1) === 1;
    stream.respond({ ":status": status, ...answered }, endStream ? { endStream } : { waitForTrailers: true });
  });
  request.on("trailers", (given) => {
    trailers = given;
  });
  stream.on("wantTrailers", () => stream.sendTrailers(trailers));
  request.on("error", () => stream.close());
  stream.on("close", () => request.close());
  stream.pipe(request);
  request.pipe(stream);
}

/** @param {boolean} [usable] For another one of the same Terraform. */
async function end(usable = false) {
  const one = await starting?.catch(() => undefined);
  if (usable) one?.leave();
  else one?.end();
  process.exit();
}
