import { createHash, randomBytes } from "node:crypto";
import { contract } from "@mainstay/contract";
import type * as z from "zod";
import type { Queryable } from "../database.ts";
import type { Caller } from "../http/route.ts";
import { asMoment } from "../http/texts.ts";
import { insertRefreshToken, insertSession, sessionEnd } from "./queries.ts";
import type { Session } from "./schema.ts";
import type { Tokens } from "./tokens.ts";

type Opened = z.input<typeof Session>;

/** Begins a session for an account that has proved who it is. */
export async function openSession(
  transaction: Queryable,
  tokens: Tokens,
  account: Omit<Caller, "session">,
): Promise<Opened> {
  const session = await insertSession(transaction, account.account, contract.accounts.session);
  return handOut(transaction, tokens, { ...account, session });
}

/** Tokens for a session that is there. The refresh token itself is known only to who gets it; the database has its hash. */
export async function handOut(transaction: Queryable, tokens: Tokens, caller: Caller): Promise<Opened> {
  const refreshToken = randomBytes(32).toString("base64url");
  await insertRefreshToken(transaction, hashOf(refreshToken), caller.session);
  return {
    accessToken: await tokens.issue(caller),
    accessTokenExpiresIn: contract.accounts.accessToken,
    refreshToken,
    sessionExpiresAt: asMoment(await sessionEnd(transaction, caller.session)),
    mustChangePassword: caller.oneTime,
  };
}

/** WHY a plain hash: a token of 256 random bits cannot be guessed, so that nothing has to be slow. */
export function hashOf(refreshToken: string): Buffer {
  return createHash("sha256").update(refreshToken).digest();
}
