import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { type Arn, type Kind, kindOf, parseArn } from "./kinds.ts";
import { agrees, belongs, match, type Planned, resemblance, type Stray, type Tags } from "./match.ts";

describe("resemblance", () => {
  const vpc = stray("arn:aws:ec2:eu-west-1:1:vpc/vpc-1", { Name: "clinic-dev-network" });

  it("goes by the Name tag", () => {
    expect(resemblance(vpc, planned("aws_vpc", { tags_all: { Name: "clinic-dev-network" } }))).toBe("same");
    expect(resemblance(vpc, planned("aws_vpc", { tags: { Name: "clinic-dev-network" }, tags_all: null }))).toBe("same");
    expect(resemblance(vpc, planned("aws_vpc", { tags_all: { Name: "another" } }))).toBe("other");
    expect(resemblance(vpc, planned("aws_vpc", {}))).toBe("other");
  });

  it("goes by the name in the ARN, whatever the Name tag says", () => {
    const secret = stray("arn:aws:secretsmanager:eu-west-1:1:secret:clinic-dev-key-AbC123", { Name: "x" });
    const type = "aws_secretsmanager_secret";
    expect(resemblance(secret, planned(type, { name: "clinic-dev-key", tags_all: { Name: "y" } }))).toBe("same");
    expect(resemblance(secret, planned(type, { name: "clinic-dev", tags_all: { Name: "x" } }))).toBe("other");
  });

  it("never crosses types or regions", () => {
    const tags = { tags_all: { Name: "clinic-dev-network" } };
    expect(resemblance(vpc, planned("aws_subnet", tags))).toBe("other");
    expect(resemblance(vpc, planned("aws_vpc", tags, "eu-central-1"))).toBe("other");
  });

  it("finds what belongs to no region from every region", () => {
    const zone = stray("arn:aws:route53:::hostedzone/Z1", { Name: "zone" });
    expect(resemblance(zone, planned("aws_route53_zone", { tags_all: { Name: "zone" } }, "eu-west-1"))).toBe("same");
  });

  it("does not know where neither has a name", () => {
    const rule = stray("arn:aws:ec2:eu-west-1:1:security-group-rule/sgr-1", { Stack: "data" });
    const values = { tags_all: { Stack: "data" } };
    expect(resemblance(rule, planned("aws_vpc_security_group_ingress_rule", values))).toBe("perhaps");
  });
});

describe("match", () => {
  // A world: which stray fits which address, at random.
  const worlds = fc
    .record({ strays: fc.integer({ min: 0, max: 6 }), addresses: fc.integer({ min: 0, max: 6 }) })
    .chain(({ strays, addresses }) =>
      fc.record({
        strays: fc.constant(
          Array.from({ length: strays }, (_, n) => stray(`arn:aws:ec2:eu-west-1:1:vpc/vpc-${n}`, {})),
        ),
        open: fc.constant(
          Array.from({ length: addresses }, (_, n) => ({ ...planned("aws_vpc", {}), address: `a${n}` })),
        ),
        edges: fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 5 }))),
      }),
    );
  const fitsBy = (edges: readonly (readonly [number, number])[]) => (one: Stray, other: Planned) =>
    edges.some(([from, to]) => one.id === `vpc-${from}` && other.address === `a${to}`);

  it("gives each address to one stray at most, and each stray one address", () => {
    fc.assert(
      fc.property(worlds, ({ strays, open, edges }) => {
        const { pairs, ambiguous } = match(strays, open, fitsBy(edges));
        const addresses = pairs.map(({ address }) => address);
        const ids = [...pairs.map(({ id }) => id), ...ambiguous.map(([{ id }]) => id)];
        expect(new Set(addresses).size).toBe(addresses.length);
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
  });

  it("pairs only what fits, and whatever fits is paired or said to be ambiguous", () => {
    fc.assert(
      fc.property(worlds, ({ strays, open, edges }) => {
        const fits = fitsBy(edges);
        const { pairs, ambiguous } = match(strays, open, fits);
        for (const one of strays) {
          const fitting = open.filter((other) => fits(one, other)).map(({ address }) => address);
          const pair = pairs.find(({ id }) => id === one.id);
          const doubt = ambiguous.find(([{ id }]) => id === one.id);
          expect(pair !== undefined || doubt !== undefined).toBe(fitting.length > 0);
          expect(pair?.address ?? fitting[0]).toBe(fitting[0]);
          expect(fitting.length).toBeLessThanOrEqual(pair === undefined ? Number.POSITIVE_INFINITY : 1);
          expect(doubt?.[1] ?? fitting).toEqual(fitting);
        }
      }),
    );
  });

  it("never guesses: a second stray that fits takes the address from the first", () => {
    fc.assert(
      fc.property(worlds, ({ strays, open, edges }) => {
        const { pairs } = match(strays, open, fitsBy(edges));
        for (const { id, address } of pairs) {
          const twin = stray("arn:aws:ec2:eu-west-1:1:vpc/vpc-twin", {});
          const fits = (one: Stray, other: Planned) =>
            fitsBy(edges)(one.id === "vpc-twin" ? { ...one, id } : one, other);
          const again = match([...strays, twin], open, fits);
          expect(again.pairs.map((pair) => pair.address)).not.toContain(address);
          expect(again.ambiguous.map(([one]) => one.id)).toEqual(expect.arrayContaining([id, "vpc-twin"]));
        }
      }),
    );
  });

  it("does not depend on the order", () => {
    fc.assert(
      fc.property(worlds, ({ strays, open, edges }) => {
        const fits = fitsBy(edges);
        const one = match(strays, open, fits).pairs.map(({ id, address }) => `${id} ${address}`);
        const other = match(strays.toReversed(), open.toReversed(), fits).pairs.map(
          (pair) => `${pair.id} ${pair.address}`,
        );
        expect(one.toSorted()).toEqual(other.toSorted());
      }),
    );
  });
});

describe("agrees", () => {
  const rule = { ip_protocol: "tcp", from_port: 2049, to_port: 2049, cidr_ipv4: null, tags_all: { Stack: "data" } };

  it("compares what both sides know", () => {
    expect(agrees(rule, { ...rule, id: "sgr-1", cidr_ipv4: "10.0.0.0/8", tags_all: null })).toBe(true);
    expect(agrees(rule, { ...rule, tags: { a: "b" }, tags_all: { Stack: "edge" } })).toBe(true);
    expect(agrees(rule, { ...rule, from_port: 443 })).toBe(false);
    expect(agrees(rule, { ...rule, from_port: undefined })).toBe(true);
  });

  it("takes nothing, false, zero and empty for the same", () => {
    expect(agrees({ list: [], on: false, n: 0 }, { list: "", on: null, n: false })).toBe(true);
    expect(agrees({ on: false }, { on: true })).toBe(false);
    expect(agrees({ block: [{ a: 1, b: "" }] }, { block: [{ a: 1, b: null }] })).toBe(true);
  });

  it("holds for anything and itself, in whatever order sets and keys come", () => {
    const values = fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.array(fc.integer()), fc.object()));
    fc.assert(
      fc.property(values, (some) => {
        const turned = Object.fromEntries(
          Object.entries(some)
            .toReversed()
            .map(([key, value]) => [key, Array.isArray(value) ? value.toReversed() : value]),
        );
        expect(agrees(some, turned)).toBe(true);
      }),
    );
  });
});

it("tells by all tags of the stack whose a thing is", () => {
  const identity = { Application: "clinic", Environment: "dev" };
  expect(belongs({ ...identity, Name: "x" }, identity)).toBe(true);
  expect(belongs({ Application: "clinic", Environment: "production" }, identity)).toBe(false);
  expect(belongs({ Application: "clinic" }, identity)).toBe(false);
  expect(belongs(null, identity)).toBe(false);
});

function stray(text: string, tags: Tags): Stray {
  const arn = parseArn(text) as Arn;
  const kind = kindOf(arn) as Kind;
  return { arn, kind, tags, type: kind.types[0] ?? "", id: kind.id(arn) };
}

function planned(type: string, values: Planned["values"], region = "eu-west-1"): Planned {
  return { address: `${type}.one`, type, region, values };
}
