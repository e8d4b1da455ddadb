export { type EncryptionKeyProps, encryptionKey } from "./encryption-key.ts";
export { type Definition, defineBlueprint, type Environment, type Help, type Relation } from "./environment.ts";
export { type KeyPolicyProps, keyPolicy } from "./key-policy.ts";
export type { Adoption, Move, Rename } from "./move-blocks.ts";
export { adopted, moved, released, renamed } from "./moved.ts";
export { fitName, type NameKind, nameOf, nameRules } from "./names.ts";
export { check, type Problem, report } from "./problem.ts";
export { actingFor, type Publisher, publishers } from "./publisher.ts";
export { exactly } from "./shape.ts";
export { EnvironmentStack, type EnvironmentStackProps, type Life, providerFor, regionOf, tagsOf } from "./stack.ts";
export { keepState, localState, type State, s3State } from "./state.ts";
export { suggestion } from "./suggestion.ts";
export { type CostTags, stackTags } from "./tags.ts";
export {
  type Gibibytes,
  gib,
  type Mebibytes,
  mib,
  minutes,
  type Percent,
  percent,
  type Seconds,
  seconds,
} from "./units.ts";
export { type Region, regions, type Zone, type ZoneLetter, zoneLetter } from "./zone.ts";
