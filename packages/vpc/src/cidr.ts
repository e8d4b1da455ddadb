/** An IPv4 range as numbers: its first address and the length of its prefix in bits. */
interface Range {
  readonly base: number;
  readonly length: number;
}

/** Reads `10.0.0.0/16`. What is no range gives NaN, never an exception: it is reported as a problem elsewhere. */
export function parseCidr(cidr: string): Range {
  const [address = "", length = ""] = cidr.split("/");
  return { base: parseAddress(address), length: Number(length) };
}

/** `10.0.0.1` as one number. */
function parseAddress(address: string): number {
  return address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
}

export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}

/** Whether all of `inner` is in `outer`. */
export function contains(outer: string, inner: string): boolean {
  const [a, b] = [parseCidr(outer), parseCidr(inner)];
  const block = 2 ** (32 - a.length);
  return b.length >= a.length && Math.floor(b.base / block) === Math.floor(a.base / block);
}

/** Bits of a prefix that tell `count` ranges apart; `count` is a power of two. */
export function bits(count: number): number {
  return Math.log2(count);
}

/** Whether the two ranges have an address in common. */
export function overlaps(one: string, other: string): boolean {
  return contains(one, other) || contains(other, one);
}
