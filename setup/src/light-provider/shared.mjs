// One provider for every Terraform that works on one local AWS: docs/decisions/0011-shared-provider.md.
// usage: shared.mjs PROVIDER FOLDER SOCKET, with a pipe as standard input: it ends with whoever holds the other end.
import { rmSync } from "node:fs";
import { createServer } from "node:http2";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { schemasFor } from "./kept.mjs";
import { Providers } from "./providers.mjs";
import { declined, pass, say, schemaCall } from "./relay.mjs";
import { typesFor } from "./types.mjs";
import { large, unframed, wide } from "./upstream.mjs";

const [program = "", folder = "", socket = ""] = process.argv.slice(2);
const providers = new Providers(program, folder);

/** Each Terraform has a connection for each of its providers: by it we know which of ours a call is for. @type {WeakMap<object, ReturnType<Providers["configured"]>>} */
const chosen = new WeakMap();

const server = createServer(large);
server.on("session", (session) => session.setLocalWindowSize(wide.initialWindowSize));
server.on("stream", (stream, headers) => {
  stream.on("error", () => {});
  answer(stream, headers).catch((error) => {
    console.error(error);
    stream.close();
  });
});
for (const event of /** @type {const} */ (["end", "close"])) process.stdin.on(event, end);
process.stdin.resume();
process.on("SIGTERM", end);
// WHY: of a terminal it comes to Terraform as well, which says what is to stop.
process.on("SIGINT", () => {});
server.listen(socket, () => process.stdout.write("ready\n"));

/**
 * @param {import("node:http2").ServerHttp2Stream} stream
 * @param {import("node:http2").IncomingHttpHeaders} headers
 */
async function answer(stream, headers) {
  const path = headers[":path"] ?? "";
  const { session } = stream;
  if (session === undefined || declined(stream, path)) return;
  switch (path) {
    case schemaCall: {
      const types = typesFor(join(folder, "types"));
      return say(stream, "0", await schemasFor(folder, types, async () => (await providers.any()).session));
    }
    case "/tfplugin5.Provider/Configure": {
      const one = providers.configured(unframed(await buffer(stream)));
      chosen.set(session, one);
      session.once("close", () => void one.then(({ leave }) => leave()).catch(() => {}));
      return say(stream, "0", (await one).said);
    }
    case "/tfplugin5.Provider/Stop":
      // WHY: a provider that was told to stop begins nothing any more.
      void chosen.get(session)?.then(({ retire }) => retire());
  }
  const { session: upstream } = await (chosen.get(session) ?? providers.any());
  return pass(stream, headers, upstream);
}

function end() {
  providers.end();
  rmSync(socket, { force: true });
  process.exit();
}
