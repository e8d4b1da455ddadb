import { accounts } from "./accounts/routes.ts";
import { appointments } from "./appointments/routes.ts";
import { audit } from "./audit/routes.ts";
import { documents } from "./documents/routes.ts";
import type { Route } from "./http/route.ts";
import { patients } from "./patients/routes.ts";
import type { Services } from "./services.ts";

/** Everything that the API can do: a folder each, and a line here. */
export const features: readonly ((services: Services) => Route[])[] = [
  accounts,
  patients,
  appointments,
  documents,
  audit,
];
