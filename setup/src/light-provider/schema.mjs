import { fields } from "./message.mjs";

/** Of `tfplugin5.GetProviderSchema.Response`: the maps from a type's name to its schema. Resources, data sources, ephemeral resources. */
const maps = [2, 3, 8];

/**
 * The same answer with the schemas of some types only. What it says beside these, of the provider and its functions, stays.
 *
 * @param {Buffer} answer A `tfplugin5.GetProviderSchema.Response` as Protocol Buffers write it.
 * @param {ReadonlySet<string>} types Names as `aws_vpc`.
 */
export function schemasOf(answer, types) {
  const kept = [];
  for (const { number, start, content, end } of fields(answer)) {
    if (!maps.includes(number) || types.has(keyOf(answer.subarray(content, end))))
      kept.push(answer.subarray(start, end));
  }
  return Buffer.concat(kept);
}

/**
 * The key of a map's entry.
 *
 * @param {Buffer} entry
 */
function keyOf(entry) {
  for (const { number, content, end } of fields(entry)) {
    if (number === 1) return entry.toString("utf8", content, end);
  }
  return "";
}
