import { contract } from "@mainstay/contract";
import { errors, jwtVerify, SignJWT } from "jose";
import * as z from "zod";
import { makeRoom } from "../bounded.ts";
import { type Caller, roles } from "../http/route.ts";
import { Problem } from "../problem.ts";
import { signingKey } from "./signing-keys.ts";

/** Finds out whose access token it is. */
export interface TokenReader {
  /** The caller, if this token was read before and is still valid. */
  readonly known: (token: string) => Caller | undefined;
  /** @throws {Problem} 401 when it is not valid */
  readonly read: (token: string) => Promise<Caller>;
}

export interface Tokens extends TokenReader {
  readonly issue: (caller: Caller) => Promise<string>;
  /** Public keys, for others who verify our tokens. */
  readonly published: { readonly keys: readonly object[] };
}

const issuer = "mainstay-clinic";
const audience = "mainstay-clinic-api";
const algorithm = "EdDSA";

const claims = z.object({
  sub: z.string().regex(/^\d+$/).transform(Number),
  sid: z.int(),
  role: z.enum(roles),
  once: z.boolean().optional(),
  exp: z.int(),
});

/** A token that was verified need not be verified again; this many are remembered. */
const remembered = 10_000;

/**
 * Access tokens: signed with Ed25519, short-lived, verified without asking the database.
 *
 * @param secrets The first signs; tokens signed with any of them are valid
 * @param now milliseconds since 1970
 */
export function createTokens(secrets: readonly string[], now: () => number = Date.now): Tokens {
  const keys = secrets.map(signingKey);
  const [current] = keys;
  if (current === undefined) throw new Error("tokens need a secret");
  const verified = new Map<string, { readonly caller: Caller; readonly expires: number }>();

  return {
    known(token) {
      const found = verified.get(token);
      if (found === undefined) return undefined;
      if (found.expires > now()) return found.caller;
      verified.delete(token);
      return undefined;
    },
    async read(token) {
      const { caller, expires } = await verify(token, keys, now());
      makeRoom(verified, remembered);
      verified.set(token, { caller, expires });
      return caller;
    },
    issue: ({ account, session, role, oneTime }) => {
      const seconds = Math.floor(now() / 1000);
      return new SignJWT({ sid: session, role, ...(oneTime && { once: true }) })
        .setProtectedHeader({ alg: algorithm, typ: "at+jwt", kid: current.kid })
        .setSubject(String(account))
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt(seconds)
        .setExpirationTime(seconds + contract.accounts.accessToken)
        .sign(current.privateKey);
    },
    published: { keys: keys.map(({ jwk, kid }) => ({ ...jwk, kid, use: "sig", alg: algorithm })) },
  };
}

async function verify(token: string, keys: readonly ReturnType<typeof signingKey>[], now: number) {
  try {
    const { payload } = await jwtVerify(
      token,
      ({ kid }) => {
        const key = keys.find((known) => known.kid === kid);
        if (key === undefined) throw new errors.JWKSNoMatchingKey();
        return key.publicKey;
      },
      { algorithms: [algorithm], issuer, audience, typ: "at+jwt", currentDate: new Date(now) },
    );
    const { sub, sid, role, once, exp } = claims.parse(payload);
    const caller: Caller = { account: sub, session: sid, role, oneTime: once === true };
    return { caller, expires: exp * 1000 };
  } catch (error) {
    const expired = error instanceof errors.JWTExpired;
    const code = expired ? "The access token has expired: refresh the session." : "The access token is not valid.";
    throw new Problem(401, code, { headers: { "WWW-Authenticate": 'Bearer error="invalid_token"' } });
  }
}
