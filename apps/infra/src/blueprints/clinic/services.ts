import type { ClinicProps, ServiceChoice } from "./props.ts";

/** Ids that parts of a stack already have. */
export const reservedNames: readonly string[] = ["cluster", "database", "documents", "token-key"];

/** What runs on the cluster: the API, which takes every request that nothing else takes, and the others by name. */
export function servicesOf({
  api,
  services = {},
}: ClinicProps): readonly (ServiceChoice & { readonly name: string })[] {
  return [
    { name: api.image.name, ...api, paths: ["/*"], priority: 100 },
    ...Object.entries(services).map(([name, service]) => ({ name, ...service })),
  ];
}
