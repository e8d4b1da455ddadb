import type { Region } from "@mainstay/core";

/** When RDS may work on a server, in UTC as its API wants it. */
export interface Windows {
  /** Daily, `hh:mm-hh:mm`. */
  readonly backup: string;
  /** Weekly, `ddd:hh:mm-ddd:hh:mm`. */
  readonly maintenance: string;
}

/** Hours that local standard time is ahead of UTC. Summer time moves the windows by one hour, still at night. */
const offsets: Record<Region, number> = {
  "ap-northeast-1": 9,
  "ap-southeast-1": 8,
  "ap-southeast-2": 10,
  "ca-central-1": -5,
  "eu-central-1": 1,
  "eu-north-1": 1,
  "eu-west-1": 0,
  "eu-west-2": 0,
  "us-east-1": -5,
  "us-east-2": -5,
  "us-west-2": -8,
};
const days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;

/**
 * The quiet hours of a region: backups at 01:00 to 02:00 local time, maintenance on Sunday at 03:00 to 04:00.
 *
 * WHY: RDS picks random ones, which may fall into the working day, and refuses windows that overlap.
 */
export function windowsOf(region: Region): Windows {
  const utc = (localHour: number) => localHour - offsets[region];
  return {
    backup: `${clock(utc(1))}-${clock(utc(2))}`,
    maintenance: `${day(utc(3))}:${clock(utc(3))}-${day(utc(4))}:${clock(utc(4))}`,
  };
}

function clock(hour: number): string {
  return `${String((hour + 24) % 24).padStart(2, "0")}:00`;
}

/** The day that an hour falls on, counted from Sunday 00:00 UTC; negative hours are Saturday's. */
function day(hour: number): string {
  return days[(Math.floor(hour / 24) + 7) % 7] ?? "sun";
}
