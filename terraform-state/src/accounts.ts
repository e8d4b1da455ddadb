import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type Account, AccountError } from "./account.ts";

const folder = resolve(import.meta.dirname, "../accounts");

/** The account files in `terraform-state/accounts`, by their names without `.ts`. */
export async function loadAccounts(from = folder): Promise<ReadonlyMap<string, Account>> {
  const files = readdirSync(from)
    .filter((name) => name.endsWith(".ts"))
    .toSorted();
  const loaded = files.map(async (name) => [name.replace(/\.ts$/, ""), await load(join(from, name))] as const);
  return new Map(await Promise.all(loaded));
}

/** The one that is called `name`, or the only one. */
export function chooseAccount(accounts: ReadonlyMap<string, Account>, name: string | undefined): Account {
  const [only] = accounts.values();
  const chosen = name === undefined && accounts.size === 1 ? only : accounts.get(name ?? "");
  if (chosen !== undefined) return chosen;
  const names = [...accounts.keys()].join(", ");
  throw new AccountError(
    name === undefined ? `Which account? There are: ${names}.` : `No account is called ${name}. There are: ${names}.`,
  );
}

async function load(path: string): Promise<Account> {
  const module: { readonly default?: unknown } = await import(pathToFileURL(path).href);
  const value = module.default;
  if (typeof value !== "object" || value === null || !("problems" in value)) {
    throw new AccountError(`${path} has no account as its default export. Begin it with \`export default account({\`.`);
  }
  return value as Account;
}
