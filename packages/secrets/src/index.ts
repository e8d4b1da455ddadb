export { Archive } from "./archive.ts";
export {
  type Alphabet,
  alphabets,
  type Recovery,
  type RecoveryDays,
  type RotationDays,
  rotationDays,
} from "./decisions.ts";
export { GeneratedSecret, type GeneratedSecretProps } from "./generated-secret.ts";
export { Login, type LoginProps } from "./login.ts";
export { Rotation, type RotationProps } from "./rotation.ts";
export { SecretCopy, type SecretCopyProps } from "./secret-copy.ts";
export type { SecretReference, StoredSecret } from "./stored-secret.ts";
