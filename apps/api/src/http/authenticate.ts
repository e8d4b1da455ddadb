import type { TokenReader } from "../accounts/tokens.ts";
import { Problem } from "../problem.ts";
import type { Middleware } from "./context.ts";
import type { Access, Caller } from "./route.ts";

const challenge = { "WWW-Authenticate": "Bearer" };

/** Finds out who asks, where the route wants to know. */
export function authenticate(tokens: TokenReader): Middleware {
  return async (context, next) => {
    if (context.state.match.route.access !== "public") {
      const token = bearer(context.req.headers.authorization);
      const known = tokens.known(token);
      context.state.caller = known ?? (await tokens.read(token));
    }
    await next();
  };
}

function bearer(header: string | undefined): string {
  if (header === undefined)
    throw new Problem(401, "Sign in first: this needs an access token.", { headers: challenge });
  if (header.length > 8 && header.length < 4096 && /^bearer /i.test(header)) return header.slice(7);
  throw new Problem(401, "The Authorization header must be: Bearer, a space, an access token.", { headers: challenge });
}

/** Refuses who may not ask this. */
export function authorise(): Middleware {
  return async (context, next) => {
    const { access } = context.state.match.route;
    const { caller } = context.state;
    if (caller !== undefined) refuse(access, caller);
    await next();
  };
}

function refuse(access: Access, { role, oneTime }: Caller): void {
  if (access === "oneTime") return;
  if (oneTime) throw new Problem(403, "Choose a password of your own first: PUT /accounts/me/password.");
  if (access === "public" || access === "signedIn" || role === "admin" || access.includes(role)) return;
  throw new Problem(403, `This is for ${[...access, "admin"].join(", ")}; you are ${role}.`);
}
