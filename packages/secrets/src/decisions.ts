import type { Problem, Region } from "@mainstay/core";
import type { GeneratedSecretProps } from "./generated-secret.ts";

/** Days that a deleted secret can be brought back. */
export type RecoveryDays = 7 | 14 | 21 | 30;

/** `unrecoverable` gives up undoing a deletion; its name is free again at once. For environments that come and go. */
export type Recovery = RecoveryDays | "unrecoverable";

/** `recovery_window_in_days` of Secrets Manager, where 0 deletes at once. */
export function recoveryWindow(recovery: Recovery): number {
  return recovery === "unrecoverable" ? 0 : recovery;
}

/** What a value is made of, by where it has to fit in: any text, or a URL, a header or a shell without quoting. */
export const alphabets = ["printable", "letters-and-digits"] as const;
export type Alphabet = (typeof alphabets)[number];

/** What Secrets Manager's `GetRandomPassword` is asked for, in Terraform's words. */
export function generator({ length, alphabet }: { readonly length: number; readonly alphabet: Alphabet }) {
  return {
    password_length: length,
    exclude_punctuation: alphabet === "letters-and-digits",
    require_each_included_type: true,
  };
}

/** What a user can get wrong here that a type cannot see. */
export function problems(props: GeneratedSecretProps, region: Region): Problem[] {
  const { version = 1, length = 32, recovery = 30, replicas = [] } = props;
  const found: Problem[] = [];
  if (!Number.isInteger(version) || version < 1) {
    found.push({
      property: "version",
      got: version,
      allowed: "1 or more, whole",
      fix: "Start at 1 and add 1 to rotate.",
    });
  }
  if (!Number.isInteger(length) || length < 16 || length > 4096) {
    found.push({
      property: "length",
      got: length,
      allowed: "16 to 4096 characters, whole (Secrets Manager, GetRandomPassword)",
      fix: "Choose a value in the range.",
    });
  }
  if (recovery !== "unrecoverable" && !(Number.isInteger(recovery) && recovery >= 7 && recovery <= 30)) {
    found.push({
      property: "recovery",
      got: recovery,
      allowed: '7, 14, 21 or 30 days, or "unrecoverable"',
      fix: "Choose one of them.",
    });
  }
  if (replicas.includes(region)) {
    found.push({
      property: "replicas",
      got: region,
      allowed: `regions other than ${region}, where the secret is`,
      fix: "Remove it: readers here have the secret itself.",
    });
  }
  const repeated = replicas.find((one, index) => replicas.indexOf(one) !== index);
  if (repeated !== undefined) {
    found.push({ property: "replicas", got: repeated, allowed: "each region once", fix: "Remove the repetition." });
  }
  return found;
}

/** Days between two rotations of a password. */
export const rotationDays = [7, 14, 30, 60, 90, 180, 365] as const;
export type RotationDays = (typeof rotationDays)[number];
