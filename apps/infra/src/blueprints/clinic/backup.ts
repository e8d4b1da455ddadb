import { Backups, type Copy, type Lock } from "@mainstay/backup";
import { Topic } from "@mainstay/observability";
import { type App, TerraformOutput } from "cdktf";
import type { PrimaryData } from "./data.ts";
import type { Site } from "./site.ts";
import { clinicStack } from "./stacks.ts";

/** Recovery points of database and documents, beside RDS's own. */
export interface BackupChoice {
  /** Days that a recovery point is kept. @default 35 */
  readonly keepDays?: number;
  /** `copyTo(region)`: what is left when the first region, or its account's data, is gone. @default noCopy */
  readonly copy?: Copy;
  /** Who may delete a recovery point before its time. `compliance` can never be undone. @default unlocked */
  readonly lock?: Lock;
}

/** Copies of what the data stack holds. */
export interface ClinicBackups {
  readonly topic: Topic;
  readonly backups: Backups;
}

/** Recovery points every night; undefined where the environment wants none. Outlives what it copies. */
export function backupStack(app: App, site: Site, data: PrimaryData): ClinicBackups | undefined {
  const { backup, protect = true, notify, formerRegions = [] } = site;
  if (backup === undefined) return undefined;
  const stack = clinicStack(app, "backup", site);
  const topic = new Topic(stack, "backup-news", { subscribers: notify, publishers: ["events"] });
  const backups = new Backups(stack, "backups", {
    things: { database: data.database.instance, documents: data.documents.fileSystem },
    notify: topic,
    protect,
    formerly: formerRegions,
    ...backup,
  });
  new TerraformOutput(stack, "restore-role", {
    value: backups.restoreRole.role.arn,
    description: "What a person restores with",
  });
  return { topic, backups };
}
