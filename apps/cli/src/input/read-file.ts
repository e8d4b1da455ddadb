import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type { Readable } from "node:stream";
import { getHeapStatistics } from "node:v8";
import { plain } from "@mainstay/reliability";
import { Problem } from "../problem.ts";
import { progress, type Terminal } from "../terminal.ts";

/** Longest text that Node can hold, in bytes of ASCII (V8's string limit). */
const longest = 0x1fff_ffe8;
/** From here on reading, and what follows it, takes long enough to say so. */
export const large = 20_000_000;
/** Bytes of memory that a byte of a plan takes until it is reviewed: 3.8 were measured (README), and a third more is left free. */
const heapPerByte = 6;

/** Bytes that fit into the memory that Node may use. WHY asked before: a heap that is full ends the process with a stack, and says nothing of the file. */
export function mostBytes(heap = getHeapStatistics().heap_size_limit): number {
  return Math.min(longest, Math.floor(heap / heapPerByte));
}

/** What a file, or `-` for the standard input, holds; `most` bytes at most. Throws a {@link Problem}. */
export async function bytesOf(path: string, terminal: Terminal, most = mostBytes()): Promise<Buffer> {
  if (path === "-") {
    if (terminal.stdin.isTTY === true)
      throw new Problem("Nothing is piped in. Try: terraform show -json plan.out | mainstay review -");
    return await piped(terminal, most);
  }
  const name = plain(path);
  try {
    const file = resolve(terminal.cwd, path);
    const { size } = statSync(file);
    if (size > most) throw tooLarge(`${name}: ${megabytes(size)}`, most);
    if (size > large) progress(terminal, `Reading ${name}, ${megabytes(size)} ...`);
    return readFileSync(file);
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem(`${name}: ${reason(error as NodeJS.ErrnoException)}`);
  }
}

/** WHY not all of it first: what is piped in may have no end. */
async function piped(terminal: Terminal, most: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of terminal.stdin as Readable) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    if (size <= large && size + bytes.length > large) progress(terminal, "Reading the standard input ...");
    size += bytes.length;
    if (size > most) throw tooLarge("The standard input: This", most);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks, size);
}

/** The same as text, whichever Unicode it is in: PowerShell writes UTF-16. */
export function textOf(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString("utf16le", 2);
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
    ? bytes.toString("utf8", 3)
    : bytes.toString("utf8");
}

function tooLarge(what: string, most: number): Problem {
  const memory = most < longest ? " Give Node more memory: NODE_OPTIONS=--max-old-space-size=8192. Or split" : " Split";
  return new Problem(
    `${what} is more than can be read here, ${megabytes(most)}.${memory} the stack into several; a plan with -target would be a part, and never called reviewed.`,
  );
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}

function reason({ code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return "There is no such file. Make one: terraform show -json plan.out > plan.json";
    case "EISDIR":
      return "This is a folder. Name the file in it.";
    case "EACCES":
    case "EPERM":
      return "It must not be read: its permissions forbid it.";
    default:
      return `It cannot be read: ${plain(message)}.`;
  }
}
