/** The largest id that the column (INT UNSIGNED) can hold. */
export const largestId = 4_294_967_295;

/** A patient's id, if `text` is one written plainly: `42`, but not `042`, `+42`, `4.2e1` or `%34%32`. */
export function parseId(text: string | undefined): number | undefined {
  if (text === undefined || !/^[1-9]\d{0,9}$/.test(text)) return undefined;
  const id = Number(text);
  return id <= largestId ? id : undefined;
}
