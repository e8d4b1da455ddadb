import type { Database } from "../database.ts";
import type { Route } from "../http/router.ts";
import { Problem } from "../problem.ts";
import { largestId, parseId } from "./id.ts";
import { findPatient } from "./queries.ts";

export function patientRoutes(database: Database): Route[] {
  return [
    {
      method: "GET",
      path: "/patients/:id",
      handle: async (context, parameters) => {
        const id = parseId(parameters.id);
        if (id === undefined) {
          throw new Problem(400, `The id of a patient is a whole number from 1 to ${largestId}, as in /patients/42.`);
        }
        const patient = await findPatient(database, id);
        if (!patient) throw new Problem(404, "There is no patient with this id.");
        context.body = patient;
      },
    },
  ];
}
