import { framed } from "./upstream.mjs";

export const schemaCall = "/tfplugin5.Provider/GetSchema";
export const shutdownCall = "/plugin.GRPCController/Shutdown";

/** What go-plugin asks of every plugin and does without: a copy of its output, and connections the other way round. */
const unneeded = ["/plugin.GRPCStdio/", "/plugin.GRPCBroker/"];
const unimplemented = "12";
const unavailable = "14";

/**
 * Declines a call that nobody needs an answer to.
 *
 * @param {import("node:http2").ServerHttp2Stream} stream
 * @param {string} path
 */
export function declined(stream, path) {
  if (!unneeded.some((service) => path.startsWith(service))) return false;
  say(stream, unimplemented);
  return true;
}

/**
 * Ends a call: with a message, or with a status other than 0 alone.
 *
 * @param {import("node:http2").ServerHttp2Stream} stream
 * @param {string} status
 * @param {Buffer} [message]
 */
export function say(stream, status, message) {
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
export function pass(stream, headers, session) {
  const { ":path": path, "content-type": type, ...rest } = headers;
  const own = Object.fromEntries(Object.entries(rest).filter(([name]) => !name.startsWith(":")));
  const request = session.request({ ...own, ":method": "POST", ":path": path, "content-type": type });
  let answered = false;
  /** @type {import("node:http2").IncomingHttpHeaders} */
  let trailers = {};
  request.on("response", ({ ":status": status, ...answer }, flags) => {
    answered = true;
    // A call that failed has its status where its headers are, and nothing after them.
    const endStream = (flags & 1) === 1;
    stream.respond({ ":status": status, ...answer }, endStream ? { endStream } : { waitForTrailers: true });
  });
  request.on("trailers", (given) => {
    trailers = given;
  });
  stream.on("wantTrailers", () => stream.sendTrailers(trailers));
  request.on("error", () => {});
  stream.on("close", () => request.close());
  stream.pipe(request);
  request.pipe(stream, { end: false });
  request.on("end", () => answered && stream.end());
  // WHY: of a provider that has ended no answer comes any more, and Terraform would wait for it for ever.
  request.on("close", () => !answered && !stream.destroyed && say(stream, unavailable));
}
