/**
 * The fields of a message as Protocol Buffers write it. Only such as have a length are understood; those that are read here have no others.
 *
 * @param {Buffer} message
 */
export function* fields(message) {
  let at = 0;
  while (at < message.length) {
    const start = at;
    const tag = varint(message, at);
    if ((tag.value & 7) !== 2) throw new Error(`A message has a field of kind ${tag.value & 7}; known: 2.`);
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
