import type { Queryable } from "../database.ts";
import type { Role } from "../http/route.ts";

export interface AccountRow {
  readonly id: number;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly passwordHash: string | null;
  readonly oneTime: number;
  readonly version: number;
  readonly disabledAt: string | null;
}

const columns =
  "id, email, name, role, password_hash AS passwordHash, one_time AS oneTime, version, disabled_at AS disabledAt";

export async function findAccountByEmail(database: Queryable, email: string): Promise<AccountRow | undefined> {
  const [account] = await database.query<AccountRow>(`SELECT ${columns} FROM accounts WHERE email = ?`, [email]);
  return account;
}

/** @param lock keeps others from changing it until the transaction ends */
export async function findAccount(database: Queryable, id: number, lock = false): Promise<AccountRow | undefined> {
  const sql = `SELECT ${columns} FROM accounts WHERE id = ?${lock ? " FOR UPDATE" : ""}`;
  const [account] = await database.query<AccountRow>(sql, [id]);
  return account;
}

export function listAccounts(database: Queryable): Promise<AccountRow[]> {
  return database.query<AccountRow>(`SELECT ${columns} FROM accounts ORDER BY name, id LIMIT 1000`);
}

export function listClinicians(database: Queryable): Promise<{ id: number; name: string }[]> {
  return database.query(
    "SELECT id, name FROM accounts WHERE role = 'clinician' AND disabled_at IS NULL ORDER BY name, id LIMIT 1000",
  );
}

export interface NewAccountRow {
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  /** @default null: nobody can sign in */
  readonly passwordHash?: string;
}

/** The password is for once: it must be changed before anything else. */
export async function insertAccount(database: Queryable, account: NewAccountRow): Promise<number> {
  const { insertId } = await database.execute(
    `INSERT INTO accounts (email, name, role, password_hash, one_time, created_at)
     VALUES (?, ?, ?, ?, 1, UTC_TIMESTAMP(3))`,
    [account.email, account.name, account.role, account.passwordHash ?? null],
  );
  return insertId;
}

export interface AccountChangeRow {
  readonly name: string;
  readonly role: Role;
  readonly disabled: boolean;
}

export async function updateAccount(database: Queryable, id: number, change: AccountChangeRow): Promise<void> {
  await database.execute(
    `UPDATE accounts SET name = ?, role = ?, version = version + 1,
       disabled_at = IF(?, COALESCE(disabled_at, UTC_TIMESTAMP(3)), NULL) WHERE id = ?`,
    [change.name, change.role, change.disabled, id],
  );
}

export async function setPassword(database: Queryable, id: number, hash: string, oneTime: boolean): Promise<void> {
  await database.execute("UPDATE accounts SET password_hash = ?, one_time = ? WHERE id = ?", [hash, oneTime, id]);
}

export async function insertSession(database: Queryable, account: number, seconds: number): Promise<number> {
  const { insertId } = await database.execute(
    `INSERT INTO sessions (account_id, created_at, expires_at)
     VALUES (?, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) + INTERVAL ? SECOND)`,
    [account, seconds],
  );
  return insertId;
}

/** When a session ends. */
export async function sessionEnd(database: Queryable, id: number): Promise<string> {
  const [session] = await database.query<{ expiresAt: string }>(
    "SELECT expires_at AS expiresAt FROM sessions WHERE id = ?",
    [id],
  );
  return session?.expiresAt ?? "";
}

export async function endSession(database: Queryable, id: number): Promise<void> {
  await database.execute("UPDATE sessions SET ended_at = UTC_TIMESTAMP(3) WHERE id = ? AND ended_at IS NULL", [id]);
}

/** @param except a session that goes on */
export async function endSessions(database: Queryable, account: number, except = 0): Promise<void> {
  await database.execute(
    "UPDATE sessions SET ended_at = UTC_TIMESTAMP(3) WHERE account_id = ? AND id <> ? AND ended_at IS NULL",
    [account, except],
  );
}

export interface RefreshRow {
  readonly sessionId: number;
  readonly accountId: number;
  readonly role: Role;
  readonly oneTime: number;
  /** The token was used before. */
  readonly isUsed: number;
  /** The session has ended, or the account is disabled. */
  readonly isOver: number;
}

export async function takeRefreshToken(transaction: Queryable, hash: Buffer): Promise<RefreshRow | undefined> {
  const [row] = await transaction.query<RefreshRow>(
    `SELECT s.id AS sessionId, a.id AS accountId, a.role, a.one_time AS oneTime, t.used_at IS NOT NULL AS isUsed,
       s.ended_at IS NOT NULL OR s.expires_at <= UTC_TIMESTAMP(3) OR a.disabled_at IS NOT NULL AS isOver
     FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id JOIN accounts a ON a.id = s.account_id
     WHERE t.hash = ? FOR UPDATE`,
    [hash],
  );
  return row;
}

export async function useRefreshToken(transaction: Queryable, hash: Buffer): Promise<void> {
  await transaction.execute("UPDATE refresh_tokens SET used_at = UTC_TIMESTAMP(3) WHERE hash = ?", [hash]);
}

export async function insertRefreshToken(transaction: Queryable, hash: Buffer, session: number): Promise<void> {
  await transaction.execute(
    "INSERT INTO refresh_tokens (hash, session_id, created_at) VALUES (?, ?, UTC_TIMESTAMP(3))",
    [hash, session],
  );
}

/** Forgets at most `limit` sessions that ended a week ago, with their tokens. */
export async function forgetSessions(database: Queryable, limit: number): Promise<number> {
  const { affectedRows } = await database.execute(
    "DELETE FROM sessions WHERE expires_at < UTC_TIMESTAMP(3) - INTERVAL 7 DAY LIMIT ?",
    [limit],
  );
  return affectedRows;
}

/** Counts an attempt and returns how many there were in this window, with it, and the seconds that are left of it. */
export async function countAttempt(
  transaction: Queryable,
  subject: Buffer,
  window: number,
): Promise<{ count: number; left: number }> {
  // WHY this order: MySQL assigns from left to right, and the count is decided by the old start.
  await transaction.execute(
    `INSERT INTO sign_in_attempts (subject, window_start, failures) VALUES (?, UTC_TIMESTAMP(3), 1)
     ON DUPLICATE KEY UPDATE
       failures = IF(window_start < UTC_TIMESTAMP(3) - INTERVAL ? SECOND, 1, failures + 1),
       window_start = IF(failures = 1, UTC_TIMESTAMP(3), window_start)`,
    [subject, window],
  );
  const [row] = await transaction.query<{ failures: number; age: number }>(
    `SELECT failures, TIMESTAMPDIFF(SECOND, window_start, UTC_TIMESTAMP(3)) AS age
     FROM sign_in_attempts WHERE subject = ?`,
    [subject],
  );
  return { count: row?.failures ?? 1, left: Math.max(1, window - (row?.age ?? 0)) };
}

/** Takes one attempt back, or all of them. */
export async function forgiveAttempts(database: Queryable, subject: Buffer, which: "one" | "all"): Promise<void> {
  const sql =
    which === "all"
      ? "DELETE FROM sign_in_attempts WHERE subject = ?"
      : "UPDATE sign_in_attempts SET failures = failures - 1 WHERE subject = ? AND failures > 0";
  await database.execute(sql, [subject]);
}

/** Forgets at most `limit` windows that are over. */
export async function forgetAttempts(database: Queryable, window: number, limit: number): Promise<number> {
  const { affectedRows } = await database.execute(
    "DELETE FROM sign_in_attempts WHERE window_start < UTC_TIMESTAMP(3) - INTERVAL ? SECOND LIMIT ?",
    [window, limit],
  );
  return affectedRows;
}
