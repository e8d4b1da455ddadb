import { CloudwatchCompositeAlarm } from "@cdktf/provider-aws/lib/cloudwatch-composite-alarm/index.js";
import { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard/index.js";
import { check, nameOf, type Problem, type Region, regionOf } from "@mainstay/core";
import { Construct } from "constructs";
import { Alarms, byComposite, listenerProblems } from "./alarms.ts";
import { anyOf, mostChildren, suppression } from "./composite.ts";
import { dashboardBody } from "./dashboard-body.ts";
import type { Subject } from "./subject.ts";
import type { Listener } from "./topic.ts";

export interface RegionMonitoringProps {
  /** Who is woken: hears the one alarm "users notice". A topic of the stack's region. */
  readonly pages: Listener;

  /**
   * Who looks during the day: hears one alarm per subject.
   *
   * @default the same as `pages`
   */
  readonly tickets?: Listener;

  /**
   * What is watched, in the order that a request takes: the columns of the dashboard. A key is part of addresses and alarm names.
   *
   * Adding a subject, or something to one (a zone, a replica), changes no address.
   */
  readonly subjects: Readonly<Record<string, Subject>>;
}

/**
 * All that watches an environment in one region: alarms, what people hear of them, and a dashboard that says where to begin.
 *
 * Many alarms, few news. One composite alarm says that users notice. One per subject says that somebody should look; it waits while
 * users notice, since then somebody already does. 0.50 USD a month per composite alarm, 3 USD for the dashboard.
 */
export class RegionMonitoring extends Construct {
  readonly region: Region;
  readonly subjects: ReadonlyMap<string, Alarms>;
  /** Undefined where no subject has anything that users would notice. */
  readonly usersNotice: CloudwatchCompositeAlarm | undefined;
  /** By subject. */
  readonly lookSoon: ReadonlyMap<string, CloudwatchCompositeAlarm>;
  readonly dashboard: CloudwatchDashboard;
  private readonly dashboardName: string;

  constructor(scope: Construct, id: string, props: RegionMonitoringProps) {
    super(scope, id);
    const { pages, tickets = pages, subjects } = props;
    this.region = regionOf(this);
    check(this, [
      ...listenerProblems("pages", pages, this.region),
      ...(tickets === pages ? [] : listenerProblems("tickets", tickets, this.region)),
      ...subjectProblems(subjects),
    ]);

    // Dashboards are global: the name carries the region.
    this.dashboardName = nameOf(this, "dashboard");
    this.subjects = this.createAlarms(subjects);
    this.usersNotice = this.createUsersNotice(pages);
    this.lookSoon = this.createLookSoon(tickets);
    this.dashboard = this.createDashboard();
  }

  private createAlarms(subjects: Readonly<Record<string, Subject>>): ReadonlyMap<string, Alarms> {
    return new Map(
      Object.entries(subjects)
        .filter(([name, { alarms, graphs }]) => isFree(name) && Object.keys(alarms).length + graphs.length > 0)
        .map(([name, subject]) => [name, new Alarms(this, name, { subject, notify: byComposite })]),
    );
  }

  private createUsersNotice(listener: Listener): CloudwatchCompositeAlarm | undefined {
    const pages = [...this.subjects.values()].flatMap((subject) => subject.of("page"));
    if (pages.length === 0) return undefined;
    return new CloudwatchCompositeAlarm(this, "users-notice", {
      alarmName: nameOf(this, "alarm", "users-notice"),
      alarmDescription: `PAGE: users notice.\nLook first: the leftmost red column of ${this.dashboardUrl()}`,
      alarmRule: anyOf(pages.map(({ alarmName }) => alarmName)),
      alarmActions: [listener.arn],
      okActions: [listener.arn],
      // WHY: as for every alarm that others name; the tickets name this one as what they wait for (terraform-provider-aws#34807).
      lifecycle: { createBeforeDestroy: true },
    });
  }

  private createLookSoon(listener: Listener): ReadonlyMap<string, CloudwatchCompositeAlarm> {
    const watched = [...this.subjects].map(([name, alarms]) => ({ name, tickets: alarms.of("ticket") }));
    return new Map(
      watched
        .filter(({ tickets }) => tickets.length > 0)
        .map(({ name, tickets }) => [
          name,
          new CloudwatchCompositeAlarm(this, `${name}-look-soon`, {
            alarmName: nameOf(this, "alarm", name, "look-soon"),
            alarmDescription: `TICKET: ${name}: look soon.\nLook first: the column "${name}" of ${this.dashboardUrl()}`,
            alarmRule: anyOf(tickets.map(({ alarmName }) => alarmName)),
            alarmActions: [listener.arn],
            okActions: [listener.arn],
            ...(this.usersNotice !== undefined && {
              actionsSuppressor: {
                alarm: this.usersNotice.alarmName,
                waitPeriod: suppression.wait,
                extensionPeriod: suppression.extension,
              },
            }),
          }),
        ]),
    );
  }

  private createDashboard(): CloudwatchDashboard {
    const composites = [...(this.usersNotice === undefined ? [] : [this.usersNotice]), ...this.lookSoon.values()];
    const body = dashboardBody({
      title: `${nameOf(this, "tag")} in ${this.region}`,
      status: composites.map(({ arn }) => arn),
      columns: [...this.subjects].map(([name, { subject, alarms }]) => ({
        title: name,
        region: subject.region ?? this.region,
        alarms: [...alarms.values(), ...(subject.adopted ?? [])].map(({ arn }) => arn),
        graphs: subject.graphs,
      })),
    });
    return new CloudwatchDashboard(this, "dashboard", {
      dashboardName: this.dashboardName,
      dashboardBody: JSON.stringify(body),
    });
  }

  private dashboardUrl(): string {
    const { region, dashboardName } = this;
    return `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/${dashboardName}`;
  }
}

/** Ids that the construct takes for itself. */
const taken = ["users-notice", "dashboard"];

function isFree(name: string): boolean {
  return /^[a-z][a-z0-9-]*$/.test(name) && !taken.includes(name) && !name.endsWith("-look-soon");
}

function subjectProblems(subjects: Readonly<Record<string, Subject>>): Problem[] {
  const names = Object.keys(subjects);
  const found = names
    .filter((name) => !isFree(name))
    .map(
      (name): Problem => ({
        property: `subjects.${name}`,
        got: name,
        allowed: `lower-case letters, digits and dashes, a letter first; not ${taken.join(" or ")}, nor an end in -look-soon`,
        fix: "Rename it: it is part of addresses and alarm names.",
      }),
    );
  const pages = Object.values(subjects)
    .flatMap(severitiesOf)
    .filter((severity) => severity === "page").length;
  if (names.length === 0) {
    found.push({
      property: "subjects",
      got: {},
      allowed: "at least one",
      fix: "Say what is to be watched: watchService(...).",
    });
  }
  if (pages > mostChildren) {
    found.push({
      property: "subjects",
      got: `${pages} alarms that page`,
      allowed: `${mostChildren} at most (CloudWatch quota for a composite alarm)`,
      fix: "Watch what is less important in a RegionMonitoring of its own.",
    });
  }
  return found;
}

function severitiesOf({ alarms, adopted = [] }: Subject) {
  return [...Object.values(alarms), ...adopted].map(({ severity }) => severity);
}
