import { describe, expect, it } from "@jest/globals";
import { contract } from "@mainstay/contract";
import { SignJWT } from "jose";
import { signingKey } from "./signing-keys.ts";
import { createTokens } from "./tokens.ts";

const secret = "only-for-tests-0123456789abcdef-0123456789";
const caller = { account: 7, role: "clinician", session: 3, oneTime: false } as const;
const right = { issuer: "mainstay-clinic", audience: "mainstay-clinic-api", typ: "at+jwt" };

/** Signed with our key, as a token of ours is but for `change`. */
function signed(change: Partial<typeof right>): Promise<string> {
  const { issuer, audience, typ } = { ...right, ...change };
  const { kid, privateKey } = signingKey(secret);
  return new SignJWT({ sid: 3, role: "clinician" })
    .setProtectedHeader({ alg: "EdDSA", typ, kid })
    .setSubject("7")
    .setIssuer(issuer)
    .setAudience(audience)
    .setIssuedAt()
    .setExpirationTime("5m")
    .sign(privateKey);
}

describe("an access token", () => {
  it("says who asks", async () => {
    const tokens = createTokens([secret]);
    expect(await tokens.read(await tokens.issue(caller))).toEqual(caller);
    expect(await tokens.read(await signed({}))).toEqual(caller);
  });

  it.each([{ issuer: "another" }, { audience: "another" }, { typ: "jwt" }])("is refused with %j", async (change) => {
    await expect(createTokens([secret]).read(await signed(change))).rejects.toMatchObject({ status: 401 });
  });

  it("that was read before is known until it expires, and no longer", async () => {
    let now = Date.now();
    const tokens = createTokens([secret], () => now);
    const token = await tokens.issue(caller);
    expect(tokens.known(token)).toBeUndefined();
    await tokens.read(token);
    expect(tokens.known(token)).toEqual(caller);
    now += contract.accounts.accessToken * 1000;
    expect(tokens.known(token)).toBeUndefined();
    await expect(tokens.read(token)).rejects.toMatchObject({
      status: 401,
      message: expect.stringContaining("expired"),
    });
  });
});
