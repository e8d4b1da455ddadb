import { isObject, type Json, type JsonObject } from "../read/json.ts";
import type { Change } from "../read/plan.ts";
import type { Difference } from "./finding.ts";
import type { Masker } from "./masking/masker.ts";
import { absent, type Shown, secretText, unknown } from "./masking/shown.ts";
import { parsed } from "./parsed.ts";
import { same } from "./same.ts";
import { type Path, pathText } from "./view.ts";

/** What a change does to each attribute that differs, down to the last leaf. Nothing for what is made or deleted. */
export function differencesOf(change: Change, masker: Masker): Difference[] {
  const { before, after, type, unknown: open, sensitive } = change;
  if (before === undefined || after === undefined) return [];
  const names = new Set([...Object.keys(before), ...Object.keys(after), ...Object.keys(open)]);
  return [...names].flatMap((name) => {
    const [old, now] = [before[name], after[name]];
    if (!holdsUnknown(open[name]) && same(old, now)) return [];
    const side = (value: Json | undefined, marks: Json) =>
      masker.shown(type, [name], value, isObject(marks) ? marks[name] : marks);
    return leaves([name], side(old, sensitive.before), side(now, sensitive.after), open[name]);
  });
}

function leaves(path: Path, before: Shown, after: Shown, open: Json | undefined): Difference[] {
  if (open === true) return [{ attribute: pathText(path), before, after: unknown }];
  const [one, other] = [treeOf(before), treeOf(after)];
  if (one === undefined && other === undefined)
    return holdsUnknown(open) ? [{ attribute: pathText(path), before, after: unknown }] : [];
  if (isObject(one) && isObject(other)) return ofObjects(path, one, other, open);
  if (Array.isArray(one) && Array.isArray(other) && !(isScalars(one) && isScalars(other)) && !holdsUnknown(open))
    return ofLists(path, one, other);
  if (holdsUnknown(open)) return [{ attribute: pathText(path), before, after: unknown }];
  return sameShown(before, after) ? [] : [{ attribute: pathText(path), before, after }];
}

function ofObjects(path: Path, one: JsonObject, other: JsonObject, open: Json | undefined): Difference[] {
  const marks = isObject(open) ? open : {};
  const names = new Set([...Object.keys(one), ...Object.keys(other), ...Object.keys(marks)]);
  return [...names].flatMap((name) => leaves([...path, name], again(one[name]), again(other[name]), marks[name]));
}

/** Lists of named things by their name; other blocks by what is only on one side: a set has no order. */
function ofLists(path: Path, one: readonly Json[], other: readonly Json[]): Difference[] {
  const [byName, byNameThen] = [named(one), named(other)];
  if (byName !== undefined && byNameThen !== undefined)
    return [...new Set([...byName.keys(), ...byNameThen.keys()])].flatMap((name) =>
      leaves([...path, name], again(byName.get(name)), again(byNameThen.get(name)), undefined),
    );
  const texts = (list: readonly Json[]) => list.map((item) => JSON.stringify(item));
  const [had, has] = [texts(one), texts(other)];
  const removed = one.filter((_item, index) => !has.includes(had[index] ?? ""));
  const added = other.map((item, index) => ({ item, index })).filter(({ index }) => !had.includes(has[index] ?? ""));
  const changed = added.flatMap(({ item, index }, position) =>
    leaves([...path, index], again(removed[position]), again(item), undefined),
  );
  const left = removed
    .slice(added.length)
    .map((item) => ({ attribute: pathText(path), before: again(item), after: absent }));
  return [...changed, ...left];
}

function named(list: readonly Json[]): Map<string, Json> | undefined {
  const found = new Map<string, Json>();
  for (const item of list) {
    const name = isObject(item) && Object.hasOwn(item, "name") ? item.name : undefined;
    if (typeof name !== "string" || found.has(name)) return undefined;
    found.set(name, item);
  }
  return found;
}

/** A value that was masked already, as a part of something larger. */
function again(value: Json | undefined): Shown {
  if (value === undefined || value === null) return absent;
  const secret = typeof value === "string" ? /^\(secret #([0-9a-f]{8})\)$/.exec(value) : null;
  return secret === null ? { state: "value", value } : { state: "secret", hash: secret[1] ?? "" };
}

function treeOf(shown: Shown): Json | undefined {
  if (shown.state !== "value") return shown.state === "secret" ? secretText(shown.hash) : undefined;
  return typeof shown.value === "string" ? (parsed(shown.value) ?? shown.value) : shown.value;
}

function sameShown(one: Shown, other: Shown): boolean {
  if (one.state !== other.state) return isNothing(one) && isNothing(other);
  if (one.state === "secret") return other.state === "secret" && one.hash === other.hash;
  return one.state !== "value" || (other.state === "value" && same(one.value, other.value));
}

/** Terraform shows what is not set as null, as an empty list, or not at all. */
function isNothing(shown: Shown): boolean {
  return shown.state === "absent" || (shown.state === "value" && (shown.value === "" || isEmpty(shown.value)));
}

function isEmpty(value: Json): boolean {
  return (Array.isArray(value) && value.length === 0) || (isObject(value) && Object.keys(value).length === 0);
}

function isScalars(list: readonly Json[]): boolean {
  return list.every((item) => typeof item !== "object" || item === null);
}

function holdsUnknown(marks: Json | undefined): boolean {
  if (typeof marks !== "object" || marks === null) return marks === true;
  return Object.values(marks).some(holdsUnknown);
}
