import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { contract } from "@mainstay/contract";
import { type Clinic, startClinic } from "../testing/clinic.ts";
import { makeAdmin } from "./first-admin.ts";
import { hashPassword, standardCost } from "./password.ts";

let clinic: Clinic;
const request: Clinic["api"]["request"] = (...words) => clinic.api.request(...words);

beforeAll(async () => {
  clinic = await startClinic({ proxies: 1 });
});
afterAll(() => clinic?.remove());

let places = 0;
/** An address of its own for each attempt, unless the limit of addresses is meant. */
function somewhere(): Record<string, string> {
  places += 1;
  return { "X-Forwarded-For": `203.0.113.${places}` };
}

async function hire() {
  return makeAdmin(clinic.database, `person${places + 1}-${Date.now()}@clinic.example`);
}

const signIn = (email: string, password: string, headers = somewhere()) =>
  request("/sessions", { method: "POST", json: { email, password }, headers });

const bearer = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } });

interface Session {
  readonly accessToken: string;
  readonly mustChangePassword: boolean;
}

describe("attempts to sign in", () => {
  const { attemptsPerAccount, attemptWindow } = contract.accounts;

  it("are limited for an account, also when all come at once, and also for one that is not there", async () => {
    const { email, password } = await hire();
    for (const victim of [email, "nobody@clinic.example"]) {
      const answers = await Promise.all(
        Array.from({ length: attemptsPerAccount + 5 }, () => signIn(victim, "wrong password")),
      );
      expect(answers.filter(({ status }) => status === 401)).toHaveLength(attemptsPerAccount);
      const refused = answers.filter(({ status }) => status === 429);
      expect(refused).toHaveLength(5);
      expect(Number(refused[0]?.headers.get("retry-after"))).toBeGreaterThan(0);
    }
    expect((await signIn(email, password)).status).toBe(429);
    await clinic.database.execute("UPDATE sign_in_attempts SET window_start = window_start - INTERVAL 1 DAY");
    expect((await signIn(email, password)).status).toBe(201);
  });

  it("are limited where the present password must be said to choose another, too", async () => {
    const { email, password } = await hire();
    const { accessToken } = (await (await signIn(email, password)).json()) as Session;
    const change = (current: string) => {
      const headers = { ...bearer(accessToken).headers, ...somewhere() };
      return request("/accounts/me/password", { method: "PUT", json: { current, next: "a longer password" }, headers });
    };
    for (let n = 0; n < attemptsPerAccount; n += 1) expect((await change("wrong password")).status).toBe(403);
    expect((await change(password)).status).toBe(429);
  });

  it("are counted from the first on: later ones do not put off the end", async () => {
    const { email, password } = await hire();
    const pass = (seconds: number) =>
      clinic.database.execute("UPDATE sign_in_attempts SET window_start = window_start - INTERVAL ? SECOND", [seconds]);
    expect((await signIn(email, "wrong password")).status).toBe(401);
    await pass(attemptWindow - 100);
    for (let n = 1; n < attemptsPerAccount; n += 1) expect((await signIn(email, "wrong password")).status).toBe(401);
    await pass(101);
    expect((await signIn(email, password)).status).toBe(201);
  });

  it("are forgotten after the right password", async () => {
    const { email, password } = await hire();
    for (let round = 0; round < 2; round += 1) {
      for (let n = 1; n < attemptsPerAccount; n += 1) expect((await signIn(email, "wrong password")).status).toBe(401);
      expect((await signIn(email, password)).status).toBe(201);
    }
  });

  it("are limited from an address, whatever the accounts; right ones do not count", async () => {
    const { email, password } = await hire();
    const here = somewhere();
    const guess = async (n: number): Promise<void> => {
      const { status } = await signIn(`guess${n}@clinic.example`, "wrong password", here);
      // What did not get through to be counted is tried again.
      if (status === 503) await guess(n);
    };
    await Promise.all(Array.from({ length: contract.accounts.attemptsPerAddress }, (_, n) => guess(n)));
    expect((await signIn(email, password, here)).status).toBe(429);
    expect((await signIn(email, password)).status).toBe(201);
  });
});

describe("the first admin", () => {
  it("is made by a command, with a password for once; again it is a new password, and a disabled account is let in", async () => {
    const first = await makeAdmin(clinic.database, "Root@Clinic.example");
    expect(first).toMatchObject({ email: "root@clinic.example", existed: false });
    expect(await (await signIn(first.email, first.password)).json()).toMatchObject({ mustChangePassword: true });
    await clinic.database.execute(
      "UPDATE accounts SET disabled_at = UTC_TIMESTAMP(3), role = 'clinician' WHERE email = ?",
      [first.email],
    );
    const again = await makeAdmin(clinic.database, "root@clinic.example", false);
    expect(again.existed).toBe(true);
    expect((await signIn(first.email, first.password)).status).toBe(401);
    const session = (await (await signIn(again.email, again.password)).json()) as Session;
    expect(session.mustChangePassword).toBe(false);
    expect((await request("/accounts", bearer(session.accessToken))).status).toBe(200);
    const lines = await clinic.database.query<object>(
      `SELECT action, account_id AS account, request_id AS request, detail FROM audit_log
       WHERE request_id = 'command:admin' AND subject_id = (SELECT id FROM accounts WHERE email = ?) ORDER BY id`,
      [first.email],
    );
    const command = { account: null, request: "command:admin" };
    expect(lines).toEqual([
      { ...command, action: "account.adminMade", detail: '{"oneTime":true}' },
      { ...command, action: "account.adminRenewed", detail: '{"oneTime":false,"wasRole":"clinician"}' },
    ]);
    await expect(makeAdmin(clinic.database, "nobody")).rejects.toThrow('"nobody" is not an email address');
  });

  it("is not made where the audit log does not take the line", async () => {
    await clinic.database.execute("RENAME TABLE audit_log TO hidden");
    await expect(makeAdmin(clinic.database, "unseen@clinic.example")).rejects.toThrow("audit_log");
    await clinic.database.execute("RENAME TABLE hidden TO audit_log");
    expect(await clinic.database.query("SELECT id FROM accounts WHERE email = 'unseen@clinic.example'")).toEqual([]);
  });

  it("whose password was hashed at another cost has it hashed anew at the sign-in", async () => {
    const { email, password } = await makeAdmin(clinic.database, "old@clinic.example");
    const old = await hashPassword(password, { memory: 64, passes: 1 });
    await clinic.database.execute("UPDATE accounts SET password_hash = ? WHERE email = ?", [old, email]);
    expect((await signIn(email, password)).status).toBe(201);
    const [row] = await clinic.database.query<{ hash: string }>(
      "SELECT password_hash AS hash FROM accounts WHERE email = ?",
      [email],
    );
    expect(row?.hash).toContain(`m=${standardCost.memory},t=${standardCost.passes}`);
    expect((await signIn(email, password)).status).toBe(201);
  });
});
