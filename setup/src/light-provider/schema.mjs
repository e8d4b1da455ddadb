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

/**
 * The fields of a message. Only such as have a length are understood, and this message has no others.
 *
 * @param {Buffer} message
 */
function* fields(message) {
  let at = 0;
  while (at < message.length) {
    const start = at;
    const tag = varint(message, at);
    if ((tag.value & 7) !== 2) throw new Error(`A schema has a field of kind ${tag.value & 7}; known: 2.`);
    const length = varint(message, tag.next);
    at = length.next + length.value;
    yield { number: tag.value >> 3, start, content: length.next, end: at };
  }
}

/**
 * @param {Buffer} message
 * @param {number} at
 */
function varint(message, at) {
  let [value, shift, next] = [0, 0, at];
  for (;;) {
    const byte = message[next++] ?? 0;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return { value, next };
    shift += 7;
  }
}
