/** Alarms that one composite alarm can name (CloudWatch guide, quotas). */
export const mostChildren = 100;

/**
 * How tickets wait for a page, in seconds.
 *
 * Before: what breaks a page's threshold breaks many others, some of them sooner. After: what was caused by it gets well again without
 * anybody's help. What is still wrong then is told then; nothing is lost (CloudWatch guide, "Composite alarm action suppression").
 */
export const suppression = { wait: 180, extension: 300 } as const;

/** True as soon as one of the alarms is. */
export function anyOf(alarmNames: readonly string[]): string {
  return alarmNames.map((name) => `ALARM("${name}")`).join(" OR ");
}
