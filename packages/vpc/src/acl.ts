import type { Problem } from "@mainstay/core";
import { type Nat, type Tier, tierCidr, tiers } from "./decisions.ts";

/**
 * Connections that the network lets through: who may open them, to whom, on which port.
 *
 * The data tier neither reaches the internet nor is reached by it, and the internet reaches the public tier only: there is no route.
 */
export type Flow = (
  | { readonly from: "internet"; readonly to: "public" }
  | { readonly from: "public" | "application"; readonly to: "internet" }
  | { readonly from: Tier; readonly to: Tier }
) & {
  /** Port of the server, 1 to 65535. */
  readonly port: number;
  /** @default "tcp" */
  readonly protocol?: Protocol;
};

export type Protocol = "tcp" | "udp";
type Direction = "ingress" | "egress";
type Peer = "internet" | Tier;

/** One rule of a network ACL. */
export interface Entry {
  /** Unique in the VPC: tier, direction, and what it is about. */
  readonly id: string;
  readonly tier: Tier;
  readonly direction: Direction;
  /** Its place in the evaluation; the lowest that matches decides. */
  readonly number: number;
  readonly action: "allow" | "deny";
  readonly protocol: Protocol | "icmp" | "all";
  /** Where the other end is. */
  readonly cidr: string;
  /** Destination ports; absent where the protocol has none. */
  readonly ports?: readonly [from: number, to: number];
}

/**
 * Ports that answers go to: a client may have any above the privileged ones.
 *
 * Linux takes 32768 to 60999, load balancers and NAT gateways take 1024 to 65535 (VPC guide, ephemeral ports).
 */
export const ephemeralPorts = [1024, 65535] as const;

/** Everything that crosses the border of the VPC. */
const anywhere = "0.0.0.0/0";

/** 20 per direction by default, of which the closing refusal of AWS is one (VPC guide, quotas). */
export const maxEntries = 19;

/** One network ACL's view of a flow: its tier opens the connection to `peer` (egress), or is called by it (ingress). */
interface Leg {
  readonly tier: Tier;
  readonly opens: Direction;
  readonly peer: Peer;
  readonly protocol: Protocol;
  readonly port: number;
}

/** Every tier whose network ACL sees the packets of `flow`. */
function legs({ from, to, port, protocol = "tcp" }: Flow): Leg[] {
  const service = { port, protocol };
  const called: Leg[] = to === "internet" ? [] : [{ tier: to, opens: "ingress", peer: from, ...service }];
  const calling: Leg[] = from === "internet" ? [] : [{ tier: from, opens: "egress", peer: to, ...service }];
  // WHY: the NAT gateway is in the public tier, whose network ACL sees the packets come in and go out again.
  const translated: Leg[] =
    from === "application" && to === "internet"
      ? [
          { tier: "public", opens: "ingress", peer: "application", ...service },
          { tier: "public", opens: "egress", peer: "internet", ...service },
        ]
      : [];
  return [...calling, ...translated, ...called];
}

/** What the VPC needs for its own endpoints, whatever is declared. */
function ownLegs(interfaceEndpoints: readonly string[]): Leg[] {
  // WHY: S3 keeps its public addresses behind the gateway endpoint, but no packet to it passes the public tier.
  const s3: Leg = { tier: "application", opens: "egress", peer: "internet", protocol: "tcp", port: 443 };
  // WHY: a task asks the endpoint of another zone when its own zone's is gone; that crosses subnets of one tier.
  const endpoints = legs({ from: "application", to: "application", port: 443 });
  return interfaceEndpoints.length === 0 ? [s3] : [s3, ...endpoints];
}

export interface AclProps {
  readonly cidr: string;
  readonly flows: readonly Flow[];
  readonly interfaceEndpoints: readonly string[];
}

/**
 * The network ACL entries of all tiers: for each flow the request and the answer, in every tier that they pass.
 *
 * Network ACLs have no memory, so that an answer needs a rule of its own, on the client's port. (Pain 4: forgotten return traffic.)
 *
 * "internet" means outside of the VPC: what is declared for it is refused to the other tiers, by a rule between the two.
 */
export function aclEntries({ cidr, flows, interfaceEndpoints }: AclProps): Entry[] {
  const all = [...flows.flatMap(legs), ...ownLegs(interfaceEndpoints)].flatMap((leg) => pair(leg, cidr));
  const declared = [...new Map(all.map((entry) => [entry.id, entry])).values()];
  const borders = tiers.flatMap((tier) =>
    (["ingress", "egress"] as const)
      .filter((direction) => declared.some((entry) => reachesOut(entry) && is(entry, tier, direction)))
      .flatMap((direction) => border(tier, direction, cidr)),
  );
  return [...declared, ...borders];
}

/** The request and its answer. */
function pair({ tier, opens, peer, protocol, port }: Leg, vpcCidr: string): Entry[] {
  const answers = opens === "ingress" ? "egress" : "ingress";
  const common = {
    tier,
    action: "allow",
    protocol,
    cidr: peer === "internet" ? anywhere : tierCidr(vpcCidr, peer),
  } as const;
  return [
    {
      ...common,
      id: `${tier}-${opens}-${protocol}-${port}-${peer}`,
      direction: opens,
      number: entryNumber(peer, protocol, port),
      ports: [port, port],
    },
    {
      ...common,
      id: `${tier}-${answers}-${protocol}-answers-${peer}`,
      direction: answers,
      number: entryNumber(peer, protocol, "answers"),
      ports: ephemeralPorts,
    },
  ];
}

/** What stands between the rules for the VPC's own tiers and those for the internet. */
function border(tier: Tier, direction: Direction, vpcCidr: string): Entry[] {
  const refusal: Entry = {
    id: `${tier}-${direction}-border`,
    tier,
    direction,
    number: borderNumber,
    action: "deny",
    protocol: "all",
    cidr: vpcCidr,
  };
  // WHY: a path with a smaller packet size says so by ICMP; unheard, connections hang (VPC guide, path MTU discovery).
  const pathMtu: Entry = {
    id: `${tier}-${direction}-path-mtu`,
    tier,
    direction,
    number: pathMtuNumber,
    action: "allow",
    protocol: "icmp",
    cidr: anywhere,
  };
  return direction === "ingress" ? [pathMtu, refusal] : [refusal];
}

function reachesOut({ cidr }: Entry): boolean {
  return cidr === anywhere;
}

function is(entry: Entry, tier: Tier, direction: Direction): boolean {
  return entry.tier === tier && entry.direction === direction;
}

const privileged = 1024;
/** Numbers up to here are for the VPC's own tiers. Above are those for the internet. */
const borderNumber = 20 * privileged;
const pathMtuNumber = borderNumber - 1;

/** Part of every number: append, never insert. There is room for a fourth tier. */
const peerSlots = ["public", "application", "data"] as const;
const protocolSlots = ["tcp", "udp"] as const;

/**
 * Both halves of the numbers: first a slot for each privileged port of each peer, then fewer slots than there are other ports.
 *
 * `size` is a prime that fills the rest, and `stride` keeps the peers' ports of well-known services apart.
 */
const inside = { first: 0, peers: 4, size: 12_203, stride: 1_001 };
const outside = { first: borderNumber, peers: 1, size: 10_193, stride: 1_001 };

/**
 * The number of an entry, from nothing but what it is about.
 *
 * WHY: a number that depended on the other entries would change with them, and a changed number replaces the rule. Two high ports
 * can come to the same number (of some ten thousand); that is refused when synthesising, see {@link aclProblems}.
 */
export function entryNumber(peer: Peer, protocol: Protocol, port: number | "answers"): number {
  const half = peer === "internet" ? outside : inside;
  const peerSlot = peer === "internet" ? 0 : peerSlots.indexOf(peer);
  const row = peerSlot * protocolSlots.length + protocolSlots.indexOf(protocol);
  if (port === "answers") return half.first + (row + 1) * privileged;
  if (port < privileged) return half.first + row * privileged + port;
  const start = half.first + half.peers * protocolSlots.length * privileged + 1;
  return start + ((row * half.stride + port - privileged) % half.size);
}

/** What can be wrong with declared flows that a type cannot see. */
export function aclProblems({ nat, ...props }: AclProps & { readonly nat: Nat }): Problem[] {
  const entries = aclEntries(props);
  return [
    ...props.flows.flatMap((flow, index) => flowProblems(flow, `flows[${index}]`, nat)),
    ...tiers.flatMap((tier) =>
      (["ingress", "egress"] as const).flatMap((direction) => {
        const own = entries.filter((entry) => is(entry, tier, direction));
        return [...countProblems(own, tier, direction), ...numberProblems(own)];
      }),
    ),
  ];
}

function flowProblems({ from, to, port }: Flow, property: string, nat: Nat): Problem[] {
  const found: Problem[] = [];
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    found.push({
      property: `${property}.port`,
      got: port,
      allowed: "a whole number from 1 to 65535",
      fix: "Give the port that the server listens on.",
    });
  }
  if (from === "application" && to === "internet" && nat === "none") {
    found.push({
      property,
      got: { from, to, port },
      allowed: 'flows from application to internet only with nat "per-zone" or "single"',
      fix: "Choose a NAT, or remove the flow and reach AWS through interfaceEndpoints.",
    });
  }
  return found;
}

function countProblems(entries: readonly Entry[], tier: Tier, direction: Direction): Problem[] {
  if (entries.length <= maxEntries) return [];
  return [
    {
      property: "flows",
      got: `${entries.length} ${direction} rules for the ${tier} tier`,
      allowed: `${maxEntries} per tier and direction (VPC quotas: 20 with the closing one)`,
      fix: "Join flows, or let services share a port.",
    },
  ];
}

function numberProblems(entries: readonly Entry[]): Problem[] {
  const byNumber = Map.groupBy(entries, ({ number }) => number);
  return [...byNumber].flatMap(([number, same]) =>
    same.length < 2
      ? []
      : [
          {
            property: "flows",
            got: same.map(({ id }) => id).join(" and "),
            allowed: `ports that do not both come to rule number ${number}`,
            fix: "Let one of the services listen on another port, for example the next one.",
          },
        ],
  );
}
