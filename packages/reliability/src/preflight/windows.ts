const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const week = 7 * 24 * 60;

/**
 * Whether the daily backup window and the weekly maintenance window have a minute in common, which RDS refuses.
 *
 * @param backup `01:00-02:00`
 * @param maintenance `sun:03:00-sun:04:00`
 * @returns false for what is not written so.
 */
export function windowsOverlap(backup: string, maintenance: string): boolean {
  const daily = /^(\d\d):(\d\d)-(\d\d):(\d\d)$/.exec(backup)?.slice(1).map(Number);
  const weekly = /^([a-z]{3}):(\d\d):(\d\d)-([a-z]{3}):(\d\d):(\d\d)$/.exec(maintenance.toLowerCase());
  if (daily === undefined || weekly === null) return false;
  const [h1 = 0, m1 = 0, h2 = 0, m2 = 0] = daily;
  const start = minute(weekly[1], weekly[2], weekly[3]);
  const length = positive(minute(weekly[4], weekly[5], weekly[6]) - start, week);
  const backupLength = positive(h2 * 60 + m2 - (h1 * 60 + m1), 24 * 60);
  return days.some((_day, index) => {
    const begins = index * 24 * 60 + h1 * 60 + m1;
    return positive(begins - start, week) < length || positive(start - begins, week) < backupLength;
  });
}

function minute(day: string | undefined, hours: string | undefined, minutes: string | undefined): number {
  return days.indexOf(day ?? "") * 24 * 60 + Number(hours) * 60 + Number(minutes);
}

function positive(value: number, modulus: number): number {
  return ((value % modulus) + modulus) % modulus;
}
