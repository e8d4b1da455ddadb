import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { schemasOf } from "./schema.mjs";

/** A field that has a length, as Protocol Buffers write it. */
function field(number: number, content: Buffer): Buffer {
  return Buffer.concat([varint(number * 8 + 2), varint(content.length), content]);
}

function varint(value: number): Buffer {
  return value < 0x80
    ? Buffer.from([value])
    : Buffer.concat([Buffer.from([(value % 0x80) | 0x80]), varint(Math.floor(value / 0x80))]);
}

const entry = (name: string, schema: Uint8Array) =>
  Buffer.concat([field(1, Buffer.from(name)), field(2, Buffer.from(schema))]);

const names = ["aws_vpc", "aws_subnet", "aws_quicksight_user", "aws_vpclattice_service"];
const field$ = fc.record({
  number: fc.constantFrom(1, 2, 3, 4, 6, 7, 8),
  name: fc.constantFrom(...names),
  schema: fc.uint8Array({ maxLength: 400 }),
});

describe("schemasOf", () => {
  it("keeps the schemas of the types alone, of resources, data sources and ephemeral ones, and all else as it is, in its order", () => {
    fc.assert(
      fc.property(fc.array(field$), fc.uniqueArray(fc.constantFrom(...names)), (said, wanted) => {
        const bytes = (all: typeof said) =>
          Buffer.concat(all.map(({ number, name, schema }) => field(number, entry(name, schema))));
        const kept = said.filter(({ number, name }) => ![2, 3, 8].includes(number) || wanted.includes(name));
        expect(schemasOf(bytes(said), new Set(wanted)).equals(bytes(kept))).toBe(true);
      }),
    );
  });

  it("says what it does not understand, instead of handing on half of it", () => {
    expect(() => schemasOf(Buffer.from([0x08, 0x01]), new Set())).toThrow("a field of kind 0; known: 2");
  });
});
