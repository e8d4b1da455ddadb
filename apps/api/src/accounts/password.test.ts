import { describe, expect, it } from "@jest/globals";
import { generatePassword, hashPassword, standardCost, verifyPassword } from "./password.ts";

const cheap = { memory: 64, passes: 1 };

describe("a password", () => {
  it("is verified by its hash, whatever letters it has, and by no other", async () => {
    const hash = await hashPassword("pässwörd 🔑", cheap);
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=64,t=1,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(await verifyPassword("pässwörd 🔑", hash)).toEqual({ right: true, outdated: true });
    expect((await verifyPassword("pa\u0308sswo\u0308rd 🔑", hash)).right).toBe(true);
    for (const other of ["passwort", "", "pässwörd 🔑 "]) expect((await verifyPassword(other, hash)).right).toBe(false);
  });

  it("is hashed otherwise each time", async () => {
    expect(await hashPassword("same", cheap)).not.toBe(await hashPassword("same", cheap));
  });

  it("hashes as others do: a value of the reference implementation", async () => {
    // argon2 -id of the reference implementation: password "password", salt "somesalt", t=2, m=65536, p=1.
    const known = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    expect(await verifyPassword("password", known)).toEqual({ right: true, outdated: true });
  });

  it("is not asked to be hashed again at the present cost, which is at least what OWASP recommends", async () => {
    expect(standardCost.memory).toBeGreaterThanOrEqual(19_456);
    expect(standardCost.passes).toBeGreaterThanOrEqual(2);
    expect((await verifyPassword("x", await hashPassword("x"))).outdated).toBe(false);
  });

  it("is never right where there is none", async () => {
    expect((await verifyPassword("", null)).right).toBe(false);
    expect((await verifyPassword("x", null)).right).toBe(false);
    await expect(verifyPassword("x", "md5:abc")).rejects.toThrow("not one of ours");
  });

  it("that is generated is long, readable, and another each time", () => {
    const made = Array.from({ length: 100 }, generatePassword);
    expect(new Set(made).size).toBe(100);
    for (const password of made) expect(password).toMatch(/^([a-z2-9]{5}-){3}[a-z2-9]{5}$/);
    expect(made.join("")).not.toMatch(/[il10o]/);
  });
});
