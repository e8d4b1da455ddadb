import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { availableParallelism } from "node:os";
import { promisify } from "node:util";

const derive = promisify(argon2);

/** What one hash costs. */
export interface Cost {
  /** KiB of memory. */
  readonly memory: number;
  readonly passes: number;
}

/**
 * The cost of new hashes: one pass more than 19 MiB, 2 passes and 1 lane, the least that OWASP recommends for argon2id (Password
 * Storage Cheat Sheet). About a tenth of a second, as `pnpm run calibrate` says for each machine: WHY no more, two are computed at a
 * time, and at the start of a day everybody signs in. Passwords that were hashed at another cost are hashed again at the next sign-in.
 */
export const standardCost: Cost = { memory: 19_456, passes: 3 };

const tagLength = 32;
const saltLength = 16;

/** Hashes a password; the result says all that is needed to verify it, in the usual form of argon2. */
export async function hashPassword(password: string, cost: Cost = standardCost): Promise<string> {
  const salt = randomBytes(saltLength);
  const tag = await inTurn(() => compute(password, salt, cost, tagLength));
  return `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=1$${base64(salt)}$${base64(tag)}`;
}

export interface Verdict {
  readonly right: boolean;
  /** The hash is of another cost than new ones. */
  readonly outdated: boolean;
}

/** WHY: where there is no account or no password, verifying takes as long as where there is one, and tells nothing. */
const nobody = `$argon2id$v=19$m=${standardCost.memory},t=${standardCost.passes},p=1$${base64(Buffer.alloc(saltLength))}$${base64(Buffer.alloc(tagLength))}`;

export async function verifyPassword(password: string, hash: string | null): Promise<Verdict> {
  const { cost, salt, tag } = parse(hash ?? nobody);
  const computed = await inTurn(() => compute(password, salt, cost, tag.length));
  const right = timingSafeEqual(computed, tag) && hash !== null;
  return { right, outdated: cost.memory !== standardCost.memory || cost.passes !== standardCost.passes };
}

/** A password that nobody has chosen: 100 bits, without letters that look alike. */
export function generatePassword(): string {
  const letters = "abcdefghjkmnpqrstuvwxyz23456789a";
  const text = [...randomBytes(20)].map((byte) => letters[byte % 32]).join("");
  return text.match(/.{5}/g)?.join("-") ?? text;
}

function compute(password: string, nonce: Buffer, { memory, passes }: Cost, length: number): Promise<Buffer> {
  // WHY NFC: the same letters can be typed as other characters on another keyboard.
  const message = Buffer.from(password.normalize("NFC"));
  return derive("argon2id", { message, nonce, parallelism: 1, tagLength: length, memory, passes });
}

function parse(hash: string): { cost: Cost; salt: Buffer; tag: Buffer } {
  const found = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=1\$([\w+/]+)\$([\w+/]+)$/.exec(hash);
  const [, memory, passes, salt, tag] = found ?? [];
  if (!salt || !tag) throw new Error("a stored password hash is not one of ours");
  return {
    cost: { memory: Number(memory), passes: Number(passes) },
    salt: Buffer.from(salt, "base64"),
    tag: Buffer.from(tag, "base64"),
  };
}

function base64(bytes: Buffer): string {
  return bytes.toString("base64").replaceAll("=", "");
}

/** WHY: each hash takes memory and one of the few threads that also read files; many sign-ins at once must take neither all. */
const atOnce = Math.max(1, Math.min(2, availableParallelism() - 1));
let running = 0;
const queue: (() => void)[] = [];

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= atOnce) await new Promise<void>((resolve) => queue.push(resolve));
  else running += 1;
  try {
    return await work();
  } finally {
    const next = queue.shift();
    if (next) next();
    else running -= 1;
  }
}
