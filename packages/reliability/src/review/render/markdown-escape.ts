import { plain } from "../../text/plain.ts";

/**
 * Text of a plan as code in GitHub's Markdown, also in a table: nothing in it is a link, a mention, HTML, a fence or a table's border.
 *
 * WHY two forms: a code span takes nothing for Markdown, and GitHub notifies nobody that is named in code; but a table ends at a bar even
 * there, and whoever looks for a comment by its marker reads code as well. Text with a bar or a marker becomes an HTML element, in which every
 * sign that means something is a character reference.
 */
export function code(text: string): string {
  const line = plain(text);
  if (line === "") return "<code></code>";
  if (line.includes("|") || line.includes("<!--")) return `<code>${broken(references(line))}</code>`;
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  // One space at each end is no part of the text.
  const room = /^[ `]|[ `]$/.test(line) && !/^ +$/.test(line) ? " " : "";
  return `${fence}${room}${line}${room}${fence}`;
}

function references(line: string): string {
  return line.replaceAll(/[^\p{L}\p{N} ,()-]/gu, (sign) => (isAscii(sign) ? `&#${sign.codePointAt(0)};` : sign));
}

/** WHY the spaces without width: GitHub looks for mentions, issues and addresses in what a character reference stands for. */
function broken(html: string): string {
  return html.replaceAll(
    /&#(?:64|35);|&#58;(?=&#47;)|:(?=\/)|www(?=\.|&#46;)|GH-(?=\d)/gi,
    (start) => `${start}&#8203;`,
  );
}

/** A sentence of ours in which there may be text of a plan. */
export function prose(text: string): string {
  return broken(
    plain(text).replaceAll(/[\\`*_{}[\]<>()#+!|~@&$:/"'=^-]/g, (sign) =>
      safe.has(sign) ? sign : `&#${sign.charCodeAt(0)};`,
    ),
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
