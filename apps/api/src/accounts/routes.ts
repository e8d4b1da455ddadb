import type * as z from "zod";
import { changedMeanwhile, etag } from "../http/etag.ts";
import { type Route, read, write } from "../http/route.ts";
import { idParams } from "../http/texts.ts";
import { Problem } from "../problem.ts";
import type { Services } from "../services.ts";
import { isDuplicate } from "../sql-errors.ts";
import { generatePassword, hashPassword } from "./password.ts";
import {
  type AccountRow,
  endSessions,
  findAccount,
  insertAccount,
  listAccounts,
  listClinicians,
  setPassword,
  updateAccount,
} from "./queries.ts";
import { Account, AccountChange, Accounts, Clinicians, NewAccount, OneTimePassword } from "./schema.ts";
import { sessionRoutes } from "./session-routes.ts";

const absent = "There is no account with this id.";
const notFound = () => new Problem(404, absent);
const tagged = { ETag: "The version, for If-Match" };

/** Who works here: sessions, passwords, and, for admins, the accounts. */
export function accounts(services: Services): Route[] {
  return [...sessionRoutes(services), ...look(), create(), update(), resetPassword(), endAll()];
}

function shown({ id, email, name, role, disabledAt }: AccountRow): z.input<typeof Account> {
  return { id, email, name, role, disabled: disabledAt !== null };
}

function look(): Route[] {
  return [
    read({
      path: "/accounts/me",
      summary: "Who am I",
      access: "oneTime",
      answers: { 200: { description: "The account that asks", body: Account } },
      problems: { 404: absent },
      async handle({ caller }, database) {
        const account = await findAccount(database, caller.account);
        if (account === undefined) throw notFound();
        return { status: 200, body: shown(account) };
      },
    }),
    read({
      path: "/accounts",
      summary: "All accounts",
      access: ["admin"],
      answers: { 200: { description: "By name, at most 1000", body: Accounts } },
      async handle({ note }, database) {
        note({ action: "account.listed", subject: "account" });
        return { status: 200, body: { items: (await listAccounts(database)).map(shown) } };
      },
    }),
    read({
      path: "/accounts/:id",
      summary: "One account",
      access: ["admin"],
      params: idParams,
      answers: { 200: { description: "The account", body: Account, headers: tagged } },
      problems: { 404: absent },
      async handle({ params: { id }, note }, database) {
        const account = await findAccount(database, id);
        if (account === undefined) throw notFound();
        note({ action: "account.read", subject: "account", id });
        return { status: 200, headers: { ETag: etag(account.version) }, body: shown(account) };
      },
    }),
    read({
      path: "/clinicians",
      summary: "Whom an appointment can be with",
      access: "signedIn",
      answers: { 200: { description: "By name", body: Clinicians } },
      handle: async (_, database) => ({ status: 200, body: { items: await listClinicians(database) } }),
    }),
  ];
}

function create(): Route {
  return write({
    method: "POST",
    path: "/accounts",
    summary: "Create an account",
    description: "The answer has a one-time password: hand it over, it is not shown again.",
    access: ["admin"],
    body: NewAccount,
    answers: {
      201: { description: "Created", body: OneTimePassword, headers: { Location: "Where it is", ...tagged } },
    },
    problems: { 409: "There is an account with this email." },
    async prepare() {
      const password = generatePassword();
      return { password, hash: await hashPassword(password) };
    },
    async handle({ body, note }, transaction, { password, hash }) {
      const id = await insertAccount(transaction, { ...body, passwordHash: hash }).catch((error: unknown) => {
        throw isDuplicate(error) ? new Problem(409, "There is an account with this email.") : error;
      });
      note({ action: "account.created", subject: "account", id, detail: { role: body.role } });
      return {
        status: 201,
        headers: { Location: `/accounts/${id}`, ETag: etag(1) },
        body: { account: { id, ...body, disabled: false }, password },
      };
    },
  });
}

function update(): Route {
  return write({
    method: "PUT",
    path: "/accounts/:id",
    summary: "Change an account",
    description: "Another role, or disabling, ends its sessions.",
    access: ["admin"],
    params: idParams,
    body: AccountChange,
    versioned: true,
    answers: { 200: { description: "Changed", body: Account, headers: tagged } },
    problems: { 404: absent, 409: "An admin cannot disable or demote the own account." },
    async handle({ params: { id }, body, version, caller, note }, transaction) {
      const account = await findAccount(transaction, id, true);
      if (account === undefined) throw notFound();
      if (account.version !== version) throw changedMeanwhile(account.version);
      if (id === caller.account && (body.disabled || body.role !== "admin")) {
        throw new Problem(409, "You cannot disable or demote yourself: another admin can.");
      }
      await updateAccount(transaction, id, body);
      if (body.disabled || body.role !== account.role) await endSessions(transaction, id);
      note({ action: "account.changed", subject: "account", id, detail: { role: body.role, disabled: body.disabled } });
      return {
        status: 200,
        headers: { ETag: etag(version + 1) },
        body: { id, email: account.email, ...body },
      };
    },
  });
}

function resetPassword(): Route {
  return write({
    method: "POST",
    path: "/accounts/:id/password",
    summary: "Give an account a new one-time password",
    description: "Ends its sessions.",
    access: ["admin"],
    params: idParams,
    answers: { 201: { description: "Hand it over: it is not shown again", body: OneTimePassword } },
    problems: { 404: absent },
    async prepare() {
      const password = generatePassword();
      return { password, hash: await hashPassword(password) };
    },
    async handle({ params: { id }, note }, transaction, { password, hash }) {
      const account = await findAccount(transaction, id, true);
      if (account === undefined) throw notFound();
      await setPassword(transaction, id, hash, true);
      await endSessions(transaction, id);
      note({ action: "account.passwordReset", subject: "account", id });
      return { status: 201, body: { account: shown(account), password } };
    },
  });
}

function endAll(): Route {
  return write({
    method: "DELETE",
    path: "/accounts/:id/sessions",
    summary: "Sign an account out everywhere",
    access: ["admin"],
    params: idParams,
    answers: { 204: { description: "All its sessions are over" } },
    problems: { 404: absent },
    async handle({ params: { id }, note }, transaction) {
      if ((await findAccount(transaction, id, true)) === undefined) throw notFound();
      await endSessions(transaction, id);
      note({ action: "session.allEnded", subject: "account", id });
      return { status: 204, body: null };
    },
  });
}
