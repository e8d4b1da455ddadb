export { Boundary, type BoundaryProps } from "./boundary.ts";
export { DeliveryRole, type DeliveryRoleProps } from "./delivery-role.ts";
export { EnvironmentRoles, type EnvironmentRolesProps } from "./environment-roles.ts";
export { GithubProvider, type GithubProviderProps, providerArn } from "./github-provider.ts";
export type { Policy, Statement, StatePlace } from "./permissions.ts";
export { audience, type Holder, issuer, pullRequests, subject, type Trust, trustPolicy } from "./trust.ts";
