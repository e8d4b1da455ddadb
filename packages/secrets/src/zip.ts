import { crc32 } from "node:zlib";

/**
 * A ZIP archive of `files` by name: the same bytes on every machine and in every run.
 *
 * WHY not cdktf's archive: it keeps the files' times, so that each checkout makes another one, and each plan a change. Stored and
 * not compressed, as another zlib compresses differently. The format: APPNOTE.TXT of PKWARE, 4.3.
 */
export function zip(files: Readonly<Record<string, string>>): Buffer {
  const entries = Object.entries(files).toSorted(([one], [other]) => (one < other ? -1 : 1));
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of entries) {
    const [path, data] = [Buffer.from(name), Buffer.from(text)];
    const common = commonHeader(path, data);
    const body = Buffer.concat([words(0x04034b50), common, path, data]);
    directory.push(Buffer.concat([words(0x02014b50), halves(madeBy), common, fileAttributes(offset), path]));
    bodies.push(body);
    offset += body.length;
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const count = entries.length;
  const end = Buffer.concat([words(0x06054b50), halves(0, 0, count, count), words(size, offset), halves(0)]);
  return Buffer.concat([...bodies, ...directory, end]);
}

/** Unix, version 2.0: readers then look at the permissions. */
const madeBy = (3 << 8) | 20;

/** What a file's own header and its entry in the directory have in common. */
function commonHeader(path: Buffer, data: Buffer): Buffer {
  const [version, flags, stored, time, date] = [20, 0, 0, 0, (1 << 5) | 1]; // 1980-01-01: where the format's time begins.
  return Buffer.concat([
    halves(version, flags, stored, time, date),
    words(crc32(data), data.length, data.length),
    halves(path.length, 0),
  ]);
}

/** No comment, first disk, a regular file that everybody may read, and where it begins. */
function fileAttributes(offset: number): Buffer {
  return Buffer.concat([halves(0, 0, 0), words(0o100644 * 2 ** 16, offset)]);
}

function halves(...values: number[]): Buffer {
  const buffer = Buffer.alloc(values.length * 2);
  for (const [index, value] of values.entries()) buffer.writeUInt16LE(value, index * 2);
  return buffer;
}

function words(...values: number[]): Buffer {
  const buffer = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) buffer.writeUInt32LE(value, index * 4);
  return buffer;
}
