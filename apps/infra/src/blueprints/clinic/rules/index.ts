import type { Definition } from "@mainstay/core";
import type { ClinicProps } from "../props.ts";
import { help } from "./help.ts";
import { productionRelations } from "./production.ts";
import { relations } from "./relations.ts";
import { schema } from "./shape.ts";
import { standbyRelations } from "./standby.ts";
import { timingRelations } from "./timing.ts";

/** What an environment file of the clinic may say. */
export const rules: Pick<Definition<ClinicProps>, "schema" | "help" | "relations"> = {
  schema,
  help,
  relations: [...relations, ...timingRelations, ...standbyRelations, ...productionRelations],
};
