export { type Alphabet, alphabets, type Recovery, type RecoveryDays } from "./decisions.ts";
export { GeneratedSecret, type GeneratedSecretProps, type SecretReference } from "./generated-secret.ts";
