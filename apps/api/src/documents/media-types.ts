/** How a file of each type begins; undefined where anything may come first. */
const beginnings: Readonly<Record<string, { readonly at: number; readonly bytes: Buffer } | undefined>> = {
  "application/dicom": { at: 128, bytes: Buffer.from("DICM") },
  "application/pdf": { at: 0, bytes: Buffer.from("%PDF-") },
  "image/jpeg": { at: 0, bytes: Buffer.from([0xff, 0xd8, 0xff]) },
  "image/png": { at: 0, bytes: Buffer.from("\x89PNG\r\n\x1a\n", "latin1") },
  "text/plain": undefined,
};

/** What may be uploaded. Nothing that a browser would run. */
export const mediaTypes = Object.keys(beginnings);

/** As many bytes of the beginning as {@link looksLike} needs to decide. */
export const beginningBytes = 132;

/** Whether a file with this beginning can be of that type. */
export function looksLike(type: string, beginning: Buffer): boolean {
  const expected = beginnings[type];
  if (expected === undefined) return !beginning.includes(0);
  return beginning.subarray(expected.at, expected.at + expected.bytes.length).equals(expected.bytes);
}

/** The type that a Content-Type header names, if it is one of ours. */
export function mediaTypeOf(header: string | undefined): string | undefined {
  const type = header?.split(";")[0]?.trim().toLowerCase();
  return mediaTypes.find((known) => known === type);
}
