import { contract } from "@mainstay/contract";
import type { Database } from "../database.ts";
import { Problem } from "../problem.ts";
import type { Vault } from "../vault.ts";
import { countAttempt, forgiveAttempts } from "./queries.ts";

const { attemptWindow, attemptsPerAccount, attemptsPerAddress } = contract.accounts;

export interface Attempts {
  /**
   * Counts an attempt before it is known whether the password is right, so that many at once cannot all slip through.
   *
   * @throws {Problem} 429 when there were too many, for an account that exists and one that does not alike
   */
  readonly begin: (email: string, address: string) => Promise<void>;
  /** The password was right: this attempt, and the earlier ones for the account, do not count. */
  readonly succeed: (email: string, address: string) => Promise<void>;
}

/** In the database, so that the limit holds over all tasks. It knows neither emails nor addresses, only marks of them. */
export function createAttempts(database: Database, vault: Vault): Attempts {
  const subjects = (email: string, address: string) => ({
    account: vault.mark(`attempts account ${email}`).mark,
    from: vault.mark(`attempts address ${address}`).mark,
  });
  return {
    async begin(email, address) {
      const { account, from } = subjects(email, address);
      const counts = await database.transaction(async (transaction) => ({
        account: await countAttempt(transaction, account, attemptWindow),
        from: await countAttempt(transaction, from, attemptWindow),
      }));
      const waits = [
        ...(counts.account.count > attemptsPerAccount ? [counts.account.left] : []),
        ...(counts.from.count > attemptsPerAddress ? [counts.from.left] : []),
      ];
      if (waits.length > 0) {
        const seconds = Math.max(...waits);
        throw new Problem(429, "Too many attempts to sign in. Wait, or ask an admin for a new password.", {
          headers: { "Retry-After": String(seconds) },
        });
      }
    },
    async succeed(email, address) {
      const { account, from } = subjects(email, address);
      await forgiveAttempts(database, account, "all");
      await forgiveAttempts(database, from, "one");
    },
  };
}
