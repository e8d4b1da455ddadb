import * as z from "zod";
import { cursor } from "../http/cursor.ts";
import { day, id, idText, largestId, plainText, wholeNumber } from "../http/texts.ts";
import { isTimeZone } from "./time.ts";

/** Appointments begin and end on a grid of five minutes. */
const step = 5;

const timeZone = z
  .string("Text.")
  .max(64, "At most 64 characters.")
  .refine(isTimeZone, "A time zone of the IANA database, as in Europe/Berlin.")
  .meta({ examples: ["Europe/Berlin"] });

const when = {
  startsAt: z
    .string("Text.")
    .regex(
      /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:00(\.0+)?)?(Z|[+-]\d{2}:\d{2})?$/,
      "What the clock on the wall shows, as in 2026-03-29T09:30, or with an offset, as in 2026-03-29T09:30+02:00.",
    )
    .meta({
      description:
        "What the clock on the wall shows, on a step of five minutes. An hour that is there twice (when clocks go back) needs the offset; one that is skipped is refused",
      examples: ["2026-03-29T09:30"],
    }),
  timeZone,
  minutes: z
    .int("A whole number.")
    .min(step, `${step} or more.`)
    .max(480, "At most 480: eight hours.")
    .multipleOf(step, `A multiple of ${step}.`)
    .meta({ description: "How long it lasts, as time passes" }),
};

export const Move = z.strictObject(when).meta({ id: "AppointmentMove" });

export const Booking = z
  .strictObject({ patientId: id, clinicianId: id, ...when, reason: plainText(500).nullable().default(null) })
  .meta({ id: "Booking" });

const local = z.string().meta({ format: "date-time", examples: ["2026-03-29T09:30:00+02:00"] });

export const Appointment = z
  .strictObject({
    id,
    patientId: id,
    clinicianId: id,
    startsAt: local,
    endsAt: local,
    timeZone: z.string(),
    minutes: z.int(),
    reason: z.string().nullable(),
    status: z.enum(["booked", "cancelled"]),
  })
  .meta({ id: "Appointment" });

export const AgendaQuery = z
  .strictObject({
    clinicianId: idText.optional(),
    patientId: idText.optional(),
    day: day.optional().meta({ description: "Only this day, from midnight to midnight in `timeZone`" }),
    timeZone: timeZone.optional(),
    limit: wholeNumber(1, 100).optional(),
    cursor: cursor(z.tuple([z.string().max(23), z.int().min(1).max(largestId)])).optional(),
  })
  .refine(({ clinicianId, patientId }) => clinicianId !== undefined || patientId !== undefined, {
    path: ["clinicianId"],
    message: "Say whose: clinicianId, patientId, or both.",
  })
  .refine((query) => (query.day === undefined) === (query.timeZone === undefined), {
    path: ["timeZone"],
    message: "A day needs a time zone, and a time zone a day.",
  });

export const Agenda = z
  .strictObject({ items: z.array(Appointment), next: z.string().nullable() })
  .meta({ id: "Agenda" });
