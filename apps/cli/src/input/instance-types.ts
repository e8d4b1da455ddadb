import { plain } from "@mainstay/reliability";
import { Problem } from "../problem.ts";
import type { Terminal } from "../terminal.ts";
import { parseJson } from "./parse.ts";
import { bytesOf } from "./read-file.ts";

type Sizes = Readonly<Record<string, { readonly vcpu: number; readonly memory: number; readonly interfaces: number }>>;

const howTo = "Make it so: aws ec2 describe-instance-types > types.json";

/** What instances offer, from what `aws ec2 describe-instance-types` prints. */
export async function readInstanceTypes(file: string, terminal: Terminal): Promise<Sizes> {
  const json = parseJson(plain(file), await bytesOf(file, terminal), howTo);
  const types = (json as { readonly InstanceTypes?: unknown } | null)?.InstanceTypes;
  const found = Array.isArray(types) ? types.flatMap(sizeOf) : [];
  if (found.length === 0) throw new Problem(`${plain(file)}: It has no instance types. ${howTo}`);
  return Object.fromEntries(found);
}

interface Described {
  readonly InstanceType?: unknown;
  readonly VCpuInfo?: { readonly DefaultVCpus?: unknown };
  readonly MemoryInfo?: { readonly SizeInMiB?: unknown };
  readonly NetworkInfo?: { readonly MaximumNetworkInterfaces?: unknown };
}

function sizeOf(type: Described | null): [string, Sizes[string]][] {
  const [name, vcpu, memory, interfaces] = [
    type?.InstanceType,
    type?.VCpuInfo?.DefaultVCpus,
    type?.MemoryInfo?.SizeInMiB,
    type?.NetworkInfo?.MaximumNetworkInterfaces,
  ];
  return typeof name === "string" &&
    typeof vcpu === "number" &&
    typeof memory === "number" &&
    typeof interfaces === "number"
    ? [[name, { vcpu, memory, interfaces }]]
    : [];
}
