import type { Queryable } from "../database.ts";

export interface StoredKey {
  readonly keyId: string;
  readonly mark: Buffer;
  readonly reply: Buffer | null;
}

export interface NewKey {
  readonly scope: string;
  readonly key: string;
  readonly keyId: string;
  readonly mark: Buffer;
}

export async function insertKey(transaction: Queryable, { scope, key, keyId, mark }: NewKey): Promise<void> {
  await transaction.execute(
    "INSERT INTO idempotency_keys (scope, idempotency_key, key_id, mark, created_at) VALUES (?, ?, ?, ?, UTC_TIMESTAMP())",
    [scope, key, keyId, mark],
  );
}

export async function findKey(transaction: Queryable, scope: string, key: string): Promise<StoredKey | undefined> {
  const [stored] = await transaction.query<StoredKey>(
    "SELECT key_id AS keyId, mark, reply FROM idempotency_keys WHERE scope = ? AND idempotency_key = ?",
    [scope, key],
  );
  return stored;
}

export async function storeReply(transaction: Queryable, scope: string, key: string, reply: Buffer): Promise<void> {
  await transaction.execute("UPDATE idempotency_keys SET reply = ? WHERE scope = ? AND idempotency_key = ?", [
    reply,
    scope,
    key,
  ]);
}

export async function deleteKey(transaction: Queryable, scope: string, key: string): Promise<void> {
  await transaction.execute("DELETE FROM idempotency_keys WHERE scope = ? AND idempotency_key = ?", [scope, key]);
}

/** Forgets at most `limit` keys that are older than `seconds`. Returns how many they were. */
export async function forgetKeys(database: Queryable, seconds: number, limit: number): Promise<number> {
  const { affectedRows } = await database.execute(
    "DELETE FROM idempotency_keys WHERE created_at < UTC_TIMESTAMP() - INTERVAL ? SECOND LIMIT ?",
    [seconds, limit],
  );
  return affectedRows;
}
