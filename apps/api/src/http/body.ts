import type { IncomingMessage } from "node:http";
import { contract } from "@mainstay/contract";
import { Problem } from "../problem.ts";

const { maxBytes } = contract.requests;
const decoder = new TextDecoder("utf-8", { fatal: true });

/** A JSON body: as it came, and what it says. */
export interface JsonBody {
  readonly bytes: Buffer;
  readonly value: unknown;
}

/**
 * Reads a body of JSON in UTF-8, of at most 1 MiB.
 *
 * @throws {Problem} 415 for another type or a coding, 413 when it is longer, 400 when it is not UTF-8 or not JSON
 */
export async function readJson(request: IncomingMessage): Promise<JsonBody> {
  if (!isJson(request.headers["content-type"])) {
    throw new Problem(415, "The body must be JSON: Content-Type: application/json.", {
      headers: { Accept: "application/json" },
    });
  }
  refuseCoding(request);
  const bytes = await readBytes(request);
  return { bytes, value: parse(bytes) };
}

/** @throws {Problem} 415 when the body is compressed or otherwise coded: it could grow without bounds. */
export function refuseCoding({ headers }: IncomingMessage): void {
  const coding = headers["content-encoding"] ?? "identity";
  if (coding !== "identity") throw new Problem(415, "Send the body as it is, without a Content-Encoding.");
}

/** `application/json`, with no charset but UTF-8. */
export function isJson(type: string | undefined): boolean {
  return type !== undefined && /^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(type);
}

async function readBytes(request: IncomingMessage): Promise<Buffer> {
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) throw tooLarge();
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of partsOf(request)) {
    length += part.length;
    if (length > maxBytes) throw tooLarge();
    parts.push(part);
  }
  return Buffer.concat(parts, length);
}

/**
 * A body, piece by piece.
 *
 * WHY not the request itself: leaving the loop early would cut the connection, and the answer with it.
 *
 * @throws {Problem} 400 when the caller goes away
 */
export async function* partsOf(request: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    yield* request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  } catch (cause) {
    throw new Problem(400, "The body ended early.", { cause });
  }
}

function tooLarge(): Problem {
  // WHY: what still comes is not read; a connection that carries it cannot be used again.
  return new Problem(413, `A JSON body may have ${maxBytes} bytes.`, { headers: { Connection: "close" } });
}

function parse(bytes: Buffer): unknown {
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    throw new Problem(400, "The body is not UTF-8.");
  }
  try {
    return JSON.parse(text);
  } catch {
    // WHY without the cause: JSON.parse quotes the text, which may name a person.
    throw new Problem(400, "The body is not JSON.");
  }
}
