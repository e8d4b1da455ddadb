import { isObject, type Json, listAt, textAt, textOf } from "../../read/json.ts";
import type { View } from "../view.ts";
import { becomes, on, rule } from "./rows.ts";
import type { Hit, Rule } from "./rule.ts";

const groups = "VPC User Guide, Security groups";
const everywhere = /^(0\.0\.0\.0\/0|::\/0)$/;
/** Half of the Internet, and more, is the Internet. */
const wide = (cidr: string) => everywhere.test(cidr) || /^\d+\.\d+\.\d+\.\d+\/[1-7]$/.test(cidr);

/** A rule of a firewall in one form, however the type writes it. */
interface Opening {
  readonly cidr: string;
  readonly ports: string;
  readonly path: readonly (string | number)[];
}

const internet = { id: "open-to-internet", source: groups } as const;
const notes: Readonly<Record<string, string>> = {
  "tcp 22": " This is SSH.",
  "tcp 3389": " This is Remote Desktop.",
  "tcp 3306": " This is MySQL.",
  "tcp 5432": " This is PostgreSQL.",
  "tcp 6379": " This is Redis.",
  "tcp 27017": " This is MongoDB.",
  "tcp 443": " This is HTTPS: right for a public load balancer, and for little else.",
  "tcp 80": " This is HTTP: right for a public load balancer that redirects, and for little else.",
};

export const networkRules: readonly Rule[] = [
  {
    ...rule(
      "security",
      { ...internet, types: ["aws_security_group", "aws_default_security_group"], attribute: "ingress.cidr_blocks" },
      opened((side) => blockOpenings(side, "ingress")),
    ),
    watches: ["ingress", "ingress.cidr_blocks", "ingress.ipv6_cidr_blocks"],
    judgesNew: true,
  },
  {
    ...rule(
      "security",
      { ...internet, types: "aws_security_group_rule", attribute: "cidr_blocks" },
      opened((side) => (side.type === "ingress" ? listed(side, []) : [])),
    ),
    watches: ["cidr_blocks", "ipv6_cidr_blocks"],
    judgesNew: true,
  },
  {
    ...rule(
      "security",
      { ...internet, types: "aws_vpc_security_group_ingress_rule", attribute: "cidr_ipv4" },
      opened(single),
    ),
    watches: ["cidr_ipv4", "cidr_ipv6"],
    judgesNew: true,
  },
  {
    ...rule(
      "security",
      { ...internet, types: "aws_network_acl_rule", attribute: "cidr_block", source: "VPC User Guide, Network ACLs" },
      opened((side) =>
        side.egress !== true && textOf(side.rule_action).toLowerCase() === "allow" && portsOf(side).startsWith("all")
          ? [textAt(side, "cidr_block"), textAt(side, "ipv6_cidr_block")].flatMap((cidr) =>
              cidr !== undefined && wide(cidr) ? [{ cidr, ports: portsOf(side), path: ["cidr_block"] }] : [],
            )
          : [],
      ),
    ),
    judgesNew: true,
  },
  on("security", {
    id: "public-address",
    types: [
      "aws_db_instance",
      "aws_rds_cluster_instance",
      "aws_redshift_cluster",
      "aws_dms_replication_instance",
      "aws_mq_broker",
      "aws_docdb_cluster_instance",
      "aws_neptune_cluster_instance",
    ],
    attribute: "publicly_accessible",
    why: "It gets an address on the Internet; only its security groups stand before it.",
    source: "RDS User Guide, Hiding a DB instance in a VPC from the internet",
  }),
  on("security", {
    id: "public-address",
    types: ["aws_instance", "aws_launch_configuration"],
    attribute: "associate_public_ip_address",
    why: "It gets an address on the Internet; only its security groups stand before it.",
    source: "EC2 User Guide, Instance IP addressing",
  }),
  on("security", {
    id: "public-address",
    types: "aws_launch_template",
    attribute: "network_interfaces.associate_public_ip_address",
    why: "Each instance gets an address on the Internet; only its security groups stand before it.",
    source: "EC2 User Guide, Instance IP addressing",
  }),
  on("security", {
    id: "public-address",
    types: "aws_ecs_service",
    attribute: "network_configuration.assign_public_ip",
    why: "Each task gets an address on the Internet; only its security groups stand before it.",
    source: "ECS Developer Guide, Task networking",
  }),
  becomes("security", (value) => value === true, {
    id: "public-subnet",
    types: ["aws_subnet", "aws_default_subnet"],
    attribute: "map_public_ip_on_launch",
    why: "All that is started in it from then on gets an address on the Internet.",
    source: "VPC User Guide, Subnet settings",
  }),
  becomes("security", (value) => value === false, {
    id: "public-load-balancer",
    types: ["aws_lb", "aws_alb", "aws_elb"],
    attribute: "internal",
    why: "The load balancer answers on the Internet; it answered inside only.",
    source: "Elastic Load Balancing User Guide, scheme",
  }),
  on("security", {
    id: "public-cluster-endpoint",
    types: "aws_eks_cluster",
    attribute: "vpc_config.endpoint_public_access",
    why: "The API of the cluster answers on the Internet.",
    source: "EKS User Guide, Cluster endpoint access",
  }),
  becomes("security", (value) => typeof value === "string" && wide(value), {
    id: "open-to-internet",
    types: "aws_eks_cluster",
    attribute: "vpc_config.public_access_cidrs",
    why: "Whoever has credentials may call the API of the cluster from anywhere.",
    source: "EKS User Guide, Cluster endpoint access",
  }),
];

/** What is open to the Internet after and was not before. */
function opened(openingsOf: (side: Readonly<Record<string, Json>>) => readonly Opening[]): (view: View) => Hit[] {
  return ({ change }) => {
    if (change.after === undefined) return [];
    const key = ({ cidr, ports }: Opening) => `${cidr} ${ports}`;
    const had = new Set(change.before === undefined ? [] : openingsOf(change.before).map(key));
    return openingsOf(change.after)
      .filter((opening) => !had.has(key(opening)))
      .map(({ cidr, ports, path }) => ({
        path,
        before: undefined,
        after: `${cidr}, ${ports}`,
        why: `${everywhere.test(cidr) ? "The whole Internet" : "Much of the Internet"} can reach ${ports}.${notes[ports] ?? ""}`,
      }));
  };
}

function blockOpenings(side: Readonly<Record<string, Json>>, block: string): Opening[] {
  return listAt(side, block).flatMap((entry, index) => (isObject(entry) ? listed(entry, [block, index]) : []));
}

function listed(entry: Readonly<Record<string, Json>>, path: readonly (string | number)[]): Opening[] {
  if (isNoAccess(entry)) return [];
  return ["cidr_blocks", "ipv6_cidr_blocks"].flatMap((name) =>
    listAt(entry, name)
      .filter((cidr) => typeof cidr === "string" && wide(cidr))
      .map((cidr) => ({ cidr: textOf(cidr), ports: portsOf(entry), path: [...path, name] })),
  );
}

function single(side: Readonly<Record<string, Json>>): Opening[] {
  if (isNoAccess(side)) return [];
  return ["cidr_ipv4", "cidr_ipv6"].flatMap((name) => {
    const cidr = textAt(side, name);
    return cidr !== undefined && wide(cidr) ? [{ cidr, ports: portsOf(side), path: [name] }] : [];
  });
}

/** "Destination unreachable" of ICMP, which a connection needs to find its packet size, lets nobody in. */
function isNoAccess(entry: Readonly<Record<string, Json>>): boolean {
  return /^(icmp|1)$/.test(textOf(entry.protocol ?? entry.ip_protocol)) && entry.from_port === 3;
}

/** `tcp 443`, `tcp 8000-8100`, `all ports` */
function portsOf(entry: Readonly<Record<string, Json>>): string {
  const protocol = textOf(entry.protocol ?? entry.ip_protocol ?? "-1").toLowerCase();
  const [from, to] = [entry.from_port, entry.to_port];
  if (protocol === "-1" || protocol === "all") return "all ports";
  const name =
    { "6": "tcp", "17": "udp", "1": "icmp" }[protocol] ?? (/^[a-z0-9]{1,9}$/.test(protocol) ? protocol : "a protocol");
  if (from === undefined || from === null || Number(from) === -1 || (Number(from) === 0 && Number(to) >= 65_535))
    return `all ports of ${name}`;
  return from === to || to === undefined || to === null
    ? `${name} ${portOf(from)}`
    : `${name} ${portOf(from)}-${portOf(to)}`;
}

/** WHY not as it is: it becomes a part of a sentence. */
function portOf(port: Json): string {
  return Number.isInteger(Number(port)) ? String(Number(port)) : "?";
}
