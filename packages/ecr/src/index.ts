export { deployedTagPrefix } from "./decisions.ts";
export { Repository, type RepositoryProps } from "./repository.ts";
