import { contract } from "@mainstay/contract";
import { within } from "@mainstay/mysql-resilience";
import { DatabaseUnavailable } from "../database.ts";
import type { AnyReply, Sighting } from "../http/route.ts";
import { Overloaded } from "../overload/admission.ts";
import type { Answers, Mark, Remembered } from "./remembered.ts";

/** What a route whose answers may be stale says of it in its description. */
export const staleHeaders = {
  Age: "Only while the database is away or busy: seconds since this was known to be right",
  "Cache-Status":
    "Only while the database is away or busy: `clinic; hit; ttl=-SECONDS; detail=database-away` (RFC 9211)",
} as const;

/** It takes too long; it may come to an end later, when nobody waits any more. */
export class Slow extends Error {
  override readonly name = "Slow";
}

/** Whether a failure is one that an earlier answer is better than. */
export function isAway(error: unknown): boolean {
  if (error instanceof Overloaded || error instanceof Slow) return true;
  return error instanceof DatabaseUnavailable && error.reason !== "conflict";
}

/** Settles as `work` does, or rejects soon, for who has an earlier answer. `work` goes on, and remembers what it finds. */
export function unlessSlow<T>(work: Promise<T>, ms: number = contract.stale.afterMs): Promise<T> {
  return within(ms, work, () => new Slow(`no answer within ${ms} ms`));
}

/** Remembers a whole answer, which was asked for at `since`. @returns it, with its body as text: made once for both */
export function remember(
  answers: Answers,
  url: string,
  reply: AnyReply,
  sightings: readonly Sighting[],
  since: Mark,
): AnyReply {
  if (reply.status !== 200) return reply;
  const json = JSON.stringify(reply.body);
  answers.keep(url, { headers: reply.headers ?? {}, json, sightings }, since);
  return { ...reply, json };
}

/** An earlier answer, marked as what it is. */
export function staleReply({ answer, age }: { readonly answer: Remembered; readonly age: number }): AnyReply {
  const { headers, json } = answer;
  const marks = { Age: String(age), "Cache-Status": `clinic; hit; ttl=-${age}; detail=database-away` };
  return { status: 200, headers: { ...headers, ...marks }, body: undefined, json };
}
