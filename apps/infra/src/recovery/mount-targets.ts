import type { Pair, Planned } from "./match.ts";
import type { Scratch } from "./scratch.ts";

/**
 * Mount targets that exist already, for those of `planned` that are some.
 *
 * WHY: they carry no tags, their ids cannot be derived, and a second one in a subnet is refused. The network interface that EFS makes for
 * each says its id.
 */
export async function mountTargets(planned: readonly Planned[], scratch: Scratch): Promise<Pair[]> {
  const wanted = planned.flatMap(({ address, type, region, values }) => {
    const { file_system_id: fileSystem, subnet_id: subnet } = values;
    if (type !== "aws_efs_mount_target" || typeof fileSystem !== "string" || typeof subnet !== "string") return [];
    return [{ address, type, region, fileSystem, subnet }];
  });
  if (wanted.length === 0) return [];
  const data = wanted.map(({ region, fileSystem, subnet }, index) => ({
    aws_network_interfaces: {
      [`n${index}`]: {
        provider: scratch.providerOf(region),
        filter: [
          { name: "subnet-id", values: [subnet] },
          { name: "description", values: [`*${fileSystem}*`] },
        ],
      },
    },
    aws_network_interface: {
      [`n${index}`]: {
        provider: scratch.providerOf(region),
        for_each: `\${toset(data.aws_network_interfaces.n${index}.ids)}`,
        // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of Terraform
        id: "${each.value}",
      },
    },
  }));
  const answer = await scratch.ask({ data });
  return wanted.flatMap(({ address, type }, index) => {
    const found = [...answer].find(([at]) => at.startsWith(`data.aws_network_interface.n${index}[`));
    const id = mountTargetIn(found?.[1].description);
    return id === undefined ? [] : [{ address, type, id }];
  });
}

/** The mount target that a network interface's description names. */
export function mountTargetIn(description: unknown): string | undefined {
  return typeof description === "string" ? /\bfsmt-[0-9a-f]+\b/.exec(description)?.[0] : undefined;
}
