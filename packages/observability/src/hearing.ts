/** One stack as it stands in `cdk.tf.json`. */
export interface StackJson {
  readonly resource?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly output?: Readonly<Record<string, { readonly value?: unknown }>>;
  readonly provider?: { readonly aws?: readonly { readonly region?: string; readonly alias?: string }[] };
}

/** All stacks of an environment, by the ids that cdktf gives them. */
export type Stacks = Readonly<Record<string, StackJson>>;

/** A resource of one of the stacks. */
interface Found {
  readonly stack: string;
  readonly address: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/**
 * Alarms that nobody would hear, as `stack: address`: no topic with a subscription is told, neither by the alarm itself nor by composite
 * alarms above it. Alarms, topics and subscriptions may be in different stacks.
 */
export function unheardAlarms(stacks: Stacks): string[] {
  const alarms = [...find(stacks, "aws_cloudwatch_metric_alarm"), ...find(stacks, "aws_cloudwatch_composite_alarm")];
  const told = new Set(find(stacks, "aws_sns_topic_subscription").map((one) => value(stacks, one, "topic_arn")));
  const heard = new Set(alarms.filter((alarm) => tells(stacks, alarm, told)));
  spread(stacks, alarms, heard);
  return alarms
    .filter((alarm) => !heard.has(alarm))
    .map(({ stack, address }) => `${stack}: ${address}`)
    .toSorted();
}

/** Who is in the rule of a heard alarm is heard, and so on until nobody is added. */
function spread(stacks: Stacks, alarms: readonly Found[], heard: Set<Found>): void {
  const named = new Set([...heard].flatMap((alarm) => namesIn(stacks, alarm)));
  const added = alarms.filter((alarm) => !heard.has(alarm) && named.has(identity(stacks, alarm)));
  if (added.length === 0) return;
  for (const alarm of added) heard.add(alarm);
  spread(stacks, alarms, heard);
}

function find(stacks: Stacks, type: string): Found[] {
  return Object.entries(stacks).flatMap(([stack, { resource = {} }]) =>
    Object.entries(resource[type] ?? {}).map(([name, attributes]) => ({
      stack,
      address: `${type}.${name}`,
      attributes: attributes as Found["attributes"],
    })),
  );
}

function tells(stacks: Stacks, { stack, attributes }: Found, topics: ReadonlySet<string>): boolean {
  if (attributes.actions_enabled === false || !Array.isArray(attributes.alarm_actions)) return false;
  return attributes.alarm_actions.some((action) => topics.has(resolve(stacks, stack, String(action))));
}

/** Alarm names are unique in a region. */
function identity(stacks: Stacks, alarm: Found): string {
  return `${regionOf(stacks, alarm.stack)} ${value(stacks, alarm, "alarm_name")}`;
}

/** The alarms that make the composite alarm go off; not those that keep it quiet. */
function namesIn(stacks: Stacks, { stack, attributes }: Found): string[] {
  const rule = typeof attributes.alarm_rule === "string" ? attributes.alarm_rule : "";
  return [...rule.matchAll(/(?<not>NOT\s+)?ALARM\(\s*"?(?<name>[^")]+)"?\s*\)/g)]
    .filter(({ groups }) => groups?.not === undefined)
    .map(({ groups }) => `${regionOf(stacks, stack)} ${resolve(stacks, stack, groups?.name ?? "")}`);
}

function regionOf(stacks: Stacks, stack: string): string | undefined {
  return stacks[stack]?.provider?.aws?.find(({ alias }) => alias === undefined)?.region;
}

function value(stacks: Stacks, { stack, attributes }: Found, attribute: string): string {
  return resolve(stacks, stack, String(attributes[attribute]));
}

/** What `text` stands for: followed through the outputs of other stacks to the plain value, or to the resource that will have it. */
function resolve(stacks: Stacks, stack: string, text: string): string {
  const expression = /^\$\{(.+)\}$/.exec(text)?.[1];
  if (expression === undefined) return text;
  const [, owner = "", output = ""] =
    /^data\.terraform_remote_state\.cross-stack-reference-input-(.+)\.outputs\.(.+)$/.exec(expression) ?? [];
  const remote = stacks[owner]?.output?.[output]?.value;
  if (typeof remote === "string") return resolve(stacks, owner, remote);
  const [, type = "", name = "", attribute = ""] = /^(aws_\w+)\.([^.]+)\.(\w+)$/.exec(expression) ?? [];
  const own = (stacks[stack]?.resource?.[type]?.[name] as Found["attributes"] | undefined)?.[attribute];
  return typeof own === "string" ? resolve(stacks, stack, own) : `${stack} ${expression}`;
}
