/** One line of at most about `width` characters; its beginning and its end are left. ARNs above all differ at their ends. */
export function shortened(text: string, width: number): string {
  if (text.length <= width) return text;
  const half = Math.max(1, Math.floor((width - 3) / 2));
  return `${whole(text.slice(0, half))}...${whole(text.slice(-half))}`;
}

/** Two texts, each of at most about `width` characters, with what differs in them left to be seen. */
export function shortenedPair(one: string, other: string, width: number): readonly [string, string] {
  if (one.length <= width && other.length <= width) return [one, other];
  const around = 8;
  const start = Math.max(0, commonLength(one, other) - around);
  const end = Math.max(0, commonEnd(one, other, start) - around);
  const middle = (text: string) => {
    const part = text.slice(start, text.length - end);
    return `${start > 0 ? "..." : ""}${shortened(whole(part), width)}${end > 0 ? "..." : ""}`;
  };
  return [middle(one), middle(other)];
}

function commonLength(one: string, other: string): number {
  const most = Math.min(one.length, other.length);
  let length = 0;
  while (length < most && one[length] === other[length]) length += 1;
  return length;
}

/** Of what comes after `start`. */
function commonEnd(one: string, other: string, start: number): number {
  const most = Math.min(one.length, other.length) - start;
  let length = 0;
  while (length < most && one.at(-1 - length) === other.at(-1 - length)) length += 1;
  return length;
}

/** Without the half of a character at an end. */
function whole(text: string): string {
  return text.replace(/^[\udc00-\udfff]/, "").replace(/[\ud800-\udbff]$/, "");
}
