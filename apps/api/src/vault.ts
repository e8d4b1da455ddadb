import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto";

/** Something sealed, or marked, with the key of that id. */
export interface Sealed {
  readonly keyId: string;
  readonly sealed: Buffer;
}

export interface Mark {
  readonly keyId: string;
  readonly mark: Buffer;
}

/** Keeps what is stored for a while (answers that name patients, or hold tokens) unreadable to those who read only the database. */
export interface Vault {
  readonly seal: (plain: Buffer) => Sealed;
  /** Undefined when the key is gone, or the text was changed. */
  readonly open: (sealed: Sealed) => Buffer | undefined;
  /** A fingerprint that cannot be guessed without the key: what is marked may hold a password. */
  readonly mark: (content: Buffer | string) => Mark;
  /** Undefined when the key is gone. */
  readonly isMark: (content: Buffer | string, mark: Mark) => boolean | undefined;
}

const algorithm = "aes-256-gcm";
const nonceBytes = 12;
const tagBytes = 16;

/** Each secret gives its own keys; the first seals, all open. */
export function createVault(secrets: readonly [string, ...string[]]): Vault {
  const [first, ...others] = secrets.map(derive);
  if (first === undefined) throw new Error("a vault needs a secret");
  const find = (id: string) => [first, ...others].find((key) => key.id === id);
  return {
    seal(plain) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv(algorithm, first.sealing, nonce);
      const text = Buffer.concat([cipher.update(plain), cipher.final()]);
      return { keyId: first.id, sealed: Buffer.concat([nonce, cipher.getAuthTag(), text]) };
    },
    open({ keyId, sealed }) {
      const key = find(keyId);
      if (key === undefined) return undefined;
      const tag = sealed.subarray(nonceBytes, nonceBytes + tagBytes);
      const decipher = createDecipheriv(algorithm, key.sealing, sealed.subarray(0, nonceBytes)).setAuthTag(tag);
      try {
        return Buffer.concat([decipher.update(sealed.subarray(nonceBytes + tagBytes)), decipher.final()]);
      } catch {
        return undefined;
      }
    },
    mark: (content) => ({ keyId: first.id, mark: hmac(first.marking, content) }),
    isMark(content, { keyId, mark }) {
      const key = find(keyId);
      return key && timingSafeEqual(hmac(key.marking, content), mark);
    },
  };
}

function derive(secret: string) {
  const keyFor = (use: string) => Buffer.from(hkdfSync("sha256", secret, "", `mainstay ${use}`, 32));
  return { id: keyFor("key id").toString("hex", 0, 8), sealing: keyFor("sealing"), marking: keyFor("marking") };
}

function hmac(key: Buffer, content: Buffer | string): Buffer {
  return createHmac("sha256", key).update(content).digest();
}
