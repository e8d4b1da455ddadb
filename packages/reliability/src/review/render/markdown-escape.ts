import { plain } from "../../text/plain.ts";

/**
 * Text of a plan as code in GitHub's Markdown, also in a table: nothing in it is a link, a mention, HTML, a fence or a table's border.
 *
 * WHY two forms: GitHub notifies nobody that is named in code, and a code span takes no Markdown; but a table ends at a bar even there, and
 * a span at a backtick. Such text becomes an HTML element, in which every sign that means something is a character reference.
 */
export function code(text: string): string {
  const line = plain(text);
  if (line === "") return "<code></code>";
  if (/^[^\s`|<>&\\$](?:[^`|<>&\\$]*[^\s`|<>&\\$])?$/.test(line)) return `\`${line}\``;
  return `<code>${line.replaceAll(/[^\w .,()-]/gu, (sign) => (isAscii(sign) ? `&#${sign.codePointAt(0)};` : sign)).replaceAll("_", "&#95;")}</code>`;
}

/** Text of a plan, or of a table of ours, as prose. */
export function prose(text: string): string {
  return plain(text).replaceAll(/[\\`*_{}[\]<>()#+!|~@&$:/"'=^-]/g, (sign) =>
    safe.has(sign) ? sign : `&#${sign.charCodeAt(0)};`,
  );
}

/** Signs that mean nothing within a line of GitHub's Markdown. */
const safe = new Set(["(", ")", "-", "+", "/", ":", '"', "'", "=", "^"]);

/** A name as a part of an HTML comment that machines look for. */
export function inComment(text: string): string {
  return encodeURIComponent(plain(text)).replaceAll("-", "%2D").replaceAll("'", "%27");
}

function isAscii(sign: string): boolean {
  return (sign.codePointAt(0) ?? 0) < 128;
}
