import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { Sighting } from "../http/route.ts";
import { createAnswers } from "./remembered.ts";

const answer = (json: string) => ({ headers: {}, json, sightings: [] });
const wide = { age: 60, bytes: 1e6 };

/** What may be changed, and what is out of date then: named in another way than the code does it. */
const things: { changed: Sighting; touches: string[] }[] = [1, 2].flatMap((id) => [
  { changed: { action: "patient.updated", subject: "patient", id }, touches: [`patient${id}`] },
  {
    changed: {
      action: "appointment.booked",
      subject: "appointment",
      id: 10 + id,
      detail: { patientId: id, clinicianId: 9 },
    },
    touches: [`appointment1${id}`, `agendaOfPatient${id}`, "agendaOfClinician9"],
  },
  { changed: { action: "appointment.cancelled", subject: "appointment", id: 10 + id }, touches: [`appointment1${id}`] },
  {
    changed: { action: "document.uploaded", subject: "document", id: 20 + id, detail: { patientId: id } },
    touches: [`document2${id}`, `documentsOf${id}`],
  },
  { changed: { action: "document.deleted", subject: "document", id: 20 + id }, touches: [`document2${id}`] },
]);

/** What may be answered, and what it shows. */
const answered: { url: string; sighting: Sighting; shows: string[] }[] = [
  ...[1, 2].flatMap((id) => [
    {
      url: `/patients/${id}`,
      sighting: { action: "patient.read", subject: "patient", id } as const,
      shows: [`patient${id}`],
    },
    {
      url: `/patients/${id}/documents`,
      sighting: { action: "document.listed", subject: "patient", id, detail: { ids: [20 + id] } } as const,
      shows: [`patient${id}`, `document2${id}`, `documentsOf${id}`],
    },
    {
      url: `/appointments?patientId=${id}`,
      sighting: { action: "appointment.listed", subject: "appointment", detail: { ids: [11], patientId: id } } as const,
      shows: ["appointment11", `agendaOfPatient${id}`],
    },
  ]),
  {
    url: "/patients",
    sighting: { action: "patient.listed", subject: "patient", detail: { ids: [1, 2] } },
    shows: ["patient1", "patient2"],
  },
  {
    url: "/appointments?clinicianId=9",
    sighting: { action: "appointment.listed", subject: "appointment", detail: { ids: [], clinicianId: 9 } },
    shows: ["agendaOfClinician9"],
  },
];

const step = fc.oneof(
  fc.record({ do: fc.constant("begin" as const) }),
  fc.record({ do: fc.constant("change" as const), thing: fc.constantFrom(...things) }),
  fc.record({ do: fc.constant("keep" as const), shown: fc.constantFrom(...answered), which: fc.nat() }),
);

describe("answers that are remembered", () => {
  it("know their age, by a clock that only grows, and are not told when they are too old", () => {
    let now = 0;
    const answers = createAnswers(wide, () => now);
    answers.keep("/patients/1", answer('{"id":1}'));
    now = 60_999;
    expect(answers.find("/patients/1")).toMatchObject({ age: 60, answer: { json: '{"id":1}' } });
    now = 61_000;
    expect(answers.find("/patients/1")).toBeUndefined();
  });

  it("are as young as the last time that they were the same, and not forgotten before those that nobody asked for since", () => {
    let now = 0;
    const answers = createAnswers({ age: 60, bytes: 1_300 }, () => now);
    answers.keep("/patients/1", answer("1"));
    answers.keep("/patients/2", answer("2"));
    now = 20_000;
    answers.keep("/patients/1", answer("1"));
    expect([answers.find("/patients/1")?.age, answers.find("/patients/2")?.age]).toEqual([0, 20]);
    answers.keep("/patients/3", answer("3"));
    answers.keep("/patients/4", answer("4"));
    expect([1, 2, 3, 4].map((id) => answers.find(`/patients/${id}`) !== undefined)).toEqual([true, false, true, true]);
  });

  it("are forgotten when somebody changes what they show, and take no room then", () => {
    const answers = createAnswers(wide);
    const listed = { action: "patient.listed", subject: "patient", detail: { ids: [1, 2] } } as const;
    answers.keep("/patients/1", { ...answer("1"), sightings: [{ action: "patient.read", subject: "patient", id: 1 }] });
    answers.keep("/patients", { ...answer("[]"), sightings: [listed] });
    answers.forget([{ action: "patient.updated", subject: "patient", id: 2 }]);
    expect(answers.find("/patients/1")).toBeDefined();
    expect(answers.find("/patients")).toBeUndefined();
    answers.forget([{ action: "patient.deleted", subject: "patient", id: 1 }]);
    expect(answers.find("/patients/1")).toBeUndefined();
    expect(answers.bytes()).toBe(0);
  });

  it("are those that a simple model has: never one that shows what was changed after it was asked for", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const answers = createAnswers({ age: 60, bytes: 1e9 });
        let model: { url: string; shows: readonly string[]; json: string }[] = [];
        const reading: { since: number; changes: string[] }[] = [];
        for (const [index, one] of steps.entries()) {
          if (one.do === "begin") reading.push({ since: answers.mark(), changes: [] });
          if (one.do === "change") {
            answers.forget([one.thing.changed]);
            model = model.filter(({ shows }) => !shows.some((shown) => one.thing.touches.includes(shown)));
            for (const { changes } of reading) changes.push(...one.thing.touches);
          }
          if (one.do === "keep") {
            const { url, sighting, shows } = one.shown;
            const begun = reading[one.which % (reading.length || 1)];
            const kept = { ...answer(String(index % 3)), sightings: [sighting] };
            answers.keep(url, kept, begun?.since);
            if (!begun?.changes.some((change) => shows.includes(change))) {
              model = [...model.filter((other) => other.url !== url), { url, shows, json: kept.json }];
            }
          }
          for (const { url } of answered) {
            expect(answers.find(url)?.answer.json).toBe(model.find((other) => other.url === url)?.json);
          }
        }
        answers.forget(things.map(({ changed }) => changed));
        expect(answers.bytes()).toBe(0);
      }),
    );
  });

  it("are not kept where too much was changed meanwhile to know whether they are right", () => {
    const answers = createAnswers(wide);
    const since = answers.mark();
    for (let id = 0; id < 5_000; id += 1) answers.forget([{ action: "patient.updated", subject: "patient", id }]);
    const sightings = [{ action: "patient.read", subject: "patient", id: 0 }] as const;
    answers.keep("/patients/0", { ...answer("0"), sightings }, since);
    expect(answers.find("/patients/0")).toBeUndefined();
    answers.keep("/patients/0", { ...answer("0"), sightings }, answers.mark());
    expect(answers.find("/patients/0")).toBeDefined();
  });

  it("take no more than they may, and are the last ones that were kept", () => {
    const kept = fc.array(fc.record({ url: fc.integer({ min: 0, max: 9 }).map(String), length: fc.nat(3000) }));
    fc.assert(
      fc.property(kept, fc.integer({ min: 500, max: 20_000 }), (all, bytes) => {
        const answers = createAnswers({ age: 60, bytes });
        for (const { url, length } of all) answers.keep(url, answer("x".repeat(length)));
        expect(answers.bytes()).toBeLessThanOrEqual(bytes);
        const last = all.at(-1);
        fc.pre(last !== undefined && 400 + 2 * (1 + last.length) <= bytes);
        expect(answers.find(last?.url ?? "")?.answer.json).toHaveLength(last?.length ?? 0);
      }),
    );
  });
});
