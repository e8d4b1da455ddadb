import { readState, type State, type Synthesis } from "@mainstay/reliability";

/** The state of a stack as Terraform writes it, as if AWS had what `synthesis` says; an ARN is the reference to it. */
export function stateText({ resources }: Synthesis): string {
  const list = [...resources.values()].map(({ address, type, name, attributes, provider }) => ({
    mode: "managed",
    type,
    name,
    provider: `provider["registry.terraform.io/hashicorp/aws"]${provider?.replace("aws", "") ?? ""}`,
    instances: [{ attributes: { ...attributes, arn: `\${${address}.arn}` } }],
  }));
  return JSON.stringify({ version: 4, resources: list });
}

/** The same, read. */
export function asDeployed(synthesis: Synthesis): State {
  return readState(JSON.parse(stateText(synthesis)), synthesis.stack);
}
