import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { schemaCall } from "./relay.mjs";
import { schemasOf } from "./schema.mjs";
import { call } from "./upstream.mjs";

/**
 * What the provider says of these types. WHY kept: to pick it from all that there is takes as long as the process takes to start that asks.
 *
 * @param {string} folder Where it is kept.
 * @param {ReadonlySet<string>} types
 * @param {() => Promise<import("node:http2").ClientHttp2Session>} upstream
 */
export function schemasFor(folder, types, upstream) {
  const name = createHash("sha256")
    .update([...types].toSorted().join())
    .digest("hex");
  // All that the provider says of itself, which it says once.
  const schemas = () => kept(folder, "schemas", async () => call(await upstream(), schemaCall));
  return kept(folder, `answer-${name.slice(0, 16)}`, async () => schemasOf(await schemas(), types));
}

/**
 * What a file in the folder says; made first where there is none.
 *
 * @param {string} folder
 * @param {string} name
 * @param {() => Promise<Buffer>} make
 */
async function kept(folder, name, make) {
  const file = join(folder, name);
  if (existsSync(file)) return readFileSync(file);
  const content = await make();
  // WHY a rename: another process reads the whole or nothing.
  const own = `${file}.${process.pid}`;
  writeFileSync(own, content);
  renameSync(own, file);
  return content;
}
