import type { Readable } from "node:stream";
import type * as z from "zod";
import type { Queryable } from "../database.ts";
import type { Problem } from "../problem.ts";
import type { Context } from "./context.ts";

/** What a person may do. An admin may do everything. */
export const roles = ["admin", "clinician", "receptionist"] as const;
export type Role = (typeof roles)[number];

/** Who asks, as the access token says. */
export interface Caller {
  readonly account: number;
  readonly role: Role;
  readonly session: number;
  /** Signed in with a one-time password: may do nothing but choose another. */
  readonly oneTime: boolean;
}

/** Who may call a route: everyone, everyone signed in, those with a one-time password too, or some roles and admins. */
export type Access = "public" | "signedIn" | "oneTime" | readonly Role[];

/** What somebody can see or change. */
export const subjects = ["account", "patient", "appointment", "document", "audit"] as const;

/** Who saw or changed what. Written in the transaction of the change; of a reading, before the answer leaves. */
export interface Sighting {
  /** What kind of thing, and what happened: `patient.read`. */
  readonly action: string;
  readonly subject: (typeof subjects)[number];
  readonly id?: number;
  /**
   * What else is needed to tell what happened. Never a name. `ids`: what a list showed, of the kind that the action names;
   * `patientId` and the like: whose list it was, or in whose lists this appears. Answers that are remembered are found by them.
   */
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** One request, checked: types hold, and who asks may ask. */
export interface Call<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** Throws on a public route. */
  readonly caller: Caller;
  /** The caller's network address; the proxies that we trust are looked through. */
  readonly address: string;
  /** The version that If-Match names; 0 where the route asks for none. */
  readonly version: number;
  /** Notes who saw or changed what. */
  readonly note: (sighting: Sighting) => void;
  /** Koa's own, for streams. */
  readonly context: Context;
}

/** One kind of success. */
export interface Answer {
  readonly description: string;
  /** What the JSON body is; absent where there is none. */
  readonly body?: z.ZodType;
  /** Media type of a body that is not JSON. */
  readonly media?: string;
  /** Headers of the answer, with what they say. */
  readonly headers?: Readonly<Record<string, string>>;
}

export type Answers = Readonly<Record<number, Answer>>;

/** What a handler returns: one of its answers, with the body that it promises. */
export type Reply<A extends Answers> = {
  [S in keyof A & number]: {
    readonly status: S;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body: A[S] extends { readonly body: infer Z extends z.ZodType }
      ? z.input<Z>
      : A[S] extends { readonly media: string }
        ? Readable | Buffer | null
        : null;
  };
}[keyof A & number];

interface Common<P extends z.ZodType, Q extends z.ZodType, A extends Answers> {
  readonly path: string;
  /** One line, for the documentation. */
  readonly summary: string;
  readonly description?: string;
  readonly access: Access;
  readonly params?: P;
  readonly query?: Q;
  readonly answers: A;
  /** Statuses other than success that the handler itself may answer, with what they mean. */
  readonly problems?: Readonly<Record<number, string>>;
}

/** GET also answers HEAD. Sees a database that it cannot keep locked. */
export interface ReadDefinition<P extends z.ZodType, Q extends z.ZodType, A extends Answers> extends Common<P, Q, A> {
  readonly method: "GET";
  /**
   * While the database is away the last answer to the same request is given, marked with its age. Only for what is the same for
   * everybody who may ask.
   *
   * @default false
   */
  readonly mayBeStale?: boolean;
  /**
   * Its statement is that of all who ask at the same time, so that it need not wait for a connection of its own.
   *
   * @default false
   */
  readonly shared?: boolean;
  readonly handle: (call: Call<z.output<P>, z.output<Q>, undefined>, database: Queryable) => Promise<Reply<NoInfer<A>>>;
}

/** Changes something, in one transaction with its idempotency key and its lines of the audit log. */
export interface WriteDefinition<
  P extends z.ZodType,
  Q extends z.ZodType,
  B extends z.ZodType,
  A extends Answers,
  Prepared extends object,
> extends Common<P, Q, A> {
  readonly method: "POST" | "PUT" | "DELETE";
  readonly body?: B;
  /** Media types of a body that the handler reads as a stream, in `prepare`. */
  readonly stream?: readonly string[];
  /** The request must name the version that it changes, in If-Match. */
  readonly versioned?: boolean;
  /** @default "required" for POST. The key may be absent where repeating does no harm. */
  readonly idempotency?: "optional";
  /** What must happen outside of the transaction: slow, or reading the body. */
  readonly prepare?: (
    call: Call<z.output<P>, z.output<Q>, z.output<B>>,
  ) => Promise<Prepared & { fingerprint?: string }>;
  /** Runs again when the transaction does. A problem that is returned keeps the transaction; one that is thrown undoes it. */
  readonly handle: (
    call: Call<z.output<P>, z.output<Q>, z.output<B>>,
    transaction: Queryable,
    prepared: Prepared,
  ) => Promise<Reply<NoInfer<A>> | Problem>;
  /** Undoes `prepare` when the transaction was not kept. */
  readonly discard?: (prepared: Prepared) => Promise<void>;
}

/** A reply whose types have been checked where it was made. */
export interface AnyReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** The body as text, where it was made already. */
  readonly json?: string;
}

// biome-ignore lint/suspicious/noExplicitAny: the types of a route hold inside it; outside nobody looks at them.
type Any = any;
export type ReadRoute = ReadDefinition<Any, Any, Any>;
export type WriteRoute = WriteDefinition<Any, Any, Any, Any, Any>;
export type Route = ReadRoute | WriteRoute;

/** Defines a route that changes nothing. */
export function read<
  const A extends Answers,
  P extends z.ZodType = z.ZodUndefined,
  Q extends z.ZodType = z.ZodUndefined,
>(definition: Omit<ReadDefinition<P, Q, A>, "method">): Route {
  return { method: "GET", ...definition };
}

/** Defines a route that changes something. */
export function write<
  const A extends Answers,
  P extends z.ZodType = z.ZodUndefined,
  Q extends z.ZodType = z.ZodUndefined,
  B extends z.ZodType = z.ZodUndefined,
  Prepared extends object = object,
>(definition: WriteDefinition<P, Q, B, A, Prepared>): Route {
  return definition;
}
