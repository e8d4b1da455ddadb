import { clinic } from "./0001-clinic.ts";
import type { Migration } from "./migration.ts";

/** Every step of the schema, in order. A new one is a file and a line here. */
export const migrations: readonly Migration[] = [clinic];
