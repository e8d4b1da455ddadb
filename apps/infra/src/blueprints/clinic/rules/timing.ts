import { contract, rules } from "@mainstay/contract";
import type { Relation } from "@mainstay/core";
import type { ClinicProps, TimingChoice } from "../props.ts";
import { timed } from "../timing.ts";

/** Which property of an environment each number of the contract's rules is. */
const properties = [
  ["health.timeout", "healthTimeout"],
  ["health.interval", "healthInterval"],
  ["connection.loadBalancerIdle", "idle"],
  ["shutdown.stopTimeout", "stopTimeout"],
  ["shutdown.deregistration", "draining"],
] as const satisfies readonly (readonly [string, keyof TimingChoice])[];

/**
 * The contract's own rules, with the durations that an environment may change. What the API itself does is fixed in the contract, so
 * that a load balancer which it cannot keep up with is refused here.
 */
export const timingRelations: readonly Relation<ClinicProps>[] = rules(contract).flatMap(
  ({ rule, otherwise }, index): Relation<ClinicProps>[] => {
    const concerned = properties.filter(([number]) => rule.includes(number));
    const [first] = concerned;
    if (first === undefined) return [];
    return [
      {
        property: `timing.${first[1]}`,
        broken: ({ timing }) => {
          if (timing === undefined || rules(timed(timing))[index]?.holds !== false) return undefined;
          // WHY: of several numbers in a rule, the one that was written is the one to talk about.
          return Object.fromEntries(
            concerned.flatMap(([, key]) => (timing[key] === undefined ? [] : [[key, timing[key]]])),
          );
        },
        allowed: ({ timing = {} }) => inWords(rule, timing),
        fix: `Otherwise ${otherwise}.`,
      },
    ];
  },
);

/** A rule with the environment's names and the numbers that hold: `idle (70) < connection.keepAlive (65)`. */
function inWords(rule: string, timing: TimingChoice): string {
  const numbers = timed(timing);
  return rule.replaceAll(/[a-zA-Z]+\.[a-zA-Z]+/g, (path) => {
    const name = properties.find(([number]) => number === path)?.[1] ?? path;
    return `${name} (${String(valueAt(numbers, path))})`;
  });
}

function valueAt(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((inner, key) => (inner as Record<string, unknown>)[key], value);
}
