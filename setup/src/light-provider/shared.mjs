// One provider for every Terraform that works on one local AWS: docs/decisions/0011-shared-provider.md.
// usage: shared.mjs PROVIDER FOLDER PLACE, with a pipe as standard input: it ends with whoever holds the other end.
import { rmSync } from "node:fs";
import { createServer as createHttpServer } from "node:http2";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { buffer } from "node:stream/consumers";
import { schemasFor } from "./kept.mjs";
import { Providers } from "./providers.mjs";
import { declined, pass, say, schemaCall } from "./relay.mjs";
import { typesFor } from "./types.mjs";
import { large, unframed, wide } from "./upstream.mjs";

const [program = "", folder = "", place = ""] = process.argv.slice(2);
const providers = new Providers(program, folder);

/** Each Terraform has a connection for each of its providers: by it we know which of ours a call is for. @type {WeakMap<object, ReturnType<Providers["configured"]>>} */
const chosen = new WeakMap();

/** Sockets for Terraform, by the directory that it works in. @type {Map<string, Promise<string>>} */
const sockets = new Map();

/** Who says a directory is told the socket for it. */
const desk = createServer((connection) => {
  connection.on("error", () => {});
  createInterface({ input: connection }).on("line", (directory) => {
    const known = sockets.get(directory) ?? socketFor(directory);
    sockets.set(directory, known);
    void known.then((socket) => connection.end(`${socket}\n`));
  });
});
desk.listen(join(place, "desk"), () => process.stdout.write("ready\n"));

for (const event of /** @type {const} */ (["end", "close"])) process.stdin.on(event, end);
process.stdin.resume();
process.on("SIGTERM", end);
// WHY: of a terminal it comes to Terraform as well, which says what is to stop.
process.on("SIGINT", () => {});

/**
 * WHY one for each directory: files are named as they are seen from there, and a provider opens some.
 *
 * @param {string} directory
 * @returns {Promise<string>}
 */
function socketFor(directory) {
  const socket = join(place, String(sockets.size));
  const server = createHttpServer(large);
  server.on("session", (session) => session.setLocalWindowSize(wide.initialWindowSize));
  server.on("stream", (stream, headers) => {
    stream.on("error", () => {});
    answer(stream, headers, directory).catch((error) => {
      console.error(error);
      stream.close();
    });
  });
  return new Promise((resolve) => {
    server.listen(socket, () => resolve(socket));
  });
}

/**
 * @param {import("node:http2").ServerHttp2Stream} stream
 * @param {import("node:http2").IncomingHttpHeaders} headers
 * @param {string} directory
 */
async function answer(stream, headers, directory) {
  const path = headers[":path"] ?? "";
  const { session } = stream;
  if (session === undefined || declined(stream, path)) return;
  switch (path) {
    case schemaCall: {
      const types = typesFor(join(folder, "types"));
      return say(stream, "0", await schemasFor(folder, types, async () => (await providers.any(directory)).session));
    }
    case "/tfplugin5.Provider/Configure": {
      const one = providers.configured(directory, unframed(await buffer(stream)));
      chosen.set(session, one);
      session.once("close", () => void one.then(({ leave }) => leave()).catch(() => {}));
      return say(stream, "0", (await one).said);
    }
    case "/tfplugin5.Provider/Stop":
      // WHY: a provider that was told to stop begins nothing any more.
      void chosen.get(session)?.then(({ retire }) => retire());
  }
  const { session: upstream } = await (chosen.get(session) ?? providers.any(directory));
  return pass(stream, headers, upstream);
}

function end() {
  providers.end();
  rmSync(place, { recursive: true, force: true });
  process.exit();
}
