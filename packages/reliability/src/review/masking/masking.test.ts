import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { Json, JsonObject } from "../../read/json.ts";
import { toJson } from "../render/json.ts";
import { toMarkdown } from "../render/markdown.ts";
import { toSarif } from "../render/sarif.ts";
import { toTerminal } from "../render/terminal.ts";
import { review } from "../review.ts";
import { Masker } from "./masker.ts";
import { isSecretName } from "./names.ts";
import { shownText } from "./shown.ts";

const planOf = (type: string, before: Json, after: Json, more: JsonObject = {}): JsonObject => ({
  format_version: "1.2",
  complete: true,
  resource_changes: [
    { address: `${type}.x`, mode: "managed", type, name: "x", change: { actions: ["update"], before, after, ...more } },
  ],
});

/** Everything that anybody gets to see of a plan. */
function outputs(plan: unknown): string {
  const result = review([{ stack: "s", plan }]);
  return [toTerminal(result, { all: true, width: 200 }), ...toMarkdown(result), toJson(result), toSarif(result)].join(
    "\n",
  );
}

/** Text that stands nowhere else; with signs that the outputs escape. */
const secret = fc
  .tuple(fc.stringMatching(/^[A-Za-z0-9]{10,24}$/), fc.constantFrom("", "!", "$", "-_-", "é", "'"))
  .map(([text, sign]) => `Zq${text}${sign}9`);

type Place = (secret: string) => { readonly type: string; readonly value: JsonObject; readonly marks?: Json };

const container = (more: Json): JsonObject => ({
  container_definitions: JSON.stringify([{ name: "api", image: "a:1", ...(more as object) }]),
});

const places: Readonly<Record<string, Place>> = {
  "a mark of the plan": (text) => ({ type: "acme_thing", value: { plain: text }, marks: { plain: true } }),
  "a mark on a whole resource": (text) => ({ type: "acme_thing", value: { plain: text }, marks: true }),
  "a mark in a block": (text) => ({
    type: "acme_thing",
    value: { block: [{ plain: text }] },
    marks: { block: [{ plain: true }] },
  }),
  "a name": (text) => ({ type: "acme_thing", value: { master_password: text } }),
  "a name in camel case": (text) => ({ type: "acme_thing", value: { config: { apiKey: text } } }),
  "a tag's name": (text) => ({ type: "aws_vpc", value: { tags: { "db-password": text } } }),
  "the environment of a container": (text) => ({
    type: "aws_ecs_task_definition",
    value: container({ environment: [{ name: "LEVEL", value: text }] }),
  }),
  "the command of a container": (text) => ({
    type: "aws_ecs_task_definition",
    value: container({ command: ["run", text] }),
  }),
  "the environment of a function": (text) => ({
    type: "aws_lambda_function",
    value: { environment: [{ variables: { name: text } }] },
  }),
  "the environment of a build": (text) => ({
    type: "aws_codebuild_project",
    value: { environment: [{ environment_variable: [{ name: "A", value: text, type: "PLAINTEXT" }] }] },
  }),
  "variables of a service": (text) => ({
    type: "aws_apprunner_service",
    value: { source: [{ runtime_environment_variables: { A: text } }] },
  }),
  "user data": (text) => ({ type: "aws_instance", value: { user_data: `#!/bin/sh\nexport X=${text}\n` } }),
  "user data in base64": (text) => ({
    type: "aws_launch_template",
    value: { user_data: Buffer.from(`#!/bin/sh\nX=${text}\n`).toString("base64") },
  }),
  "text in base64 anywhere": (text) => ({
    type: "acme_thing",
    value: { note: Buffer.from(`password=${text}\n`).toString("base64") },
  }),
  "a policy": (text) => ({
    type: "aws_iam_policy",
    value: {
      policy: JSON.stringify({
        Statement: [
          {
            Effect: "Allow",
            Action: "s3:GetObject",
            Resource: "a",
            Condition: { StringEquals: { "aws:Referer": text } },
          },
        ],
      }),
    },
  }),
  "a policy that is no text": (text) => ({
    type: "acme_thing",
    value: { document: { Statement: [{ Effect: "Deny", Condition: { StringEquals: { "aws:Referer": text } } }] } },
  }),
  "a connection string": (text) => ({
    type: "acme_thing",
    value: { target: `postgres://app:${text}@db.example.com:5432/app` },
  }),
  "a connection string without a user": (text) => ({
    type: "acme_thing",
    value: { target: `redis://:${text}@cache.example.com` },
  }),
  "a setting in a connection string": (text) => ({
    type: "acme_thing",
    value: { target: `Server=db;User Id=app;Password=${text};` },
  }),
  "an argument of a command": (text) => ({ type: "acme_thing", value: { line: `mysql --password ${text} app` } }),
  "a query of a URL": (text) => ({ type: "acme_thing", value: { url: `https://example.com/hook?token=${text}` } }),
  "a header": (text) => ({
    type: "aws_cloudfront_distribution",
    value: { origin: [{ custom_header: [{ name: "X-Origin", value: text }] }] },
  }),
  "a parameter": (text) => ({ type: "aws_ssm_parameter", value: { value: text } }),
  "a secret's value": (text) => ({
    type: "aws_secretsmanager_secret_version",
    value: { secret_string: JSON.stringify({ user: "a", other: text }) },
  }),
  "a generated password": (text) => ({ type: "random_password", value: { result: text, bcrypt_hash: text } }),
  "a document with a secret name in it": (text) => ({
    type: "acme_thing",
    value: { settings: JSON.stringify({ deep: [{ client_secret: text }] }) },
  }),
};

describe("a secret is in no output, and a change of it is in all", () => {
  it.each(Object.keys(places))("%s", (name) => {
    const place = places[name] as Place;
    fc.assert(
      fc.property(secret, secret, (one, other) => {
        fc.pre(one !== other);
        const [before, after] = [place(one), place(other)];
        const plan = planOf(before.type, before.value, after.value, {
          before_sensitive: before.marks ?? false,
          after_sensitive: after.marks ?? false,
        });
        const text = outputs(plan);
        for (const hidden of [one, other]) {
          expect(text).not.toContain(hidden);
          expect(text).not.toContain(hidden.slice(0, -1));
          expect(text).not.toContain(Buffer.from(hidden).toString("base64").slice(4, -4));
        }
        const hashes = new Set(text.match(/secret #[0-9a-f]{8}/g) ?? text.match(/"hash": "[0-9a-f]{8}"/g));
        expect(hashes.size).toBeGreaterThanOrEqual(2);
      }),
      { numRuns: 12 },
    );
  });
});

describe("a secret that the plan marks in one place", () => {
  it.each([
    ["another attribute", (text: string) => ({ note: `say ${text} to enter` })],
    ["a key of a map", (text: string) => ({ tags: { [text]: "x" } })],
    ["base64", (text: string) => ({ note: Buffer.from(text).toString("base64") })],
  ] as const)("is hidden in %s as well", (_name, other) => {
    fc.assert(
      fc.property(fc.stringMatching(/^Zq[A-Za-z0-9]{5}[/+=_@-]?[A-Za-z0-9]{5,12}$/), (text) => {
        const value = { marked: text, ...other(text) };
        const plan = planOf("acme_thing", { marked: "old" }, value, {
          before_sensitive: { marked: true },
          after_sensitive: { marked: true },
        });
        expect(outputs(plan)).not.toContain(text);
      }),
      { numRuns: 20 },
    );
  });

  it("is hidden in addresses, outputs, drift and messages of checks", () => {
    const text = "Zq0123456789abc";
    const entry = (actions: string[]) => ({
      address: `acme_thing.z["${text}"]`,
      previous_address: `acme_thing.old["${text}"]`,
      mode: "managed",
      type: "acme_thing",
      name: "z",
      change: { actions, before: { a: "1" }, after: { a: "2" }, replace_paths: [[text]] },
    });
    const base = planOf(
      "acme_thing",
      { marked: text },
      { marked: "new" },
      { before_sensitive: { marked: true }, after_sensitive: { marked: true } },
    );
    const plan = {
      ...base,
      resource_changes: [
        ...(base.resource_changes as Json[]),
        entry(["update"]),
        entry(["delete", "create"]),
        entry(["delete"]),
      ],
      output_changes: { url: { actions: ["update"], before: `x ${text}`, after: "y", after_unknown: false } },
      checks: [
        { address: { to_display: "check.x" }, status: "fail", instances: [{ problems: [{ message: `not ${text}` }] }] },
      ],
      resource_drift: [
        {
          address: `acme_thing.y["${text}"]`,
          mode: "managed",
          type: "acme_thing",
          name: "y",
          change: { actions: ["update"], before: { a: "1" }, after: { a: text } },
        },
      ],
    };
    expect(outputs(plan)).not.toContain(text);
  });
});

describe("a marked value that is too short to be looked for elsewhere, or no text", () => {
  it.each([["pin1"], [4711], [true], [{ a: ["pin1"] }]])("is hidden where it stands: %j", (value) => {
    const marks = { plain: true };
    const plan = planOf(
      "acme_thing",
      { plain: null },
      { plain: value as Json },
      { before_sensitive: marks, after_sensitive: marks },
    );
    const [change] = review([{ stack: "s", plan }]).changes;
    expect(change?.differences).toEqual([
      { attribute: "plain", before: { state: "absent" }, after: { state: "secret", hash: expect.any(String) } },
    ]);
  });
});

describe("a number under the name of a secret", () => {
  const digits = fc.integer({ min: 1_000_000_000, max: 9_007_199_254_740_991 });
  const numbers: Readonly<Record<string, (value: number) => JsonObject>> = {
    "an attribute": (value) => ({ master_password: value }),
    "a document": (value) => ({ settings: JSON.stringify({ db_password: value }) }),
    "a document in a block": (value) => ({ block: [{ settings: JSON.stringify([{ deep: { apiKey: value } }]) }] }),
    "a list": (value) => ({ settings: JSON.stringify({ tokens: [value] }) }),
    "a tag": (value) => ({ tags: { "db-password": value } }),
  };

  it.each(Object.keys(numbers))("is in no output, and a change of it is seen: in %s", (name) => {
    const place = numbers[name] as (value: number) => JsonObject;
    fc.assert(
      fc.property(digits, digits, (one, other) => {
        fc.pre(one !== other);
        const text = outputs(planOf("acme_thing", place(one), place(other)));
        expect(text).not.toContain(String(one));
        expect(text).not.toContain(String(other));
        const hashes = new Set(text.match(/secret #[0-9a-f]{8}/g) ?? text.match(/"hash": "[0-9a-f]{8}"/g));
        expect(hashes.size).toBeGreaterThanOrEqual(2);
      }),
      { numRuns: 12 },
    );
  });

  it("is not a switch, nor nothing, nor a setting about one", () => {
    const masker = new Masker("k");
    const shown = (value: JsonObject) =>
      shownText(masker.shown("acme_thing", [], { settings: JSON.stringify(value) }, false));
    for (const value of [{ db_password: true }, { db_password: null }, { password_length: 24 }, { token_ttl: 60 }])
      expect(shown(value)).toBe(JSON.stringify({ settings: JSON.stringify(value) }));
    expect(shownText(masker.shown("random_password", ["length"], 24, false))).toBe("24");
  });
});

describe("what is no secret is shown", () => {
  it.each([
    ["aws_instance", { metadata_options: [{ http_tokens: "required" }] }, "required"],
    [
      "aws_db_instance",
      { manage_master_user_password: true, master_user_secret_kms_key_id: "arn:aws:kms:x" },
      "arn:aws:kms:x",
    ],
    ["aws_vpc", { tags: { environment: "production" } }, "production"],
    ["aws_lb_listener", { ssl_policy: "ELBSecurityPolicy-TLS13-1-2-2021-06" }, "TLS13-1-2-2021-06"],
    [
      "aws_ecs_task_definition",
      container({ secrets: [{ name: "DB", valueFrom: "arn:aws:secretsmanager:eu-west-1:1:secret:db" }] }),
      "secretsmanager:eu-west-1",
    ],
    ["aws_ecs_task_definition", container({ environment: [{ name: "LOG_LEVEL", value: "x" }] }), "LOG_LEVEL"],
    ["aws_lb_target_group", { health_check: [{ path: "/health" }] }, "/health"],
  ] as const)("%s %j", (type, value, text) => {
    expect(outputs(planOf(type, {}, value))).toContain(text);
  });

  it("is told from one by its name", () => {
    const yes = [
      "password",
      "DB_PASSWORD",
      "clientSecret",
      "auth_token",
      "private_key",
      "AccessKey",
      "connection_string",
      "api-key",
    ];
    const no = [
      "http_tokens",
      "password_policy",
      "secret_arn",
      "token_validity_units",
      "max_password_age",
      "password_reuse_prevention",
      "max_tokens",
      "kms_key_id",
      "key_name",
      "secretName",
      "valueFrom",
      "monkey",
      "tokenizer",
    ];
    expect(yes.filter((name) => !isSecretName(name))).toEqual([]);
    expect(no.filter(isSecretName)).toEqual([]);
  });
});

describe("the hash", () => {
  it("has a key: without it nobody can look a short secret up", () => {
    const [one, other] = ["a", "b"].map((key) => shownText(new Masker(key).shown("t", ["password"], "hunter2", false)));
    expect(one).toMatch(/^\(secret #[0-9a-f]{8}\)$/);
    expect(one).not.toBe(other);
    expect(one).toBe(shownText(new Masker("a").shown("t", ["password"], "hunter2", false)));
  });
});
