/**
 * Everything that is not seen as what it is: control characters (a terminal obeys them), marks that turn the direction of text around,
 * characters without width, unusual spaces and line ends, halves of characters, and code points that nobody has defined.
 */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/gu;

const short: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** `text` in one line, with what nobody would see written out: `\n`, `\u{202e}`. */
export function plain(text: string): string {
  return text.replaceAll(
    unseen,
    (character) => short[character] ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** `value` as JSON in several lines, which says the same to a parser and does nothing to a terminal: what is not seen is written `\u202e`. */
export function plainJson(value: unknown): string {
  const text = JSON.stringify(value, null, 2) ?? "null";
  return text.replaceAll(unseen, (character) => (character === "\n" ? character : escaped(character)));
}

function escaped(character: string): string {
  return Array.from(
    { length: character.length },
    (_unit, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`,
  ).join("");
}
