import type { Queryable } from "../database.ts";
import { type Route, read, write } from "../http/route.ts";
import { Problem } from "../problem.ts";
import type { Services } from "../services.ts";
import { hashPassword, verifyPassword } from "./password.ts";
import {
  type AccountRow,
  endSession,
  endSessions,
  findAccount,
  findAccountByEmail,
  setPassword,
  takeRefreshToken,
  useRefreshToken,
} from "./queries.ts";
import { KeySet, PasswordChange, Refresh, Session, SignIn } from "./schema.ts";
import { handOut, hashOf, openSession } from "./sessions.ts";

const wrong = "The email or the password is wrong.";
const over = "The session is over: sign in again.";

export function sessionRoutes(services: Services): Route[] {
  return [signIn(services), refresh(services), ...signOut(), changePassword(services), keys(services)];
}

function signIn({ database, attempts, tokens, audit }: Services): Route {
  return write({
    method: "POST",
    path: "/sessions",
    summary: "Sign in",
    description:
      "An access token is for the Authorization header, and good for minutes; a refresh token brings the next.",
    access: "public",
    idempotency: "optional",
    body: SignIn,
    answers: { 201: { description: "Signed in", body: Session } },
    problems: { 401: wrong, 429: "Too many attempts" },
    async prepare({ body: { email, password }, address, context }): Promise<{ account: AccountRow; rehash?: string }> {
      await attempts.begin(email, address);
      const account = await findAccountByEmail(database, email);
      const usable = account?.disabledAt === null ? account : undefined;
      const { right, outdated } = await verifyPassword(password, usable?.passwordHash ?? null);
      if (!right || usable === undefined) {
        const subject = { subject: "account" as const, ...(account && { id: account.id }) };
        await audit.record([
          { account: null, action: "session.refused", ...subject, requestId: context.state.requestId },
        ]);
        throw new Problem(401, wrong);
      }
      await attempts.succeed(email, address);
      return { account: usable, ...(outdated && { rehash: await hashPassword(password) }) };
    },
    async handle({ note }, transaction, { account: { id }, rehash }) {
      const account = await findAccount(transaction, id, true);
      if (account?.disabledAt !== null) return new Problem(401, wrong);
      const oneTime = account.oneTime === 1;
      if (rehash !== undefined) await setPassword(transaction, id, rehash, oneTime);
      const session = await openSession(transaction, tokens, { account: id, role: account.role, oneTime });
      note({ action: "session.begun", subject: "account", id });
      return { status: 201, body: session };
    },
  });
}

function refresh({ tokens }: Services): Route {
  return write({
    method: "POST",
    path: "/sessions/refresh",
    summary: "Get a new access token",
    description:
      "A refresh token is good for one refresh. Used again it has been stolen, and the session ends; only with the same Idempotency-Key the same answer comes again, for when it was lost on its way.",
    access: "public",
    idempotency: "optional",
    body: Refresh,
    answers: { 201: { description: "New tokens; the old refresh token is used up", body: Session } },
    problems: { 401: over },
    async handle({ body: { refreshToken }, note }, transaction) {
      const hash = hashOf(refreshToken);
      const found = await takeRefreshToken(transaction, hash);
      if (found === undefined || found.isOver === 1) return new Problem(401, over);
      const { sessionId: session, accountId: account, role } = found;
      if (found.isUsed === 1) {
        await endSession(transaction, session);
        note({ action: "session.tokenReused", subject: "account", id: account, detail: { session } });
        return new Problem(401, over);
      }
      await useRefreshToken(transaction, hash);
      const caller = { session, account, role, oneTime: found.oneTime === 1 };
      return { status: 201, body: await handOut(transaction, tokens, caller) };
    },
  });
}

function signOut(): Route[] {
  const answers = { 204: { description: "Signed out. Access tokens that are out expire within minutes" } } as const;
  const leave = async (transaction: Queryable, account: number, session: number | "all") =>
    session === "all" ? endSessions(transaction, account) : endSession(transaction, session);
  return [
    write({
      method: "DELETE",
      path: "/sessions/current",
      summary: "Sign out here",
      access: "oneTime",
      answers,
      async handle({ caller: { account, session }, note }, transaction) {
        await leave(transaction, account, session);
        note({ action: "session.ended", subject: "account", id: account });
        return { status: 204, body: null };
      },
    }),
    write({
      method: "DELETE",
      path: "/sessions",
      summary: "Sign out everywhere",
      access: "oneTime",
      answers,
      async handle({ caller: { account }, note }, transaction) {
        await leave(transaction, account, "all");
        note({ action: "session.allEnded", subject: "account", id: account });
        return { status: 204, body: null };
      },
    }),
  ];
}

function changePassword({ database, attempts }: Services): Route {
  return write({
    method: "PUT",
    path: "/accounts/me/password",
    summary: "Choose another password",
    description: "Ends all other sessions. After a one-time password, refresh the session to be allowed the rest.",
    access: "oneTime",
    body: PasswordChange,
    answers: { 204: { description: "Changed" } },
    problems: { 403: "The current password is wrong", 429: "Too many attempts" },
    async prepare({ body: { current, next }, caller, address }) {
      const account = await findAccount(database, caller.account);
      if (account === undefined) throw new Problem(403, "The account is gone.");
      await attempts.begin(account.email, address);
      const { right } = await verifyPassword(current, account.passwordHash);
      if (!right) throw new Problem(403, "The current password is wrong.");
      await attempts.succeed(account.email, address);
      if (current === next) {
        const fields = [{ at: { pointer: "/next" }, detail: "Another one than the current." }];
        throw new Problem(422, "/next: Another one than the current.", { fields });
      }
      return { hash: await hashPassword(next) };
    },
    async handle({ caller: { account, session }, note }, transaction, { hash }) {
      await setPassword(transaction, account, hash, false);
      await endSessions(transaction, account, session);
      note({ action: "account.passwordChanged", subject: "account", id: account });
      return { status: 204, body: null };
    },
  });
}

function keys({ tokens }: Services): Route {
  return read({
    path: "/.well-known/jwks.json",
    summary: "Public keys that verify access tokens",
    access: "public",
    answers: { 200: { description: "A JSON Web Key Set (RFC 7517)", body: KeySet } },
    handle: async () => ({
      status: 200,
      headers: { "Cache-Control": "public, max-age=300" },
      body: tokens.published as never,
    }),
  });
}
