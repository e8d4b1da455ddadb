/** What an expression reads. */
export interface Reference {
  /** `aws_vpc.main`, `data.aws_ami.ecs`, `var.digest`, `local.name`, `module.network`. */
  readonly address: string;
  /** What of it: `["outputs", "vpc-id"]`, `["master_user_secret", 0, "secret_arn"]`. Ends where an index is computed. */
  readonly path: readonly (string | number)[];
}

/** A piece of a template: text as it stands, or what was between `${` and `}`. */
export type Piece = { readonly text: string } | { readonly expression: string };

/** What Terraform gives meaning to by itself; nothing of it is in the configuration. */
const builtIn = new Set(["each", "count", "self", "path", "terraform", "true", "false", "null", "for", "in", "if"]);
const identifier = /[\p{L}_][\p{L}\p{N}_-]*/uy;
const plainIndex = /\[\s*(?:(\d+)|"((?:[^"\\$%]|\\.)*)"|\*)\s*\]/y;

/** What the text of an argument reads, in order. Never throws: a text that is no template reads nothing. */
export function referencesIn(template: string): Reference[] {
  if (!template.includes("${") && !template.includes("%{")) return [];
  return pieces(template).flatMap((piece) => ("expression" in piece ? referencesOf(piece.expression) : []));
}

/** The one thing that a text is nothing but a reference to: `${aws_vpc.main.id}`. */
export function soleReference(template: string): Reference | undefined {
  const [only, ...more] = pieces(template);
  if (only === undefined || more.length > 0 || !("expression" in only)) return undefined;
  return wholeReference(only.expression);
}

/** What an expression is, where it is nothing but one reference; undefined where it computes. */
export function wholeReference(expression: string): Reference | undefined {
  const start = skipSpace(expression, 0);
  const found = traversal(expression, start);
  if (found === undefined || skipSpace(expression, found.end) < expression.length) return undefined;
  return found.reference;
}

/** A template cut into texts and expressions. `$${` and `%%{` are texts. */
export function pieces(template: string): Piece[] {
  const found: Piece[] = [];
  let text = "";
  let position = 0;
  while (position < template.length) {
    const opening = template.slice(position, position + 3);
    if (opening === "$${" || opening === "%%{") {
      text += opening.slice(1);
      position += 3;
    } else if (opening.startsWith("${") || opening.startsWith("%{")) {
      const end = closing(template, position + 2);
      if (text !== "") found.push({ text });
      text = "";
      found.push({ expression: template.slice(position + 2, end).replace(/^~|~$/g, "") });
      position = end + 1;
    } else {
      text += template[position];
      position += 1;
    }
  }
  return text === "" ? found : [...found, { text }];
}

/** Where the brace that was opened before `position` is closed; the end where it is not. */
function closing(source: string, position: number): number {
  let depth = 0;
  let current = position;
  while (current < source.length) {
    const character = source[current];
    if (character === '"') {
      current = stringEnd(source, current);
      continue;
    }
    if (character === "{") depth += 1;
    if (character === "}") {
      if (depth === 0) return current;
      depth -= 1;
    }
    current += 1;
  }
  return source.length;
}

/** The position after the string that begins at `position`, with the templates inside of it. */
function stringEnd(source: string, position: number): number {
  let current = position + 1;
  while (current < source.length) {
    const two = source.slice(current, current + 2);
    if (two === "$$" || two === "%%" || two.startsWith("\\")) current += 2;
    else if (two === "${" || two === "%{") current = closing(source, current + 2) + 1;
    else if (two.startsWith('"')) return current + 1;
    else current += 1;
  }
  return source.length;
}

/** What a bare expression reads, as it stands in `depends_on` or between braces. */
export function referencesOf(expression: string): Reference[] {
  const bound = loopVariables(expression);
  const found: Reference[] = [];
  let position = 0;
  while (position < expression.length) {
    const character = expression[position] ?? "";
    if (character === '"') {
      const end = stringEnd(expression, position);
      found.push(...referencesIn(expression.slice(position + 1, end).replace(/"$/, "")));
      position = end;
    } else if (character === "#" || expression.startsWith("//", position)) {
      position = after(expression, "\n", position);
    } else if (expression.startsWith("/*", position)) {
      position = after(expression, "*/", position);
    } else if (/[\p{N}.]/u.test(character)) {
      position = memberEnd(expression, position);
    } else {
      const read = traversal(expression, position);
      if (read === undefined) {
        position += 1;
      } else {
        if (read.reference !== undefined && !bound.has(read.root)) found.push(read.reference);
        position = read.end;
      }
    }
  }
  return found;
}

/** Names that `for` binds: `[for subnet in aws_subnet.all : subnet.id]`. */
function loopVariables(expression: string): ReadonlySet<string> {
  const loops = expression.matchAll(/\bfor\s+([\p{L}_][\p{L}\p{N}_-]*)(?:\s*,\s*([\p{L}_][\p{L}\p{N}_-]*))?\s+in\b/gu);
  return new Set([...loops].flatMap(([, one, other]) => [one, other]).filter((name) => name !== undefined));
}

interface Traversal {
  readonly root: string;
  /** Undefined where the root is of Terraform itself, or nothing of it is read. */
  readonly reference: Reference | undefined;
  readonly end: number;
}

/** What begins with a name at `position`: a reference, a function or a keyword. Undefined where no name does. */
function traversal(source: string, position: number): Traversal | undefined {
  const root = matchAt(identifier, source, position)?.[0];
  if (root === undefined) return undefined;
  const path: (string | number)[] = [];
  let end = position + root.length;
  for (;;) {
    const member = source[end] === "." ? matchAt(/\.(?:([\p{L}_][\p{L}\p{N}_-]*)|(\d+)|\*)/uy, source, end) : undefined;
    const index = matchAt(plainIndex, source, end);
    const step = member ?? index;
    if (step === undefined) break;
    const [whole, one, two] = step;
    if (member !== undefined) path.push(one ?? (two === undefined ? "*" : Number(two)));
    else path.push(one === undefined ? (two ?? "*") : Number(one));
    end += whole.length;
  }
  return { root, reference: toReference(root, path), end };
}

function toReference(root: string, path: readonly (string | number)[]): Reference | undefined {
  if (builtIn.has(root)) return undefined;
  const parts = root === "data" || root === "ephemeral" ? 2 : 1;
  const named = path.slice(0, parts);
  if (named.length < parts || !named.every((part) => typeof part === "string")) return undefined;
  return { address: [root, ...named].join("."), path: path.slice(parts) };
}

/** After a number, or after a member of something computed: `.id` of `f(x).id`. */
function memberEnd(source: string, position: number): number {
  const member = matchAt(/\.?[\p{L}\p{N}_*-]*/uy, source, position);
  return position + Math.max(1, member?.[0].length ?? 1);
}

function matchAt(pattern: RegExp, source: string, position: number): RegExpExecArray | undefined {
  pattern.lastIndex = position;
  return pattern.exec(source) ?? undefined;
}

function skipSpace(source: string, position: number): number {
  return position + (matchAt(/\s*/y, source, position)?.[0].length ?? 0);
}

function after(source: string, end: string, position: number): number {
  const found = source.indexOf(end, position + 1);
  return found === -1 ? source.length : found + end.length;
}
