import { secretText } from "./shown.ts";

type Hash = (secret: string) => string;

const named =
  "pass(?:word|wd|phrase)?|pwd|secret|token|api[_-]?key|access[_-]?key|account[_-]?key|shared[_-]?access[_-]?key|private[_-]?key|credentials?";

/** Texts that are secret wherever they stand. Each answers the text with what is secret in it replaced. */
const replacements: readonly (readonly [RegExp, (hash: Hash) => (...groups: string[]) => string])[] = [
  [
    /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]*-----|$)/g,
    (hash) => (all) => secretText(hash(all)),
  ],
  // scheme://user:password@host, up to the last @: a password may have one.
  [
    /\b([a-z][a-z0-9+.-]{0,30}:\/\/[^\s/:@"']{0,200}:)(\S{1,400})(?=@)/gi,
    (hash) => (_all, before, secret) => `${before}${secretText(hash(secret ?? ""))}`,
  ],
  // password=x; "token": "x"; token: x; ?api_key=x. WHY not token:x: that is a part of an ARN.
  [
    new RegExp(
      `((?:${named})[\\w-]{0,20}(?:\\\\?["']\\s{0,3}:\\s{0,3}|:\\s{1,3}|\\s{0,3}=\\s{0,3})\\\\?["']?)([^\\s;&,<>]{1,800})`,
      "gi",
    ),
    (hash) => (_all, before, secret) => `${before}${secretText(hash(secret ?? ""))}`,
  ],
  // --password x
  [
    new RegExp(`(--?(?:${named})\\s{1,3})([^\\s"'(-][^\\s"']{0,800})`, "gi"),
    (hash) => (_all, before, secret) => `${before}${secretText(hash(secret ?? ""))}`,
  ],
  [
    /\b(bearer|basic)(\s{1,3})([\w.~+/=-]{8,2000})/gi,
    (hash) => (_all, scheme, space, secret) => `${scheme}${space}${secretText(hash(secret ?? ""))}`,
  ],
  // Keys that say by their beginning whose they are: AWS, GitHub, GitLab, Slack, Stripe, Google, npm, OpenAI; and JSON Web Tokens.
  [
    /\b(?:(?:AKIA|ASIA)[A-Z0-9]{16}|gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abeprs]-[\w-]{8,}|[rs]k_(?:live|test)_\w{8,}|AIza[\w-]{30,}|npm_\w{30,}|sk-[\w-]{20,}|eyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)?)/g,
    (hash) => (all) => secretText(hash(all)),
  ],
];

/** `text` with what is secret in it by its form replaced. */
export function withoutSecrets(text: string, hash: Hash): string {
  if (text.length < 5) return text;
  let found = text;
  for (const [pattern, replace] of replacements) found = found.replace(pattern, replace(hash));
  return found;
}

/** What a text says in base64; undefined where it is none, or not of text. */
export function decoded(text: string): string | undefined {
  if (text.length < 16 || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) return undefined;
  const plain = Buffer.from(text, "base64").toString("utf8");
  // Bytes that are no text decode to these.
  return /[[\p{Cc}\ufffd]--[\n\r\t]]/v.test(plain) ? undefined : plain;
}
