import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { createVault } from "./vault.ts";

const [one, two] = ["first-secret-first-secret-first-secret", "second-secret-second-secret-second"] as const;
const bytes = fc.uint8Array({ maxLength: 300 }).map((list) => Buffer.from(list));

describe("the vault", () => {
  it("opens what it has sealed, and nothing that was changed by a bit", () => {
    const vault = createVault([one]);
    fc.assert(
      fc.property(bytes, fc.nat(), (plain, at) => {
        const { keyId, sealed } = vault.seal(plain);
        expect(vault.open({ keyId, sealed })?.equals(plain)).toBe(true);
        const changed = Buffer.from(sealed);
        const index = at % changed.length;
        changed[index] = (changed[index] ?? 0) ^ 1;
        expect(vault.open({ keyId, sealed: changed })).toBeUndefined();
      }),
    );
  });

  it("seals the same text otherwise each time", () => {
    const vault = createVault([one]);
    expect(vault.seal(Buffer.from("x")).sealed.equals(vault.seal(Buffer.from("x")).sealed)).toBe(false);
  });

  it("marks what is the same alike, and knows whose mark it is, while the secret is known", () => {
    const [before, during, after] = [createVault([one]), createVault([two, one]), createVault([two])];
    fc.assert(
      fc.property(bytes, bytes, (content, other) => {
        const mark = before.mark(content);
        expect(during.isMark(content, mark)).toBe(true);
        expect(during.isMark(other, mark)).toBe(other.equals(content));
        expect(after.isMark(content, mark)).toBeUndefined();
        expect(during.mark(content).mark.equals(mark.mark)).toBe(false);
        expect(after.open(before.seal(content))).toBeUndefined();
        expect(during.open(before.seal(content))?.equals(content)).toBe(true);
      }),
    );
  });
});
