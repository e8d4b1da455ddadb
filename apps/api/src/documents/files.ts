import { createHash, randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, open, rename, rm, stat } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { contract } from "@mainstay/contract";
import { createFolders, type Folders, namesIn, syncFolder } from "../folders.ts";
import { partsOf } from "../http/body.ts";
import { Problem } from "../problem.ts";
import { beginningBytes, looksLike } from "./media-types.ts";
import type { Range } from "./range.ts";

/** A file that is whole and safe on disk. */
export interface StoredFile {
  /** Its name there: made by us, never by a caller. */
  readonly file: string;
  readonly bytes: number;
  readonly sha256: Buffer;
}

/** The mounted directory with the contents of documents. A file is there whole or not at all. */
export interface DocumentFiles {
  /**
   * Receives a body, piece by piece: it is never in memory as a whole.
   *
   * @throws {Problem} 413 when it is too large, 415 when it is not of its type, 400 when it ends early, 503 when it cannot be kept
   */
  readonly receive: (request: IncomingMessage, type: string) => Promise<StoredFile>;
  /** @throws {Problem} 503 when it cannot be read now */
  readonly read: (file: string, range?: Range) => Promise<Readable>;
  readonly remove: (file: string) => Promise<void>;
  /**
   * Removes what a crash has left: files older than `seconds` that `known` does not return. Resolves with their number.
   *
   * @param known Those of some names that documents have
   */
  readonly sweep: (
    seconds: number,
    known: (files: readonly string[]) => Promise<ReadonlySet<string>>,
  ) => Promise<number>;
}

const { maxBytes, uploads } = contract.documents;
const incoming = "incoming";
const name = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function createDocumentFiles(directory: string): DocumentFiles {
  let receiving = 0;
  const folders = createFolders();
  const place = (file: string) => {
    if (!name.test(file)) throw new Error("a file's name in the database is not one of ours");
    return join(directory, file.slice(0, 2), file);
  };

  return {
    async receive(request, type) {
      if (Number(request.headers["content-length"] ?? 0) > maxBytes) throw tooLarge();
      if (receiving >= uploads) throw away("Too many uploads at a time.");
      receiving += 1;
      const file = randomUUID();
      const temporary = join(directory, incoming, file);
      try {
        const written = await orAway(write(folders, temporary, request, type));
        await orAway(publish(folders, temporary, place(file)));
        return { file, ...written };
      } catch (error) {
        await rm(temporary, { force: true }).catch(() => undefined);
        throw error;
      } finally {
        receiving -= 1;
      }
    },
    async read(file, range) {
      const handle = await orAway(open(place(file), constants.O_RDONLY));
      return handle.createReadStream({ ...range, highWaterMark: 65_536 });
    },
    remove: (file) => rm(place(file), { force: true }),
    async sweep(seconds, known) {
      const before = Date.now() - seconds * 1000;
      let removed = 0;
      for (const folder of await namesIn(directory)) {
        const found = (await namesIn(join(directory, folder))).filter((file) => name.test(file));
        const kept = folder === incoming || found.length === 0 ? new Set<string>() : await known(found);
        for (const file of found.filter((it) => !kept.has(it))) {
          const path = join(directory, folder, file);
          if (((await stat(path).catch(() => undefined))?.mtimeMs ?? before) >= before) continue;
          await rm(path, { force: true });
          removed += 1;
        }
      }
      return removed;
    },
  };
}

async function write(folders: Folders, path: string, request: IncomingMessage, type: string) {
  await folders.make(dirname(path));
  const handle = await open(path, "wx", 0o600);
  try {
    const hash = createHash("sha256");
    let bytes = 0;
    let beginning: Buffer = Buffer.alloc(0);
    for await (const part of partsOf(request)) {
      if (beginning.length < beginningBytes && bytes === beginning.length) {
        beginning = Buffer.concat([beginning, part.subarray(0, beginningBytes - beginning.length)]);
        if (beginning.length === beginningBytes) refuseOther(type, beginning);
      }
      bytes += part.length;
      if (bytes > maxBytes) throw tooLarge();
      hash.update(part);
      await writeAll(handle, part);
    }
    if (bytes === 0) throw new Problem(400, "The body is empty.");
    if (beginning.length < beginningBytes) refuseOther(type, beginning);
    await handle.sync();
    return { bytes, sha256: hash.digest() };
  } finally {
    await handle.close();
  }
}

async function writeAll(handle: FileHandle, part: Buffer): Promise<void> {
  for (let written = 0; written < part.length; ) {
    written += (await handle.write(part, written)).bytesWritten;
  }
}

/** WHY the folders too: without them a power failure can take back the name of a file that was kept. */
async function publish(folders: Folders, temporary: string, path: string): Promise<void> {
  const folder = dirname(path);
  await folders.make(folder);
  await rename(temporary, path);
  await syncFolder(folder);
}

function refuseOther(type: string, beginning: Buffer): void {
  if (!looksLike(type, beginning)) throw new Problem(415, `This is not ${type}, by how it begins.`, close);
}

// WHY: what still comes of the body is not read; a connection that carries it cannot be used again.
const close = { headers: { Connection: "close" } };

function tooLarge(): Problem {
  return new Problem(413, `A document may have ${maxBytes} bytes.`, close);
}

function away(detail: string, cause?: unknown): Problem {
  return new Problem(503, detail, {
    cause,
    headers: { ...close.headers, "Retry-After": String(contract.health.interval) },
  });
}

/** What the file system says is for the log: full, away, or not ours. The caller may try again. */
async function orAway<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof Problem ? error : away("Documents cannot be kept or read now. Try again.", error);
  }
}
