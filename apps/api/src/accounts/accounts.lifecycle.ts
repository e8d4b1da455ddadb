import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { startApi, type TestApi } from "../testing/api.ts";
import { type Clinic, staff, startClinic } from "../testing/clinic.ts";

let clinic: Clinic;
const request: Clinic["api"]["request"] = (...words) => clinic.api.request(...words);
const admin = staff.admin;

interface Session {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly mustChangePassword: boolean;
}
type Answer = Response & { readonly session: () => Promise<Session> };

beforeAll(async () => {
  clinic = await startClinic({ proxies: 1 });
});
afterAll(() => clinic?.remove());

let people = 0;
function count(): number {
  people += 1;
  return people;
}
/** An address of its own for each test, so that the limits of one do not meet those of another. */
const somewhere = () => ({ "X-Forwarded-For": `203.0.113.${count()}` });

async function hire(role = "clinician") {
  const email = `Person${count()}@Clinic.example`;
  const response = await request("/accounts", { method: "POST", as: admin, json: { email, name: "Person", role } });
  expect(response.status).toBe(201);
  const { account, password } = (await response.json()) as { account: { id: number }; password: string };
  return { id: account.id, email, password, etag: response.headers.get("etag") ?? "" };
}

async function signIn(email: string, password: string, headers: Record<string, string> = somewhere()): Promise<Answer> {
  const response = await request("/sessions", { method: "POST", json: { email, password }, headers });
  return Object.assign(response, { session: async () => (await response.json()) as Session });
}

const refresh = async (refreshToken: string, headers: Record<string, string> = {}): Promise<Answer> => {
  const response = await request("/sessions/refresh", { method: "POST", json: { refreshToken }, headers });
  return Object.assign(response, { session: async () => (await response.json()) as Session });
};

const bearer = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } });
const own = "correct horse battery staple";

/** Someone with a password of their own. */
async function settle(role = "clinician") {
  const person = await hire(role);
  const first = await (await signIn(person.email, person.password)).session();
  const change = { current: person.password, next: own };
  const options = { method: "PUT", json: change, headers: { ...bearer(first.accessToken).headers, ...somewhere() } };
  expect((await request("/accounts/me/password", options)).status).toBe(204);
  return { ...person, first };
}

describe("a new account", () => {
  it("has a password for once, which allows nothing but choosing another", async () => {
    const { email, password } = await hire();
    const session = await (await signIn(email, password)).session();
    expect(session.mustChangePassword).toBe(true);
    expect((await request("/patients", bearer(session.accessToken))).status).toBe(403);
    expect((await request("/accounts/me", bearer(session.accessToken))).status).toBe(200);

    const change = (current: string, next: string) =>
      request("/accounts/me/password", {
        method: "PUT",
        json: { current, next },
        headers: { ...bearer(session.accessToken).headers, ...somewhere() },
      });
    expect((await change("not the password", own)).status).toBe(403);
    expect((await change(password, "short")).status).toBe(422);
    expect((await change(password, password)).status).toBe(422);
    expect((await change(password, own)).status).toBe(204);

    const renewed = await (await refresh(session.refreshToken)).session();
    expect(renewed.mustChangePassword).toBe(false);
    expect((await request("/patients", bearer(renewed.accessToken))).status).toBe(200);
    expect((await signIn(email, password)).status).toBe(401);
    expect((await signIn(email.toUpperCase(), own)).status).toBe(201);
  });

  it("is one for each email, however it is written", async () => {
    const { email } = await hire();
    const again = { email: email.toLowerCase(), name: "Other", role: "clinician" };
    expect((await request("/accounts", { method: "POST", as: admin, json: again })).status).toBe(409);
  });
});

describe("a session", () => {
  it("goes on with each refresh token once; a used one ends it", async () => {
    const { email } = await settle();
    const first = await (await signIn(email, own)).session();
    const second = await (await refresh(first.refreshToken)).session();
    const third = await (await refresh(second.refreshToken)).session();

    expect((await refresh(first.refreshToken)).status).toBe(401);
    expect((await refresh(third.refreshToken)).status).toBe(401);
    const log = (await (await request("/audit?limit=100", { as: admin })).json()) as { items: { action: string }[] };
    expect(log.items.map(({ action }) => action)).toContain("session.tokenReused");
  });

  it("survives an answer that was lost: the same key brings the same tokens", async () => {
    const { email } = await settle();
    const first = await (await signIn(email, own)).session();
    const headers = { "Idempotency-Key": "refresh-after-lost-answer" };
    const lost = await (await refresh(first.refreshToken, headers)).session();
    const again = await refresh(first.refreshToken, headers);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(await again.session()).toEqual(lost);
    expect((await refresh(lost.refreshToken)).status).toBe(201);
  });

  it("that is refused is refused again under the same key: nothing is kept of a refusal", async () => {
    const headers = { "Idempotency-Key": "refresh-that-is-refused" };
    for (let time = 0; time < 2; time += 1) expect((await refresh("A".repeat(43), headers)).status).toBe(401);
  });

  it("is won by one of many that use a refresh token at once, and then ended", async () => {
    const { email } = await settle();
    const { refreshToken } = await (await signIn(email, own)).session();
    const answers = await Promise.all(Array.from({ length: 10 }, () => refresh(refreshToken)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(9);
  });

  it("ends here, or everywhere, at the next refresh", async () => {
    const { email } = await settle();
    const [here, there] = await Promise.all([signIn(email, own), signIn(email, own)]);
    const [one, two] = await Promise.all([here.session(), there.session()]);
    expect((await request("/sessions/current", { method: "DELETE", ...bearer(one.accessToken) })).status).toBe(204);
    expect((await refresh(one.refreshToken)).status).toBe(401);
    const still = await (await refresh(two.refreshToken)).session();
    expect((await request("/sessions", { method: "DELETE", ...bearer(still.accessToken) })).status).toBe(204);
    expect((await refresh(still.refreshToken)).status).toBe(401);
  });

  it("ends when an admin resets the password, changes the role, disables the account, or says so", async () => {
    const { id, email } = await settle();
    const path = `/accounts/${id}`;
    const tokenBefore = async () => (await (await signIn(email, own)).session()).refreshToken;
    const etag = async () => (await request(path, { as: admin })).headers.get("etag") ?? "";
    const change = async (json: object) =>
      request(path, { method: "PUT", as: admin, json, headers: { "If-Match": await etag() } });

    let token = await tokenBefore();
    expect((await request(`${path}/sessions`, { method: "DELETE", as: admin })).status).toBe(204);
    expect((await refresh(token)).status).toBe(401);

    token = await tokenBefore();
    expect((await change({ name: "Person", role: "receptionist", disabled: false })).status).toBe(200);
    expect((await refresh(token)).status).toBe(401);

    token = await tokenBefore();
    const reset = await request(`${path}/password`, { method: "POST", as: admin });
    const { password } = (await reset.json()) as { password: string };
    expect((await refresh(token)).status).toBe(401);
    expect((await signIn(email, own)).status).toBe(401);

    const anew = await (await signIn(email, password)).session();
    expect(anew.mustChangePassword).toBe(true);
    token = anew.refreshToken;
    expect((await change({ name: "Person", role: "receptionist", disabled: true })).status).toBe(200);
    expect((await refresh(token)).status).toBe(401);
    expect((await signIn(email, password)).status).toBe(401);
  });

  it("is over at its end, however it was used", async () => {
    const { email } = await settle();
    const { refreshToken } = await (await signIn(email, own)).session();
    await clinic.database.execute("UPDATE sessions SET expires_at = UTC_TIMESTAMP(3)");
    expect((await refresh(refreshToken)).status).toBe(401);
  });

  it("keeps neither passwords nor tokens readable in the database", async () => {
    const { email } = await settle();
    const { refreshToken, accessToken } = await (await signIn(email, own)).session();
    for (const table of [
      "accounts",
      "sessions",
      "refresh_tokens",
      "idempotency_keys",
      "audit_log",
      "sign_in_attempts",
    ]) {
      const text = JSON.stringify(await clinic.database.query(`SELECT * FROM ${table}`), (_, value) =>
        value?.type === "Buffer" ? Buffer.from(value.data).toString("latin1") : value,
      );
      for (const secret of [own, refreshToken, accessToken]) expect(text).not.toContain(secret);
    }
    const [row] = await clinic.database.query<{ hash: string }>(
      "SELECT password_hash AS hash FROM accounts WHERE email = ?",
      [email.toLowerCase()],
    );
    expect(row?.hash).toMatch(/^\$argon2id\$v=19\$m=\d+,t=\d+,p=1\$/);
  });
});

describe("roles", () => {
  it.each([
    ["receptionist", "/accounts", "GET", 403],
    ["receptionist", "/audit", "GET", 403],
    ["receptionist", "/documents/1", "GET", 403],
    ["clinician", "/accounts", "GET", 403],
    ["clinician", "/patients", "GET", 200],
    ["admin", "/accounts", "GET", 200],
  ] as const)("a %s who asks %s by %s gets %i", async (role, path, method, status) => {
    expect((await request(path, { method, as: role })).status).toBe(status);
  });

  it("an admin cannot lock out the own account, nor change what another has changed", async () => {
    const json = { name: "admin", role: "clinician", disabled: false };
    const headers = { "If-Match": (await request("/accounts/1", { as: admin })).headers.get("etag") ?? "" };
    expect((await request("/accounts/1", { method: "PUT", as: admin, json, headers })).status).toBe(409);
    const other = { "If-Match": '"77"' };
    expect((await request("/accounts/2", { method: "PUT", as: admin, json, headers: other })).status).toBe(412);
    for (const path of ["/accounts/4000000", "/accounts/4000000/sessions", "/accounts/4000000/password"]) {
      const method = path.endsWith("sessions") ? "DELETE" : path.endsWith("password") ? "POST" : "PUT";
      const sent = method === "PUT" ? { json, headers: other } : {};
      expect((await request(path, { method, as: admin, ...sent })).status).toBe(404);
    }
    expect((await request("/accounts/4000000", { as: admin })).status).toBe(404);
    expect((await request("/accounts/me", { as: { account: 4_000_000 } })).status).toBe(404);
    expect((await request("/clinicians", { as: "receptionist" })).status).toBe(200);
  });
});

it("who is disabled is no clinician to choose", async () => {
  const { id, etag } = await hire();
  const shown = async () => {
    const { items } = (await (await request("/clinicians", { as: admin })).json()) as { items: { id: number }[] };
    return items.some((one) => one.id === id);
  };
  expect(await shown()).toBe(true);
  const json = { name: "Person", role: "clinician", disabled: true };
  const headers = { "If-Match": etag };
  expect((await request(`/accounts/${id}`, { method: "PUT", as: admin, json, headers })).status).toBe(200);
  expect(await shown()).toBe(false);
});

describe("signing keys", () => {
  it("are rotated without a refused token: the first signs, all verify, all are published", async () => {
    const [before, after] = ["old-secret-old-secret-old-secret-old", "new-secret-new-secret-new-secret-new"] as const;
    const apis: TestApi[] = [];
    const start = async (...secrets: [string, ...string[]]) => {
      const api = await startApi({ ...clinic.database, close: async () => undefined }, { secrets });
      apis.push(api);
      return api;
    };
    const steps = [
      await start(before),
      await start(before, after),
      await start(after, before),
      await start(after),
    ] as const;
    const accepts = async (verifier: TestApi, signer: TestApi) =>
      (await verifier.request("/accounts/me", bearer(await signer.token("admin")))).status === 200;
    // At each step of a rolling deployment tasks of two neighbouring steps run side by side.
    for (const [one, other] of [
      [0, 1],
      [1, 2],
      [2, 3],
    ] as const) {
      expect(await accepts(steps[one], steps[other])).toBe(true);
      expect(await accepts(steps[other], steps[one])).toBe(true);
    }
    expect(await accepts(steps[3], steps[0])).toBe(false);
    const { keys } = (await (await steps[2].request("/.well-known/jwks.json")).json()) as { keys: { kid: string }[] };
    expect(new Set(keys.map(({ kid }) => kid)).size).toBe(2);
    await Promise.all(apis.map((api) => api.close()));
  });
});
