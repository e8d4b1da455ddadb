import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { reference } from "../testing.ts";
import { pieces, referencesIn, referencesOf, soleReference } from "./expressions.ts";

/** An expression, and the addresses that it reads. */
interface Written {
  readonly text: string;
  readonly reads: readonly string[];
}

const word = fc
  .stringMatching(/^[a-z][a-z0-9_-]{0,6}[a-z0-9]$/)
  .filter(
    (text) =>
      !/^(for|in|if|each|count|self|path|data|var|local|null|true|false|terraform|module|ephemeral|item)$/.test(text),
  );
const plain: fc.Arbitrary<Written> = fc.oneof(
  fc
    .tuple(word, word, word)
    .map(([type, name, attribute]) => ({ text: `${type}.${name}.${attribute}`, reads: [`${type}.${name}`] })),
  fc
    .tuple(word, word)
    .map(([type, name]) => ({ text: `data.${type}.${name}["a.b"].c`, reads: [`data.${type}.${name}`] })),
  fc
    .tuple(word, word, fc.nat(9))
    .map(([type, name, index]) => ({ text: `${type}.${name}[${index}].id`, reads: [`${type}.${name}`] })),
  fc
    .tuple(word, word)
    .map(([type, name]) => ({ text: `ephemeral.${type}.${name}.value`, reads: [`ephemeral.${type}.${name}`] })),
  word.map((name) => ({ text: `var.${name}`, reads: [`var.${name}`] })),
  word.map((name) => ({ text: `local.${name}.x`, reads: [`local.${name}`] })),
  word.map((name) => ({ text: `module.${name}.out`, reads: [`module.${name}`] })),
);
const nothing: fc.Arbitrary<Written> = fc
  .constantFrom(
    "1.5",
    "true",
    '"a.b"',
    '"$${aws_vpc.no.id}"',
    "each.value.id",
    "self.arn",
    "path.module",
    '"\\"aws_vpc.no.id"',
    "null",
  )
  .map((text) => ({ text, reads: [] }));

const { expression } = fc.letrec<{ expression: Written }>((tie) => ({
  expression: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    plain,
    nothing,
    fc
      .tuple(word, tie("expression"), tie("expression"))
      .map(([name, one, other]) => join(`${name}(`, one, ", ", other, ")")),
    fc.tuple(tie("expression"), tie("expression")).map(([one, other]) => join("", one, " == ", other, " ? 1 : 2")),
    fc.tuple(tie("expression"), tie("expression")).map(([one, other]) => join("[", one, ", ", other, "][0].id")),
    fc.tuple(word, tie("expression")).map(([key, one]) => join(`{ ${key} = `, one, "", none, " }.x")),
    tie("expression").map((one) => join('"before-${', one, "", none, '}-after"')),
    tie("expression").map((one) => join("[for item in ", one, " : item.name if item.ok.x]", none, "")),
    tie("expression").map((one) => join("provider::aws::arn_parse(", one, "", none, ").account.id")),
    fc.tuple(plain, tie("expression")).map(([one, other]) => join("", one, "[", other, "].arn.x")),
  ),
}));
const none: Written = { text: "", reads: [] };

function join(start: string, one: Written, middle: string, other: Written, end: string): Written {
  return { text: `${start}${one.text}${middle}${other.text}${end}`, reads: [...one.reads, ...other.reads] };
}

describe("referencesOf", () => {
  it("finds what an expression reads and nothing else, however it is nested", () => {
    fc.assert(
      fc.property(expression, ({ text, reads }) => {
        expect(referencesOf(text).map(({ address }) => address)).toEqual(reads);
        expect(referencesIn(`a-${reference(text)}-b`).map(({ address }) => address)).toEqual(reads);
      }),
    );
  });

  it("says what is read of it", () => {
    expect(referencesOf("aws_db_instance.main.master_user_secret[0].secret_arn")).toEqual([
      { address: "aws_db_instance.main", path: ["master_user_secret", 0, "secret_arn"] },
    ]);
    expect(referencesOf('data.terraform_remote_state.network.outputs["vpc-id"]')).toEqual([
      { address: "data.terraform_remote_state.network", path: ["outputs", "vpc-id"] },
    ]);
    expect(referencesOf("aws_subnet.all[*].id")[0]?.path).toEqual(["*", "id"]);
    expect(referencesOf("aws_subnet.all[each.key].id")).toEqual([{ address: "aws_subnet.all", path: [] }]);
  });

  it("reads over comments", () => {
    expect(
      referencesOf("aws_vpc.a.id # aws_vpc.b.id\n || /* aws_vpc.c.id */ aws_vpc.d.id // aws_vpc.e.id"),
    ).toMatchObject([{ address: "aws_vpc.a" }, { address: "aws_vpc.d" }]);
  });
});

describe("a template", () => {
  it("is its pieces, in order, whatever the text around them", () => {
    const text = fc.stringMatching(/^[a-z {}"]{0,8}$/);
    fc.assert(
      fc.property(text, expression, text, (before, { text: inner }, after) => {
        expect(pieces(`${before}${reference(inner)}${after}`)).toEqual([
          ...(before === "" ? [] : [{ text: before }]),
          { expression: inner },
          ...(after === "" ? [] : [{ text: after }]),
        ]);
      }),
    );
  });

  it("may hold the text of a template", () => {
    expect(pieces("$${aws_vpc.main.id} %%{ if }")).toEqual([{ text: `${reference("aws_vpc.main.id")} %{ if }` }]);
    expect(referencesIn("%{ if aws_vpc.main.id != null }x%{ endif }")).toMatchObject([{ address: "aws_vpc.main" }]);
  });

  it("is a sole reference only where nothing else is there", () => {
    expect(soleReference(reference(" aws_vpc.main.id "))).toEqual({ address: "aws_vpc.main", path: ["id"] });
    for (const other of [
      "aws_vpc.main.id",
      `a${reference("aws_vpc.main.id")}`,
      reference("f(aws_vpc.main.id)"),
      reference("aws_vpc.main.id == 1"),
      "",
    ]) {
      expect([other, soleReference(other)]).toEqual([other, undefined]);
    }
  });

  it("never makes anything throw, however broken it is", () => {
    const broken = fc.string({
      unit: fc.constantFrom(
        "${",
        "%{",
        "}",
        '"',
        "{",
        "[",
        "]",
        ".",
        "a",
        "::",
        "for ",
        "$",
        "\\",
        "/*",
        "#",
        "1",
        " ",
        "(",
      ),
    });
    fc.assert(
      fc.property(fc.oneof(broken, fc.string()), (text) => {
        expect(() => [referencesIn(text), referencesOf(text), soleReference(text)]).not.toThrow();
      }),
    );
  });
});
