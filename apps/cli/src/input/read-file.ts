import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { buffer } from "node:stream/consumers";
import { plain } from "@mainstay/reliability";
import { Problem } from "../problem.ts";
import { progress, type Terminal } from "../terminal.ts";

/** Longest text that Node can hold, in bytes of ASCII (V8's string limit). */
const longest = 0x1fff_ffe8;
/** From here on reading takes long enough to say so. */
const large = 20_000_000;

/** What a file, or `-` for the standard input, holds. Throws a {@link Problem}. */
export async function bytesOf(path: string, terminal: Terminal): Promise<Buffer> {
  if (path === "-") {
    if (terminal.stdin.isTTY === true)
      throw new Problem("Nothing is piped in. Try: terraform show -json plan.out | mainstay review -");
    const bytes = await buffer(terminal.stdin);
    return checked("The standard input", bytes, terminal);
  }
  const name = plain(path);
  try {
    const file = resolve(terminal.cwd, path);
    const { size } = statSync(file);
    if (size > longest) throw tooLarge(name, size);
    if (size > large) progress(terminal, `Reading ${name}, ${megabytes(size)} ...`);
    return checked(name, readFileSync(file), terminal);
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem(`${name}: ${reason(error as NodeJS.ErrnoException)}`);
  }
}

/** The same as text, whichever Unicode it is in: PowerShell writes UTF-16. */
export function textOf(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString("utf16le", 2);
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
    ? bytes.toString("utf8", 3)
    : bytes.toString("utf8");
}

function checked(name: string, bytes: Buffer, terminal: Terminal): Buffer {
  if (bytes.length > longest) throw tooLarge(name, bytes.length);
  if (name.startsWith("The standard") && bytes.length > large)
    progress(terminal, `Read ${megabytes(bytes.length)} ...`);
  return bytes;
}

function tooLarge(name: string, size: number): Problem {
  return new Problem(
    `${name}: ${megabytes(size)} is more than can be read, ${megabytes(longest)}. Plan the stack in parts, with -target, and review each.`,
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
