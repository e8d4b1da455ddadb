import type { App } from "cdktf";
import { type BaseIssue, type GenericSchema, safeParse } from "valibot";
import type { Problem } from "./problem.ts";
import { suggestion } from "./suggestion.ts";

/** What an environment file exports: either sound, and then it can be built, or a list of everything wrong with it. */
export interface Environment<Props = unknown> {
  /** `clinic-dev`: the beginning of its stacks' names. */
  readonly id: string;
  readonly problems: readonly Problem[];
  /** What the file says, for those who want to vary it. */
  readonly props: Props;
  /** Adds the stacks to `app`. Only where there are no problems. */
  build(app: App): void;
}

/** What a reader needs to mend a property, by its path; `[]` stands for any index of a list, `*` for any key of a record. */
export type Help = Readonly<Record<string, { readonly allowed: string; readonly fix: string }>>;

/** A relation between properties that no type and no single value can show. */
export interface Relation<Props> {
  /** The property that {@link Help} explains, and that the problem is reported for. */
  readonly property: string | ((props: Props) => string);
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
): (props: Props) => Environment<Props> {
  return (props) => {
    const shapes = shapeProblems(definition, props);
    // WHY: what is wrong in itself is mended before its relations to others mean anything.
    const misshapen = new Set(shapes.map(({ property }) => property.replace(/\[.*/, "")));
    const relations = relationProblems(definition, props).filter(({ property }) => !misshapen.has(property));
    const problems = [...shapes, ...relations];
    return {
      id: `${definition.blueprint}-${props.name}`,
      problems,
      props,
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
  const got = valueAt(props, path);
  const meant = typeof got === "string" ? suggestion(got, choicesOf(issue)) : undefined;
  return { property: format(path), got, allowed, fix: meant === undefined ? fix : `Did you mean ${meant}?` };
}

/** The words that a property may be, where it is a choice of words: valibot says `("one" | "other")`. */
function choicesOf({ expected }: BaseIssue<unknown>): string[] {
  return [...(expected ?? "").matchAll(/"([^"]*)"/g)].map(([, word = ""]) => word);
}

function unknownKey(path: readonly (string | number)[], props: unknown, help: Help): Problem {
  const parent = path.slice(0, -1);
  const start = parent.length === 0 ? "" : `${format(parent)}.`;
  const known = patterns(parent).flatMap((pattern) => childrenOf(pattern, help));
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
    const named = typeof property === "function" ? property(props) : property;
    return [{ property: named, got, allowed: typeof allowed === "function" ? allowed(props) : allowed, fix }];
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

/** The property as {@link Help} may name it: as it is, or with one key of a record left open. */
function patterns(path: readonly (string | number)[]): string[] {
  const any = (open: number) =>
    format(
      path.map((key, index) => (index === open ? "*" : key)),
      () => "[]",
    );
  return [format(path, () => "[]"), ...path.flatMap((key, index) => (typeof key === "string" ? [any(index)] : []))];
}

/** Names of the properties right below `pattern` that something is said of. */
function childrenOf(pattern: string, help: Help): string[] {
  const start = pattern === "" ? "" : `${pattern}.`;
  return Object.keys(help)
    .filter((key) => key.startsWith(start) && !/[.[*]/.test(key.slice(start.length)))
    .map((key) => key.slice(start.length));
}

/** What is said of the property, or of the innermost one around it of which something is said. */
function nearestHelp(path: readonly (string | number)[], help: Help): Help[string] | undefined {
  if (path.length === 0) return undefined;
  const said = patterns(path).flatMap((pattern) => help[pattern] ?? []);
  return said[0] ?? nearestHelp(path.slice(0, -1), help);
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
