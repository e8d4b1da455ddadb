import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { createTokens } from "@mainstay/api/src/accounts/tokens.ts";
import type { Side } from "../stage/side.ts";
import { tokenKey } from "../stage/side.ts";
import { seeded } from "../stage/stage.ts";
import { type Answer, type Asked, createClient, type Pace } from "./client.ts";
import { createLedger, familyName, type Ledger } from "./ledger.ts";
import { type Operation, outcomeOf, outcomeOfError, type Sample } from "./sample.ts";
import { type SlowUploads, startSlowUploads } from "./slow-uploads.ts";

/** People at work: a steady mix of requests, whatever becomes of them. */
export interface Traffic {
  readonly samples: readonly Sample[];
  readonly ledger: Ledger;
  /** Milliseconds since the load began. */
  readonly now: () => number;
  /** Requests per second from now on. */
  readonly setRate: (perSecond: number) => void;
  /** Documents that are sent slowly, from now on, beside the rest. */
  readonly uploadSlowly: () => SlowUploads;
  /** Sends no more, and waits a while for what is under way; what is not answered then is not answered. */
  readonly stop: () => Promise<void>;
}

type MixedOperation = Exclude<Operation, "slow upload">;

/** Half of all read one patient; a quarter writes. */
const mix: readonly MixedOperation[] = [
  ..."read read create read list read update read create read".split(" "),
  ..."list read create read read update read create read upload".split(" "),
] as MixedOperation[];

/** How often a change that failed is sent again, with the same key, a second apart. */
const repeats = 30;
/** Changes that are being repeated at a time; others are given up. */
const patient = 10;
/** Patients that are changed again and again. */
const slots = 10;
/** How long what is under way may take at the end, in milliseconds. */
const restMs = 5_000;
const page = "A page of a report. ".repeat(1000);

export async function startTraffic(side: Side, rate: number): Promise<Traffic> {
  const tokens = createTokens([tokenKey], Date.now);
  const issue = () => tokens.issue({ account: 1, role: "admin", session: 1, oneTime: false });
  let token = await issue();
  const renewal = setInterval(() => void issue().then((it) => (token = it)), 60_000);
  const client = createClient(side.balancer.port, () => token);
  await warm(side, () => token);

  const began = performance.now();
  const now = () => performance.now() - began;
  const samples: Sample[] = [];
  const run = randomUUID().slice(0, 8);
  const ledger = createLedger(run);
  const underWay = new Set<Promise<void>>();
  let count = 0;
  let late = 0;
  let repeating = 0;
  const state = { stopped: false };

  async function attempt(operation: Operation, asked: Asked): Promise<Answer | undefined> {
    const at = now();
    const lateness = late;
    try {
      const answer = await client.send(asked);
      samples.push({ operation, at, late: lateness, ms: now() - at, outcome: outcomeOf(operation, answer) });
      return answer;
    } catch (error) {
      samples.push({ operation, at, late: lateness, ms: now() - at, outcome: outcomeOfError(error) });
      return undefined;
    }
  }

  /** Until it is done, as a program does that has to: with the same key, or the same version. */
  async function insist(operation: Operation, asked: Asked): Promise<Answer | undefined> {
    let answer = await attempt(operation, asked);
    if (answer !== undefined && answer.status < 500) return answer;
    if (repeating >= patient) return undefined;
    repeating += 1;
    for (let again = 0; again < repeats && !state.stopped; again += 1) {
      await sleep(1000);
      answer = await attempt(operation, asked);
      if (answer !== undefined && answer.status < 500) break;
    }
    repeating -= 1;
    return answer;
  }

  const patientOf = (givenName: string) => JSON.stringify({ familyName, givenName, birthDate: "1990-06-01" });
  const json = { "Content-Type": "application/json" };
  const known = () => 1 + (count % seeded);
  const slotsOf: { id?: string; tag?: string; busy: boolean }[] = Array.from({ length: slots }, () => ({
    busy: false,
  }));

  const uploadOf = (mark: string, body: string): Asked => ({
    method: "POST",
    path: `/patients/${known()}/documents?name=${mark}`,
    headers: { "Content-Type": "text/plain", "Idempotency-Key": randomUUID() },
    body,
  });

  const doing: Readonly<Record<MixedOperation, (mark: string) => Promise<void>>> = {
    read: async () => void (await attempt("read", { method: "GET", path: `/patients/${known()}` })),
    list: async () => void (await attempt("list", { method: "GET", path: "/patients?familyName=Known" })),
    async create(mark) {
      const headers = { ...json, "Idempotency-Key": randomUUID() };
      const answer = await insist("create", { method: "POST", path: "/patients", headers, body: patientOf(mark) });
      if (answer?.status === 201) ledger.acknowledge("create", mark);
    },
    async update(mark) {
      const slot = slotsOf.find(({ busy }) => !busy);
      if (slot === undefined) return;
      slot.busy = true;
      try {
        if (slot.id === undefined) {
          const headers = { ...json, "Idempotency-Key": randomUUID() };
          const made = await insist("create", { method: "POST", path: "/patients", headers, body: patientOf(mark) });
          if (made?.status !== 201) return;
          ledger.acknowledge("create", mark);
          slot.id = String(made.headers.location);
          slot.tag = String(made.headers.etag);
          return;
        }
        const headers = { ...json, "If-Match": slot.tag ?? "" };
        const answer = await insist("update", { method: "PUT", path: slot.id, headers, body: patientOf(mark) });
        if (answer?.status === 200) {
          ledger.acknowledge("update", mark);
          slot.tag = String(answer.headers.etag);
        } else {
          // Somebody, perhaps an attempt of ours, has changed it: from here on with another patient.
          delete slot.id;
        }
      } finally {
        slot.busy = false;
      }
    },
    async upload(mark) {
      const answer = await insist("upload", uploadOf(mark, `${mark} ${page}`));
      if (answer?.status === 201) ledger.acknowledge("upload", mark);
    },
  };

  const slowUploads: SlowUploads[] = [];
  // WHY short, and not repeated: the disk has little room; and what was cut would hide behind what came later.
  async function uploadSlowly(pace: Pace): Promise<void> {
    count += 1;
    const mark = `${run}-${count}`;
    const answer = await attempt("slow upload", { ...uploadOf(mark, `${mark} ${page.slice(0, 2_000)}`), pace });
    if (answer?.status === 201) ledger.acknowledge("upload", mark);
  }

  let perSecond = rate;
  let next = now();
  const tick = () => {
    // WHY by the clock: a timer that comes late sends what is due, so that the load does not depend on who answers.
    late = now() - next;
    for (; next <= now() && !state.stopped; next += 1000 / perSecond) {
      const operation = mix[count % mix.length] ?? "read";
      count += 1;
      const work = doing[operation](`${run}-${count}`).finally(() => underWay.delete(work));
      underWay.add(work);
    }
  };
  const timer = setInterval(tick, 5);

  return {
    samples,
    ledger,
    now,
    setRate: (wanted) => {
      perSecond = wanted;
      next = now();
    },
    uploadSlowly() {
      const begun = startSlowUploads(uploadSlowly);
      slowUploads.push(begun);
      return begun;
    },
    async stop() {
      const slowEnded = slowUploads.map((it) => it.stop());
      state.stopped = true;
      clearInterval(timer);
      clearInterval(renewal);
      const ended = Promise.all([...underWay, ...slowEnded]);
      await Promise.race([ended, sleep(restMs)]);
      client.close();
      await ended;
    },
  };
}

/** Each process has seen what will be read, as processes have that have served for a while. */
async function warm({ processes }: Side, token: () => string): Promise<void> {
  for (const { port, running } of processes) {
    if (!running()) continue;
    const client = createClient(port, token);
    const paths = Array.from({ length: seeded }, (_, index) => `/patients/${index + 1}`);
    for (const path of [...paths, "/patients?familyName=Known"]) {
      await client.send({ method: "GET", path }).catch(() => undefined);
    }
    client.close();
  }
}
