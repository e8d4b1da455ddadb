import type { Problem } from "@mainstay/core";

interface Retention {
  /** Copies that are to be kept shorter are refused. 1 to 36500 days. */
  readonly minDays: number;
  /** Copies that are to be kept longer are refused. 1 to 36500 days. */
  readonly maxDays: number;
}

/** Who may delete a recovery point before its time. */
export type Lock =
  | { readonly kind: "unlocked" }
  | (Retention & { readonly kind: "governance" })
  | (Retention & { readonly kind: "compliance"; readonly coolingOffDays: number });

/** The vault's policy refuses it; whoever may change that policy can. Gives up safety from an administrator's stolen credentials. */
export const unlocked: Lock = { kind: "unlocked" };

/**
 * Nobody, until somebody with `backup:DeleteBackupVaultLockConfiguration` takes the lock away. Keep that permission out of daily roles.
 *
 * Gives up freedom: what is in the vault stays, and is paid, until its time is over or the lock is gone.
 */
export const governance = (retention: Retention): Lock => ({ kind: "governance", ...retention });

/**
 * Nobody, ever: **it cannot be undone** once `coolingOffDays` are over, not by the account's owner and not by AWS. Until then it can.
 *
 * Gives up every way back: recovery points are paid until their time is over, the retention can never be changed, and the environment
 * cannot be destroyed while there is one. Only for those whom a regulation demands it of.
 */
export const compliance = (
  retention: Retention & {
    /** Days in which the lock can still be taken away, 3 at least (AWS Backup: 72 hours). A change starts them again. */
    readonly coolingOffDays: number;
  },
): Lock => ({ kind: "compliance", ...retention });

/** AWS Backup API: a century. */
const mostDays = 36_500;

/** Mistakes in the number of days that recovery points are kept, by themselves and with `lock`. */
export function retentionProblems(property: string, days: number, lock: Lock): Problem[] {
  const [least, most] = lock.kind === "unlocked" ? [1, mostDays] : [lock.minDays, lock.maxDays];
  if (Number.isInteger(days) && days >= Math.max(least, 1) && days <= Math.min(most, mostDays)) return [];
  return [
    {
      property,
      got: days,
      allowed: `${least} to ${most} days${lock.kind === "unlocked" ? "" : ", as the lock says"}`,
      fix: "Choose a whole number of days in that range, or another lock: the vault refuses every job outside it.",
    },
  ];
}

/** Mistakes in the lock itself; `protect` is whether the environment is meant to stay. */
export function lockProblems(lock: Lock, protect: boolean): Problem[] {
  if (lock.kind === "unlocked") return [];
  const found: Problem[] = [];
  const { minDays, maxDays } = lock;
  if (
    !(
      Number.isInteger(minDays) &&
      Number.isInteger(maxDays) &&
      minDays >= 1 &&
      minDays <= maxDays &&
      maxDays <= mostDays
    )
  ) {
    found.push({
      property: "lock",
      got: { minDays, maxDays },
      allowed: `1 <= minDays <= maxDays <= ${mostDays}`,
      fix: "Correct the two, in whole days.",
    });
  }
  if (lock.kind === "governance") return found;
  if (!(Number.isInteger(lock.coolingOffDays) && lock.coolingOffDays >= 3 && lock.coolingOffDays <= mostDays)) {
    found.push({
      property: "lock.coolingOffDays",
      got: lock.coolingOffDays,
      allowed: `3 to ${mostDays} days`,
      fix: "Take a week or more: afterwards nobody can correct anything.",
    });
  }
  if (!protect) {
    found.push({
      property: "lock",
      got: "compliance",
      allowed: "unlocked or governance, where protect is false",
      fix: "An environment that is to be destroyed cannot have a vault that is never emptied.",
    });
  }
  return found;
}
