import { registerHooks } from "node:module";

/** A module of ours, and what takes its place where what it does is off. */
interface StandIn {
  /** In `apps/api/src`. */
  readonly module: string;
  readonly source: string;
}

const on = "() => (context, next) => next()";

/**
 * What can be taken away, to see what it costs. WHY by another module in its place: the API that is delivered has no switch that turns
 * a protection off. Those without a module are the server's own to leave out.
 */
export const protections = {
  authentication: {
    module: "http/authenticate.ts",
    source: `
      const caller = { account: Number(process.env.BENCH_ACCOUNT), role: "clinician", session: 1, oneTime: false };
      export const authenticate = () => (context, next) => { context.state.caller = caller; return next(); };
      export const authorise = ${on};`,
  },
  validation: {
    module: "http/fields.ts",
    // An id is a number behind it, and a body has all its fields.
    source: `
      export const places = {};
      export const accept = (schema, value) =>
        value.id === undefined ? { email: null, phone: null, ...value } : { id: Number(value.id) };`,
  },
  "rate limit": { module: "http/rate-limit.ts", source: `export const rateLimit = ${on};` },
  "security headers": { module: "http/security-headers.ts", source: `export const securityHeaders = ${on};` },
  "idempotency key": {
    module: "idempotency/idempotency.ts",
    source: `
      const nothing = async () => undefined;
      export const createIdempotency = () => ({ keyOf: () => undefined, claim: nothing, find: nothing, keep: nothing });`,
  },
  "overload limits": {
    module: "overload/admission.ts",
    source: `
      export class Overloaded extends Error {}
      export const createAdmission = () => ({ run: (work) => work(), share: (work) => work(), crowded: () => false });`,
  },
  "audit log": {
    module: "audit/writer.ts",
    source: `
      const nothing = async () => undefined;
      export const createAuditWriter = () => ({ record: nothing, write: nothing, keepAside: nothing });`,
  },
  log: undefined,
  metrics: undefined,
} as const satisfies Readonly<Record<string, StandIn | undefined>>;

export type Protection = keyof typeof protections;

/** Has the API that is loaded from now on go without these. */
export function goWithout(off: readonly Protection[]): void {
  const standIns = new Map<string, string>();
  for (const name of off) {
    const { module = "", source = "" } = protections[name] ?? {};
    if (module !== "") standIns.set(new URL(`../../src/${module}`, import.meta.url).href, source);
  }
  registerHooks({
    load(url, context, next) {
      const source = standIns.get(url);
      return source === undefined ? next(url, context) : { format: "module", source, shortCircuit: true };
    },
  });
}
