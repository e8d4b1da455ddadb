import { createHash } from "node:crypto";
import { plain } from "../../text/plain.ts";
import { shortened } from "../../text/shorten.ts";

/**
 * `text` as `written` writes it, in at most `most` characters, of which there are 12 at least: its beginning and its end, as much of both as
 * there is room for.
 *
 * WHY not cut when it is written: what is written may be many times as long as the text, and half a character reference is another text.
 */
export function fitted(text: string, written: (text: string) => string, most: number): string {
  const whole = written(text);
  if (whole.length <= most) return whole;
  const line = plain(text);
  for (let width = Math.min(line.length, Math.floor(most)); width > 4; width = Math.floor(width * 0.8)) {
    const short = written(shortened(line, width));
    if (short.length <= most) return short;
  }
  return written(createHash("sha256").update(text).digest("hex").slice(0, 8));
}
