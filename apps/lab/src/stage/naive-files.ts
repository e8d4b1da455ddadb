import { createHash, randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createDocumentFiles, type DocumentFiles } from "@mainstay/api/src/documents/files.ts";

/**
 * What is usually written: the body piped into the file under its own name. Not flushed, half there while it comes and after it was cut,
 * and what the disk has against it is an error like any other.
 */
export function createNaiveFiles(directory: string): DocumentFiles {
  return {
    ...createDocumentFiles(directory),
    async receive(request) {
      const file = randomUUID();
      const path = join(directory, file.slice(0, 2), file);
      await mkdir(dirname(path), { recursive: true });
      const hash = createHash("sha256");
      let bytes = 0;
      const count = new Transform({
        transform(part: Buffer, _encoding, done) {
          hash.update(part);
          bytes += part.length;
          done(null, part);
        },
      });
      await pipeline(request, count, createWriteStream(path));
      return { file, bytes, sha256: hash.digest() };
    },
  };
}
