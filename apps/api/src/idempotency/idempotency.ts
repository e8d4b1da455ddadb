import type { Queryable } from "../database.ts";
import type { AnyReply, WriteRoute } from "../http/route.ts";
import { Problem } from "../problem.ts";
import { isDuplicate } from "../sql-errors.ts";
import type { Vault } from "../vault.ts";
import { deleteKey, findKey, insertKey, type StoredKey, storeReply } from "./queries.ts";

/** A request that carries a key. */
export interface KeyedRequest {
  readonly key: string | undefined;
  /** Keys of different accounts have nothing to do with each other. */
  readonly scope: string;
  /** Hash of what was asked: the same key with another is a mistake. */
  readonly content: Buffer;
}

/** Makes a POST that is sent twice have one effect, and answers both alike. */
export interface Idempotency {
  /** @throws {Problem} 400 when the route needs a key and there is none, or it is not well formed. */
  readonly keyOf: (route: WriteRoute, header: string | string[] | undefined) => string | undefined;
  /**
   * Takes the key, inside the transaction of the effect. Waits for another request with the same key.
   *
   * @returns the stored reply when the request was done before
   * @throws {Problem} 422 when it was another request, 409 when it cannot be compared any more
   */
  readonly claim: (transaction: Queryable, request: KeyedRequest) => Promise<AnyReply | undefined>;
  /** The stored reply to this request; `undefined` when its effect is not there. Waits for nobody. @throws as `claim` */
  readonly find: (database: Queryable, request: KeyedRequest) => Promise<AnyReply | undefined>;
  /** Stores the reply with the effect. A refusal is not stored: the same request may succeed later. */
  readonly keep: (transaction: Queryable, request: KeyedRequest, reply: AnyReply | Problem) => Promise<void>;
}

const header = "Idempotency-Key";

export function createIdempotency(vault: Vault): Idempotency {
  const replyOf = (stored: StoredKey | undefined, content: Buffer): AnyReply => {
    const sameRequest = stored && vault.isMark(content, stored);
    const reply = stored?.reply && vault.open({ keyId: stored.keyId, sealed: stored.reply });
    if (sameRequest === false) throw new Problem(422, `This ${header} was used for another request. Take a new one.`);
    if (!sameRequest || !reply) {
      throw new Problem(409, `What was done with this ${header} is not known any more. Look, and take a new one.`);
    }
    return JSON.parse(reply.toString()) as AnyReply;
  };
  return {
    keyOf(route, given) {
      if (route.method !== "POST") return undefined;
      if (given === undefined && route.idempotency === "optional") return undefined;
      if (typeof given === "string" && /^[\x21-\x7e]{8,128}$/.test(given)) return given;
      const detail =
        "8 to 128 visible ASCII characters, new for each thing that you want done, the same when you try again.";
      throw new Problem(400, `${header}: ${detail}`, { fields: [{ at: { header }, detail }] });
    },
    async claim(transaction, { key, scope, content }) {
      if (key === undefined) return undefined;
      const mark = vault.mark(content);
      try {
        await insertKey(transaction, { scope, key, ...mark });
        return undefined;
      } catch (error) {
        if (!isDuplicate(error)) throw error;
      }
      const { headers, ...rest } = replyOf(await findKey(transaction, scope, key), content);
      return { ...rest, headers: { ...headers, "Idempotency-Replayed": "true" } };
    },
    async find(database, { key, scope, content }) {
      const stored = key === undefined ? undefined : await findKey(database, scope, key);
      return stored && replyOf(stored, content);
    },
    async keep(transaction, { key, scope }, reply) {
      if (key === undefined) return;
      if (reply instanceof Problem) await deleteKey(transaction, scope, key);
      else await storeReply(transaction, scope, key, vault.seal(Buffer.from(JSON.stringify(reply))).sealed);
    },
  };
}
