import { isObject, type Json, listAt, textOf } from "../../read/json.ts";
import { canonical } from "../digest/canonical.ts";
import { parsed } from "../parsed.ts";
import type { View } from "../view.ts";
import type { Hit, Rule } from "./rule.ts";

/** Attributes that hold a policy as text, in any type. */
const attributes = [
  "policy",
  "assume_role_policy",
  "inline_policy.policy",
  "access_policies",
  "access_policy",
  "policy_document",
  "policy_text",
  "resource_policy",
  "file_system_policy",
  "repository_policy",
  "secret_policy",
  "topic_policy",
];

/** One thing that a policy grants, in a form that can be compared and read. */
interface Grant {
  readonly text: string;
  /** Tells it from another one where the text is short. Left out: the text does. */
  readonly key?: string;
  readonly why: string;
}

export const policyRules: readonly Rule[] = [
  {
    id: "policy-opened",
    kind: "security",
    types: ["aws_iam_policy_document"],
    source: "IAM User Guide, Policy evaluation logic; Security best practices in IAM, least privilege",
    watches: [],
    judgesNew: true,
    // A document that is put together during the apply: what is known of its statements is known now.
    look: (view) =>
      view.after("statement").flatMap(({ path, value }) =>
        openings({ Statement: (Array.isArray(value) ? value : [value]).map(statementOf) }, true).map(
          ({ text, why }) => ({
            path,
            before: undefined,
            after: text,
            why,
          }),
        ),
      ),
  },
  {
    id: "policy-opened",
    kind: "security",
    types: "all",
    source: "IAM User Guide, Policy evaluation logic; Security best practices in IAM, least privilege",
    watches: attributes,
    judgesNew: true,
    look: (view) =>
      attributes.flatMap((attribute) => compared(view, attribute, (policy) => openings(policy, view.isNew))),
  },
  {
    id: "policy-denial-removed",
    kind: "security",
    types: "all",
    source: "IAM User Guide, Policy evaluation logic: an explicit deny",
    watches: [],
    look: (view) =>
      view.isNew || view.change.after === undefined
        ? []
        : attributes.flatMap((attribute) =>
            compared(view, attribute, denials, true).map(({ path, before, after }) => ({
              path,
              before: after,
              after: before,
              why: "A statement that denies is taken away, or denies something else: what it refused is allowed where something else allows it.",
            })),
          ),
  },
];

/** What the policies at `attribute` grant and did not before; with `backwards` what they did and do not any more. */
function compared(view: View, attribute: string, look: (policy: Json) => readonly Grant[], backwards = false): Hit[] {
  const [old, now] = backwards
    ? [view.after(attribute), view.before(attribute)]
    : [view.before(attribute), view.after(attribute)];
  if (now.length === 0 || (backwards && view.isUnknown(attribute))) return [];
  // AWS gives a new endpoint that grants everything to everybody who reaches it.
  if (view.isNew && view.type === "aws_vpc_endpoint") return [];
  const keyOf = ({ key, text }: Grant) => key ?? text;
  const had = new Set(old.flatMap(({ value }) => look(documentOf(value)).map(keyOf)));
  const seen = new Set<string>();
  return now.flatMap(({ path, value }) =>
    look(documentOf(value))
      .filter((grant) => !had.has(keyOf(grant)) && !seen.has(keyOf(grant)) && seen.add(keyOf(grant)))
      .map(({ text, why }) => ({ path, before: undefined, after: text, why })),
  );
}

function documentOf(value: Json): Json {
  return typeof value === "string" ? (parsed(value) ?? null) : value;
}

function statementsOf(policy: Json, effect: "Allow" | "Deny"): readonly Json[] {
  const found = isObject(policy) ? policy.Statement : undefined;
  const all = Array.isArray(found) ? found : isObject(found) ? [found] : [];
  return all.filter((statement) => isObject(statement) && statement.Effect === effect);
}

/**
 * What a policy allows to more than it should, by the statement.
 *
 * @param isNew it was no policy before. WHY: a new one names some account or role nearly always, and that says nothing.
 */
export function openings(policy: Json, isNew: boolean): Grant[] {
  return statementsOf(policy, "Allow").flatMap((statement) => {
    if (!isObject(statement)) return [];
    const conditions = isObject(statement.Condition) && Object.keys(statement.Condition).length > 0;
    const actions = textsOf(statement.Action);
    const resources = statement.NotResource === undefined ? textsOf(statement.Resource) : ["*"];
    const found: Grant[] = [];
    const everyone = principalsOf(statement.Principal).filter((name) => name.endsWith(":*") || name === "*");
    if (everyone.length > 0 && !conditions)
      found.push({
        text: `Allow ${words(actions)} to everybody`,
        key: `everybody ${actions.toSorted().join()}`,
        why: "Anybody with an AWS account, or without one, may do this: no condition holds them back.",
      });
    if (statement.NotPrincipal !== undefined)
      found.push({ text: "Allow with NotPrincipal", why: "It allows everybody but those it names." });
    if (statement.NotAction !== undefined)
      found.push({
        text: `Allow all but ${words(textsOf(statement.NotAction))}`,
        why: "It allows every action but those it names, also those that AWS adds later.",
      });
    // In a policy of a resource, `*` is the resource itself.
    for (const action of statement.Principal === undefined ? actions : []) {
      if (action === "*" || action === "*:*")
        found.push({
          text: `Allow * on ${words(resources)}`,
          key: `* ${resources.toSorted().join()}`,
          why: "Whoever has this policy may do everything: it is an administrator of what it names.",
        });
      else if (/^[\w-]+:\*$/.test(action) && resources.includes("*"))
        found.push({
          text: `Allow ${action} on *`,
          why: "Whoever has this policy may do all that this service can, to all that the account has of it.",
        });
      else if (resources.includes("*") && !conditions && escalating.test(action))
        found.push({
          text: `Allow ${action} on *`,
          why: "With this, whoever has the policy can give themselves any right of the account.",
        });
    }
    for (const principal of principalsOf(statement.Principal)) {
      if (!isNew && principal.startsWith("AWS:") && !principal.endsWith(":*"))
        found.push({
          text: `Allow ${words(actions)} to ${principal.slice(4)}`,
          key: `${principal} ${actions.toSorted().join()}`,
          why: "Another account, user or role may do this from then on.",
        });
      if (principal.startsWith("Federated:") && !conditions)
        found.push({
          text: `Allow ${words(actions)} to ${principal.slice(10)}`,
          why: "Whoever this identity provider knows may do this: no condition says which of them.",
        });
    }
    return found;
  });
}

/** Actions with which one gets all others (IAM User Guide; known as privilege escalation). */
const escalating =
  /^(iam:(PassRole|CreateAccessKey|CreateLoginProfile|UpdateLoginProfile|AttachUserPolicy|AttachRolePolicy|AttachGroupPolicy|PutUserPolicy|PutRolePolicy|PutGroupPolicy|CreatePolicyVersion|SetDefaultPolicyVersion|AddUserToGroup|UpdateAssumeRolePolicy)|sts:AssumeRole)$/i;

/** WHY all of it is the key: a denial of less, or on another condition, is another one. */
function denials(policy: Json): Grant[] {
  return statementsOf(policy, "Deny").map((statement) => {
    if (!isObject(statement)) return { text: "Deny", why: "" };
    const { Sid: _sid, ...rest } = statement;
    const condition = isObject(statement.Condition) ? ` when ${conditionNames(statement.Condition)}` : "";
    const actions = textsOf(statement.Action);
    return {
      text: `Deny ${words(actions)} on ${words(textsOf(statement.Resource))}${condition}`,
      key: canonical(rest),
      why: "",
    };
  });
}

function conditionNames(condition: Readonly<Record<string, Json>>): string {
  return Object.entries(condition)
    .flatMap(([operator, keys]) => (isObject(keys) ? Object.keys(keys).map((key) => `${operator} ${key}`) : [operator]))
    .join(", ");
}

/** `AWS:arn:...`, `Service:ecs.amazonaws.com`, `*` */
function principalsOf(principal: Json | undefined): string[] {
  if (typeof principal === "string") return [principal];
  if (!isObject(principal)) return [];
  return Object.keys(principal).flatMap((kind) =>
    textsOf(principal[kind])
      .filter(() => kind !== "Service")
      .map((name) => `${kind}:${name}`),
  );
}

function textsOf(value: Json | undefined): string[] {
  if (typeof value === "string") return [value];
  return listAt({ value: value ?? null }, "value").filter((item) => typeof item === "string");
}

function words(list: readonly string[]): string {
  const shown = list.slice(0, 4).join(", ");
  return list.length === 0 ? "nothing named" : list.length > 4 ? `${shown} and ${list.length - 4} more` : shown;
}

/** A statement block of `aws_iam_policy_document` as it stands in a policy. */
function statementOf(block: Json): Json {
  if (!isObject(block)) return null;
  const { effect, actions, not_actions: notActions, resources, condition } = block;
  const principals = listAt(block, "principals").filter(isObject);
  return {
    Effect: effect ?? "Allow",
    ...(isFull(actions) && { Action: actions }),
    ...(isFull(notActions) && { NotAction: notActions }),
    ...(isFull(resources) && { Resource: resources }),
    ...(principals.length > 0 && {
      Principal: Object.fromEntries(principals.map(({ type, identifiers }) => [textOf(type), identifiers ?? []])),
    }),
    ...(isFull(condition) && { Condition: { Some: condition } }),
  };
}

function isFull(value: Json | undefined): value is Json[] {
  return Array.isArray(value) && value.length > 0;
}
