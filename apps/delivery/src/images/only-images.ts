import { isOf } from "./deployed.ts";

interface Changed {
  readonly address: string;
  readonly type: string;
  /** Of a thing that a replacement has left over. */
  readonly deposed?: string;
  readonly change: {
    readonly actions: readonly string[];
    readonly before?: Values | null;
    readonly after?: Values | null;
    readonly after_unknown?: Values;
  };
}

type Values = Readonly<Record<string, unknown>>;

/**
 * What a plan would change that is more than the images of services, in words; empty where there is nothing else.
 *
 * A task definition may be replaced by one that differs in digests only, and a service may get that one.
 *
 * WHY nothing of what is known only after the apply: it comes from something else that changes, and that is in the way itself.
 *
 * @param plan as `terraform show -json` prints it.
 */
export function besideImages(plan: unknown, images: readonly string[]): string[] {
  const { resource_changes: changes = [] } = plan as { readonly resource_changes?: readonly Changed[] };
  return changes.flatMap((one) => {
    const { address, type, deposed, change } = one;
    const actions = change.actions.filter((action) => action !== "no-op" && action !== "read");
    if (actions.length === 0) return [];
    const what = actions.length > 1 ? "replaced" : `${actions[0]}d`;
    if (type === "aws_ecs_task_definition") {
      if (deposed !== undefined) return [];
      const differs = differences(change, (key, before, after) =>
        key === "container_definitions" ? sameContainers(before, after, images) : same(before, after),
      );
      return differs.map((why) => `${address} would be ${what}: ${why}`);
    }
    if (type === "aws_ecs_service" && actions.join() === "update") {
      const differs = differences(change, (key, before, after) => key === "task_definition" || same(before, after));
      return differs.map((why) => `${address} would be ${what}: ${why}`);
    }
    return [`${address} would be ${what}`];
  });
}

/** Attributes that are not the same, or why that cannot be said. */
function differences(
  { before, after, after_unknown: unknown = {} }: Changed["change"],
  isSame: (key: string, before: unknown, after: unknown) => boolean,
): string[] {
  if (before === null || before === undefined) return ["it is not there now"];
  if (after === null || after === undefined) return ["none would be left"];
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].filter((key) => unknown[key] !== true && !isSame(key, before[key], after[key]));
}

/** What AWS writes into a container where nothing is said. */
const written = new Set(["essential", "hostPort", "protocol", "interval", "timeout", "retries", "startPeriod"]);

function sameContainers(before: unknown, after: unknown, images: readonly string[]): boolean {
  const containers = (text: unknown): unknown => {
    if (typeof text !== "string") return undefined;
    return (JSON.parse(text) as readonly Values[]).map((container) => {
      const { image } = container;
      const own = typeof image === "string" && images.some((name) => isOf(name, image));
      return own ? { ...container, image: image.split("@")[0] } : container;
    });
  };
  return same(containers(before), containers(after), written);
}

/** WHY nothing is nothing: Terraform writes null where AWS answers with an empty list. */
const isNothing = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === "" ||
  value === 0 ||
  value === false ||
  (typeof value === "object" && Object.values(value).every(isNothing));

/** The same, in whatever order lists are: AWS sorts them. `mayLack`: keys that may be missing in `after`. */
function same(before: unknown, after: unknown, mayLack: ReadonlySet<string> = new Set()): boolean {
  if (isNothing(before) || isNothing(after)) return isNothing(before) && isNothing(after);
  if (Array.isArray(before) && Array.isArray(after)) {
    const rest: unknown[] = [...(before as readonly unknown[])];
    return (
      before.length === after.length &&
      (after as readonly unknown[]).every((item) => {
        const at = rest.findIndex((other) => same(other, item, mayLack));
        if (at >= 0) rest.splice(at, 1);
        return at >= 0;
      })
    );
  }
  if (typeof before === "object" && typeof after === "object" && before !== null && after !== null) {
    const [a, b] = [before as Values, after as Values];
    const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...keys].every((key) => (mayLack.has(key) && !Object.hasOwn(b, key)) || same(a[key], b[key], mayLack));
  }
  return before === after;
}
