import { createHmac } from "node:crypto";
import { isObject, type Json } from "../../read/json.ts";
import { parsed } from "../parsed.ts";
import { isSecretName } from "./names.ts";
import { decoded, withoutSecrets } from "./patterns.ts";
import { holdsEnvironment, holdsHeaders, isScript, isSecretPlace } from "./places.ts";
import { absent, type Shown, secretText } from "./shown.ts";

/** Longer texts are shown by their length and hash: nobody reads them in a review. */
const longest = 4096;
/** Shorter secrets are not looked for in other texts: `admin` is part of many words. */
const shortest = 6;

/** Where one word ends and the next begins. */
const separators = /[\s"'`=,;:@/?&|<>()[\]{}\\]/;
const words = /[^\s"'`=,;:@/?&|<>()[\]{}\\]+/g;
/** WHY limits: each is looked for in each text, and whole documents may be marked. */
const longestPhrase = 200;
const mostPhrases = 2000;

/** A secret in a tree of values. */
class Secret {
  readonly hash: string;
  constructor(hash: string) {
    this.hash = hash;
  }
}

/** Where in a resource a value stands. */
interface Spot {
  readonly type: string;
  /** Everything from here on is secret. */
  readonly secret: boolean;
  /** Each value from here on is secret, and the names are not: variables of a program. */
  readonly leaves: boolean;
  /** Lists of name and value from here on hide the value. */
  readonly pairs: boolean;
  /** Names are free text here: a tag is called `environment`, and holds none. */
  readonly free: boolean;
}

/**
 * Replaces what nobody should read by a short hash with a key, so that a change is still visible.
 *
 * A value is secret by the plan's own marks, by its name, by its place, by its form, or because it is a text that is secret elsewhere.
 */
export class Masker {
  readonly #key: string;
  readonly #known: ReadonlySet<string>;
  /** WHY kept: a secret stands before and after a change, in what differs, and in every copy of a resource. */
  readonly #hashes = new Map<string, string>();
  /** Those of several words: they are looked for as they are. */
  readonly #phrases: readonly string[];

  /** @param known secrets of the plan: they are hidden wherever they stand as a word of their own. */
  constructor(key: string, known: Iterable<string> = []) {
    this.#key = key;
    this.#known = new Set(
      [...known]
        .filter((secret) => secret.length >= shortest)
        .flatMap((secret) => [secret, Buffer.from(secret).toString("base64"), JSON.stringify(secret).slice(1, -1)]),
    );
    this.#phrases = [...this.#known]
      .filter((secret) => secret.length <= longestPhrase && separators.test(secret))
      .slice(0, mostPhrases);
  }

  hash(secret: string): string {
    const known = this.#hashes.get(secret);
    if (known !== undefined) return known;
    const hash = createHmac("sha256", this.#key).update(secret).digest("hex").slice(0, 8);
    if (secret.length <= longest) this.#hashes.set(secret, hash);
    return hash;
  }

  /** A text of a plan that is shown as it is: an address, a key, a message. */
  text(text: string): string {
    if (this.#known.has(text)) return secretText(this.hash(text));
    if (text.length > longest) return `(${text.length} characters #${this.hash(text)})`;
    const hash = (secret: string) => this.hash(secret);
    const cleaned = withoutSecrets(text, hash);
    const plain = decoded(text);
    if (
      plain !== undefined &&
      (this.#known.has(plain.trim()) || this.#words(plain) !== plain || withoutSecrets(plain, hash) !== plain)
    )
      return secretText(this.hash(text));
    return this.#words(cleaned);
  }

  /**
   * @param path names and positions that lead to the value: `["ingress", 0, "cidr_blocks"]`
   * @param marks the plan's own, in the form of the value
   */
  shown(type: string, path: readonly (string | number)[], value: Json | undefined, marks: unknown): Shown {
    if (value === undefined || value === null) return absent;
    let spot: Spot = { type, secret: false, leaves: false, pairs: false, free: false };
    for (const [index, name] of path.entries())
      if (typeof name === "string") spot = enter(spot, name, index === path.length - 1 ? value : {});
    return shownOf(this.#mask(value, marks, spot));
  }

  #mask(value: Json, marks: unknown, spot: Spot): Json | Secret {
    if (value === null || value === "") return value;
    if (marks === true || spot.secret || (spot.leaves && typeof value !== "object")) return this.#secret(value);
    if (typeof value === "string") return this.#string(value, spot);
    if (Array.isArray(value)) {
      return value.map((item, index) =>
        inText(this.#mask(item, Array.isArray(marks) ? (marks as unknown[])[index] : undefined, spot)),
      );
    }
    if (!isObject(value)) return value;
    if ("Statement" in value || "statement" in value) return this.#secret(value);
    const isPair = spot.pairs && (Object.hasOwn(value, "name") || Object.hasOwn(value, "key"));
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => {
        const inner = enter(spot, name, item);
        const hidden = isPair && /^values?$/i.test(name) ? { ...inner, secret: true } : inner;
        const mark = isObject(marks) && Object.hasOwn(marks, name) ? marks[name] : undefined;
        return [this.text(name), inText(this.#mask(item, mark, hidden))];
      }),
    );
  }

  #string(value: string, spot: Spot): Json | Secret {
    const tree = parsed(value);
    if (tree !== undefined) {
      const masked = this.#mask(tree, undefined, spot);
      return masked instanceof Secret ? masked : JSON.stringify(masked);
    }
    const text = this.text(value);
    return text === secretText(this.hash(value)) ? new Secret(this.hash(value)) : text;
  }

  #secret(value: Json): Secret {
    return new Secret(this.hash(typeof value === "string" ? value : JSON.stringify(value)));
  }

  /** Known secrets that stand in the text as words of their own. */
  #words(text: string): string {
    if (this.#known.size === 0) return text;
    let found = text;
    for (const phrase of this.#phrases)
      if (found.includes(phrase)) found = found.replaceAll(phrase, () => secretText(this.hash(phrase)));
    return found.replaceAll(words, (word) => (this.#known.has(word) ? secretText(this.hash(word)) : word));
  }
}

function enter(spot: Spot, name: string, value: Json): Spot {
  const root = { ...spot, free: spot.free || /^tags(_all)?$/.test(name) };
  if (typeof value === "boolean") return { ...root, secret: spot.secret };
  // WHY by name only: a place that is secret as a whole, such as a generated password, has numbers that are settings: its length.
  if (typeof value === "number") return { ...root, secret: spot.secret || isSecretName(name) };
  const environment = !spot.free && holdsEnvironment(name);
  return {
    ...root,
    secret:
      spot.secret ||
      isSecretPlace(spot.type, name) ||
      (isSecretName(name) && !isReferences(value)) ||
      (!spot.free && isScript(name)),
    // A list, or a block, says by itself which part is the value.
    leaves: spot.leaves || (environment && isObject(value)),
    pairs: spot.pairs || environment || (!spot.free && holdsHeaders(name)),
  };
}

/** `secrets` of a container, `master_user_secret` of a database: they say where a secret is. */
function isReferences(value: Json): boolean {
  return (
    Array.isArray(value) &&
    value.every(
      (item) => isObject(item) && ["valueFrom", "secret_arn", "secretArn"].some((key) => Object.hasOwn(item, key)),
    )
  );
}

function inText(value: Json | Secret): Json {
  return value instanceof Secret ? secretText(value.hash) : value;
}

function shownOf(value: Json | Secret): Shown {
  if (value instanceof Secret) return { state: "secret", hash: value.hash };
  return { state: "value", value };
}
