import { BlockList } from "node:net";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { aclEntries, aclProblems, type Entry, entryNumber, type Flow, maxEntries } from "./acl.ts";
import { type Tier, tiers } from "./decisions.ts";

const cidr = "10.0.0.0/16";
/** Where a tier's packets come from; the second is in another zone. */
const addresses = {
  public: ["10.0.0.10", "10.0.8.10"],
  application: ["10.0.64.10", "10.0.72.10"],
  data: ["10.0.128.10", "10.0.136.10"],
  internet: ["203.0.113.7", "198.51.100.7"],
} as const;
type Place = keyof typeof addresses;

const tier = fc.constantFrom<Tier>(...tiers);
const protocol = fc.constantFrom("tcp", "udp");
const highest = 49_999;
const flow = (ports: fc.Arbitrary<number> = fc.integer({ min: 1, max: highest })): fc.Arbitrary<Flow> =>
  fc.oneof(
    fc.record({ from: fc.constant("internet"), to: fc.constant("public"), port: ports, protocol }),
    fc.record({ from: fc.constantFrom("public", "application"), to: fc.constant("internet"), port: ports, protocol }),
    fc.record({ from: tier, to: tier, port: ports, protocol }),
  );
const flows = fc.array(flow(), { maxLength: 8 });
/** Above every port that is declared here, so that it is nobody's server. */
const clientPort = fc.integer({ min: highest + 1, max: 65_535 });
const interfaceEndpoints = fc.constantFrom<string[]>([], ["logs"]);

describe("aclEntries", () => {
  it("pain 4: NACL blocks ephemeral return traffic: every declared flow passes, there and back", () => {
    // Load balancers and NAT gateways take any of these (VPC guide, ephemeral ports).
    const anyClientPort = fc.integer({ min: 1024, max: 65_535 });
    fc.assert(
      fc.property(flows, interfaceEndpoints, anyClientPort, (declared, endpoints, port) => {
        const entries = aclEntries({ cidr, flows: declared, interfaceEndpoints: endpoints });
        for (const each of declared) expect(refusedAt(entries, each, port)).toEqual([]);
      }),
    );
  });

  it("refuses an undeclared flow to a privileged port", () => {
    fc.assert(
      fc.property(flows, flow(fc.integer({ min: 1, max: 442 })), clientPort, (declared, other, port) => {
        // WHY: NAT shares the public tier, so what may pass through it may also start there.
        fc.pre(!declared.some((each) => same(each, other) || (same(each, { ...other, from: each.from }) && nat(each))));
        expect(refusedAt(aclEntries({ cidr, flows: declared, interfaceEndpoints: [] }), other, port)).not.toEqual([]);
      }),
    );
  });

  it("refuses an undeclared flow to a high port, unless both tiers are declared to call each other", () => {
    const high = fc.record({ from: tier, to: tier, port: fc.integer({ min: 1024, max: highest }), protocol });
    fc.assert(
      fc.property(flows, high, clientPort, (declared, other, port) => {
        const calls = (from: Place, to: Place) =>
          declared.some((each) => each.from === from && each.to === to && each.protocol === other.protocol);
        fc.pre(other.from !== other.to && !(calls(other.from, other.to) && calls(other.to, other.from)));
        fc.pre(!declared.some((each) => same(each, other)));
        expect(refusedAt(aclEntries({ cidr, flows: declared, interfaceEndpoints: [] }), other, port)).not.toEqual([]);
      }),
    );
  });

  it("lets nothing from the internet into the application or data tier, and nothing from data out", () => {
    fc.assert(
      fc.property(flows, fc.integer({ min: 1, max: highest }), clientPort, (declared, port, client) => {
        const entries = aclEntries({ cidr, flows: declared, interfaceEndpoints: ["logs"] });
        for (const [from, to] of [
          ["internet", "application"],
          ["internet", "data"],
          ["data", "internet"],
        ] as const) {
          expect(refusedAt(entries, { from, to, port }, client)).not.toEqual([]);
        }
      }),
    );
  });

  it("keeps what is declared for the internet from the other tiers", () => {
    const entries = aclEntries({
      cidr,
      flows: [
        { from: "internet", to: "public", port: 443 },
        { from: "application", to: "internet", port: 443 },
      ],
      interfaceEndpoints: [],
    });
    expect(refusedAt(entries, { from: "application", to: "public", port: 443 }, 60_000)).not.toEqual([]);
    expect(refusedAt(entries, { from: "public", to: "application", port: 8080 }, 60_000)).not.toEqual([]);
  });

  it("follows traffic to the internet through the NAT gateway in the public tier", () => {
    const entries = aclEntries({
      cidr,
      flows: [{ from: "application", to: "internet", port: 587 }],
      interfaceEndpoints: [],
    });
    const withoutNat = entries.filter((entry) => !(entry.tier === "public" && entry.cidr === "10.0.64.0/18"));
    expect(refusedAt(entries, { from: "application", to: "internet", port: 587 }, 60_000)).toEqual([]);
    expect(refusedAt(withoutNat, { from: "application", to: "internet", port: 587 }, 60_000)).toEqual([
      "public ingress 587",
      "public egress 60000",
    ]);
  });

  it("lets the application tier reach S3, and interface endpoints of another zone, whatever is declared", () => {
    const without = aclEntries({ cidr, flows: [], interfaceEndpoints: [] });
    const own = without.filter((entry) => entry.tier === "application");
    expect(allowed(own, "application", "egress", addresses.internet[0], "tcp", 443)).toBe(true);
    expect(allowed(own, "application", "ingress", addresses.internet[0], "tcp", 40_000)).toBe(true);
    const endpoint: Flow = { from: "application", to: "application", port: 443 };
    expect(refusedAt(without, endpoint, 60_000)).not.toEqual([]);
    expect(refusedAt(aclEntries({ cidr, flows: [], interfaceEndpoints: ["logs"] }), endpoint, 60_000)).toEqual([]);
  });

  it("hears that packets are too large, from wherever there is traffic with the internet", () => {
    const icmp = aclEntries({
      cidr,
      flows: [{ from: "internet", to: "public", port: 443 }],
      interfaceEndpoints: [],
    }).filter((entry) => entry.protocol === "icmp");
    expect(icmp.map(({ tier: where, direction }) => `${where} ${direction}`)).toEqual([
      "public ingress",
      "application ingress",
    ]);
    for (const { number, action } of icmp) {
      expect(action).toBe("allow");
      expect(number).toBeLessThan(entryNumber("internet", "tcp", 1));
    }
  });

  it("gives an entry the same number whatever else is declared", () => {
    fc.assert(
      fc.property(flows, flow(), fc.nat(8), (declared, added, position) => {
        const before = aclEntries({ cidr, flows: declared, interfaceEndpoints: [] });
        const after = aclEntries({ cidr, flows: declared.toSpliced(position, 0, added), interfaceEndpoints: ["logs"] });
        const byId = new Map(after.map((entry) => [entry.id, entry]));
        for (const entry of before) expect(byId.get(entry.id)).toEqual(entry);
      }),
    );
  });

  it("numbers entries from 1 to 32766, the VPC's own below those of the internet", () => {
    const port = fc.oneof(fc.integer({ min: 1, max: 65_535 }), fc.constant("answers" as const));
    const border = entryNumber("internet", "tcp", 1) - 1;
    fc.assert(
      fc.property(tier, protocol, port, (peer, spoken, where) => {
        expect(entryNumber(peer, spoken, where)).toBeGreaterThan(0);
        expect(entryNumber(peer, spoken, where)).toBeLessThan(border - 1);
        expect(entryNumber("internet", spoken, where)).toBeGreaterThan(border);
        expect(entryNumber("internet", spoken, where)).toBeLessThanOrEqual(32_766);
      }),
      { numRuns: 1_000 },
    );
  });

  it("never gives two entries of a network ACL one number where there are no problems", () => {
    fc.assert(
      fc.property(flows, (declared) => {
        const props = { cidr, flows: declared, interfaceEndpoints: ["logs"] };
        fc.pre(aclProblems({ ...props, nat: "per-zone" }).length === 0);
        const numbers = aclEntries(props).map((entry) => `${entry.tier} ${entry.direction} ${entry.number}`);
        expect(new Set(numbers).size).toBe(numbers.length);
      }),
    );
  });

  it("has a number of its own for every privileged port and for the ports of well-known services", () => {
    const known = [
      1433, 1521, 2049, 2379, 3000, 3128, 3306, 4317, 5000, 5432, 5671, 5672, 6379, 8000, 8080, 8081, 8086, 8125, 8200,
      8443, 8883, 9000, 9042, 9090, 9092, 9094, 9096, 9098, 9100, 9200, 9443, 11_211, 27_017, 50_051,
    ];
    const ports = ["answers" as const, ...Array.from({ length: 1_023 }, (_, index) => index + 1), ...known];
    const all = [...tiers, "internet" as const].flatMap((peer) =>
      (["tcp", "udp"] as const).flatMap((spoken) => ports.map((port) => entryNumber(peer, spoken, port))),
    );
    expect(new Set(all).size).toBe(all.length);
  });
});

describe("aclProblems", () => {
  const base = { cidr, interfaceEndpoints: [], nat: "per-zone" } as const;

  it("refuses more rules than AWS takes, counting the border's", () => {
    const many = (count: number): Flow[] =>
      Array.from({ length: count }, (_, index) => ({ from: "internet", to: "public", port: index + 1 }));
    // Beside them: path MTU and the border.
    expect(aclProblems({ ...base, flows: many(maxEntries - 2) })).toEqual([]);
    expect(aclProblems({ ...base, flows: many(maxEntries - 1) })).toEqual([
      expect.objectContaining({ property: "flows", got: "20 ingress rules for the public tier" }),
    ]);
  });

  it("refuses ports that come to the same number, and names both", () => {
    const [found] = aclProblems({
      ...base,
      flows: [
        { from: "application", to: "data", port: 2_000 },
        { from: "application", to: "data", port: 2_000 + 12_203 },
      ],
    });
    expect(found?.got).toBe("application-egress-tcp-2000-data and application-egress-tcp-14203-data");
  });

  it.each([0, -1, 65_536, 80.5, Number.NaN])("refuses port %s", (port) => {
    expect(aclProblems({ ...base, flows: [{ from: "internet", to: "public", port }] })[0]).toMatchObject({
      property: "flows[0].port",
      got: port,
    });
  });

  it("refuses a way to the internet where there is no NAT", () => {
    const out: Flow[] = [{ from: "application", to: "internet", port: 443 }];
    expect(aclProblems({ ...base, flows: out })).toEqual([]);
    expect(aclProblems({ ...base, nat: "none", flows: out })).toEqual([
      expect.objectContaining({ property: "flows[0]", fix: expect.stringContaining("interfaceEndpoints") }),
    ]);
  });
});

interface Connection {
  readonly from: Place;
  readonly to: Place;
  readonly port: number;
  readonly protocol?: "tcp" | "udp";
}

function same(a: Connection, b: Connection): boolean {
  return a.from === b.from && a.to === b.to && a.port === b.port && a.protocol === b.protocol;
}

function nat({ from, to }: Connection): boolean {
  return from === "application" && to === "internet";
}

/** Where a connection's request or answer is refused on its way, as AWS evaluates network ACLs; empty where it works. */
function refusedAt(entries: readonly Entry[], connection: Connection, client: number): string[] {
  const { from, to, port, protocol: spoken = "tcp" } = connection;
  const [source, target] = [addresses[from][0], addresses[to][1]];
  const hops: [place: Place, direction: "ingress" | "egress", peer: string, port: number][] = [
    [from, "egress", target, port],
    [to, "ingress", source, port],
    [to, "egress", source, client],
    [from, "ingress", target, client],
  ];
  if (nat(connection)) {
    hops.push(
      ["public", "ingress", source, port],
      ["public", "egress", target, port],
      ["public", "ingress", target, client],
      ["public", "egress", source, client],
    );
  }
  return hops.flatMap(([place, direction, peer, destination]) =>
    place === "internet" || allowed(entries, place, direction, peer, spoken, destination)
      ? []
      : [`${place} ${direction} ${destination}`],
  );
}

/** The first rule that matches decides; AWS refuses what none matches. */
function allowed(
  entries: readonly Entry[],
  where: Tier,
  direction: "ingress" | "egress",
  peer: string,
  spoken: "tcp" | "udp",
  port: number,
): boolean {
  const decisive = entries
    .filter((entry) => entry.tier === where && entry.direction === direction)
    .toSorted((a, b) => a.number - b.number)
    .find(({ protocol: about, cidr: range, ports }) => {
      const [low, high] = ports ?? [0, 65_535];
      return (about === "all" || about === spoken) && contains(range, peer) && port >= low && port <= high;
    });
  return decisive?.action === "allow";
}

function contains(range: string, address: string): boolean {
  const [base = "", length = ""] = range.split("/");
  const block = new BlockList();
  block.addSubnet(base, Number(length));
  return block.check(address);
}
