import { insertLines } from "../audit/queries.ts";
import type { Database } from "../database.ts";
import { generatePassword, hashPassword } from "./password.ts";
import { endSessions, findAccountByEmail, insertAccount, setPassword, updateAccount } from "./queries.ts";
import { NewAccount } from "./schema.ts";

/** In the audit log in place of a request's id. */
const commandId = "command:admin";

/** What the command made. */
export interface AdminMade {
  readonly email: string;
  readonly password: string;
  /** The account was there: it has a new password, and is an admin now. */
  readonly existed: boolean;
}

/**
 * Makes an admin with a password for once, or gives one that is there a new one: for whoever may start a task, before there is
 * anybody who could sign in, or when nobody can any more.
 *
 * @param oneTime false: the password stays until it is changed; only for a clinic on this machine
 * @throws {TypeError} when the email is none
 */
export async function makeAdmin(database: Database, given: string, oneTime = true): Promise<AdminMade> {
  const parsed = NewAccount.safeParse({ email: given, name: given.split("@")[0], role: "admin" });
  if (!parsed.success) throw new TypeError(`"${given}" is not an email address, as in ada@example.com`);
  const { email, name, role } = parsed.data;
  const password = generatePassword();
  const passwordHash = await hashPassword(password);
  const existed = await database.transaction(async (transaction) => {
    const account = await findAccountByEmail(transaction, email);
    const id = account?.id ?? (await insertAccount(transaction, { email, name, role }));
    if (account) await updateAccount(transaction, id, { name: account.name, role, disabled: false });
    await setPassword(transaction, id, passwordHash, oneTime);
    await endSessions(transaction, id);
    // WHY nobody's account: whoever may start a task did it, and is not signed in. The platform knows who that was.
    await insertLines(transaction, [
      {
        action: account ? "account.adminRenewed" : "account.adminMade",
        subject: "account",
        id,
        detail: { oneTime, ...(account && { wasRole: account.role }) },
        account: null,
        requestId: commandId,
      },
    ]);
    return account !== undefined;
  });
  return { email, password, existed };
}
