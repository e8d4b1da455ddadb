import type { App } from "cdktf";
import { type BaseIssue, type GenericSchema, safeParse } from "valibot";
import type { Problem } from "./problem.ts";
import { suggestion } from "./suggestion.ts";

/** What an environment file exports: either sound, and then it can be built, or a list of everything wrong with it. */
export interface Environment {
  /** `clinic-dev`: the beginning of its stacks' names. */
  readonly id: string;
  readonly problems: readonly Problem[];
  /** Adds the stacks to `app`. Only where there are no problems. */
  build(app: App): void;
}

/** What a reader needs to mend a property, by its path; `[]` stands for any index of a list. */
export type Help = Readonly<Record<string, { readonly allowed: string; readonly fix: string }>>;

/** A relation between properties that no type and no single value can show. */
export interface Relation<Props> {
  /** The property that {@link Help} explains, and that the problem is reported for. */
  readonly property: string;
  /** What was given, where it breaks the relation; undefined where it holds. */
  readonly broken: (props: Props) => unknown;
  /** In words; a function where the words need another property's value. */
  readonly allowed: string | ((props: Props) => string);
  readonly fix: string;
}

export interface Definition<Props> {
  readonly blueprint: string;
  /** The shape of what a user writes, made of `exactly`, so that an unknown key is a mistake. */
  readonly schema: GenericSchema<Props>;
  readonly help: Help;
  readonly relations: readonly Relation<Props>[];
  /** Emits the stacks of a sound environment. */
  readonly build: (app: App, props: Props) => void;
}

/**
 * The function that environment files call, for one blueprint.
 *
 * It never throws: problems travel with the value, so that those of all environments are reported together.
 */
export function defineBlueprint<Props extends { readonly name: string }>(
  definition: Definition<Props>,
): (props: Props) => Environment {
  return (props) => {
    const problems = [...shapeProblems(definition, props), ...relationProblems(definition, props)];
    return {
      id: `${definition.blueprint}-${props.name}`,
      problems,
      build: (app) => definition.build(app, props),
    };
  };
}

function shapeProblems<Props>({ schema, help }: Definition<Props>, props: Props): Problem[] {
  const { issues = [] } = safeParse(schema, props);
  return issues.map((issue) => toProblem(issue, props, help));
}

function toProblem(issue: BaseIssue<unknown>, props: unknown, help: Help): Problem {
  const path = (issue.path ?? []).map(({ key }) => (typeof key === "number" ? key : String(key)));
  if (issue.type === "never") return unknownKey(path, props, help);
  const { allowed, fix } = nearestHelp(path, help) ?? {
    allowed: issue.expected ?? issue.message,
    fix: "Correct the value.",
  };
  return { property: format(path), got: valueAt(props, path), allowed, fix };
}

function unknownKey(path: readonly (string | number)[], props: unknown, help: Help): Problem {
  const parent = format(path.slice(0, -1), () => "[]");
  const start = parent === "" ? "" : `${parent}.`;
  const known = Object.keys(help)
    .filter((key) => key.startsWith(start) && !/[.[]/.test(key.slice(start.length)))
    .map((key) => key.slice(start.length));
  const meant = suggestion(String(path.at(-1)), known);
  return {
    property: format(path),
    got: valueAt(props, path),
    allowed: known.join(", "),
    fix: meant === undefined ? "Remove it: there is no such property." : `Did you mean ${start}${meant}?`,
  };
}

function relationProblems<Props>({ relations }: Definition<Props>, props: Props): Problem[] {
  return relations.flatMap(({ property, broken, allowed, fix }) => {
    const got = attempt(() => broken(props));
    if (got === undefined) return [];
    return [{ property, got, allowed: typeof allowed === "function" ? allowed(props) : allowed, fix }];
  });
}

/** WHY: a relation may read a property whose shape is wrong; that problem is already reported, so this one is not. */
function attempt(relation: () => unknown): unknown {
  try {
    return relation();
  } catch {
    return undefined;
  }
}

/** What is said of the property, or of the innermost one around it of which something is said. */
function nearestHelp(path: readonly (string | number)[], help: Help): Help[string] | undefined {
  if (path.length === 0) return undefined;
  return help[format(path, () => "[]")] ?? nearestHelp(path.slice(0, -1), help);
}

function format(path: readonly (string | number)[], index: (n: number) => string = (n) => `[${n}]`): string {
  return path.reduce<string>(
    (text, key) => (typeof key === "number" ? text + index(key) : text === "" ? key : `${text}.${key}`),
    "",
  );
}

function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((inner, key) => (inner as Record<string | number, unknown> | undefined)?.[key], value);
}
