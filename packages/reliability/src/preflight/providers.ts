import type { Deployed } from "../read/state.ts";
import type { Synthesis } from "../read/synthesis.ts";
import { instanceAddress } from "./deployment.ts";
import { findingOf, type PreflightFinding } from "./finding.ts";

/** A provider with an alias, as a state names it. */
interface Former {
  /** `hashicorp/aws`, without the registry: Terraform and OpenTofu have each their own. */
  readonly source: string;
  readonly alias: string;
}

/**
 * What no block describes any more, and was made with a provider that is not declared any more either: Terraform then plans nothing at all
 * of the stack. A default provider, without an alias, is always there.
 */
export function providerFindings(stacks: readonly Synthesis[], unwritten: readonly Deployed[]): PreflightFinding[] {
  return stacks.flatMap((synthesis) => {
    const undeclared = unwritten.flatMap((deployed) => {
      const former = deployed.stack === synthesis.stack ? formerOf(deployed.provider) : undefined;
      return former === undefined || isDeclared(synthesis, former) ? [] : [{ deployed, ...former }];
    });
    const byName = Map.groupBy(undeclared, ({ source, alias }) => `${source.split("/").at(-1)}.${alias}`);
    return [...byName].map(([name, those]) => {
      const things = inWords(those.map(({ deployed }) => instanceAddress(deployed)));
      const [verb, them] = those.length === 1 ? ["was", "it"] : ["were", "them"];
      return findingOf(
        "refuse",
        { stack: synthesis.stack, address: `provider.${name}` },
        {
          why: `${things} ${verb} made with provider ${name}, which is not declared any more: Terraform refuses to plan the stack ("Provider configuration not present").`,
          fix: `Declare ${name} for one more deployment, which takes ${them} down; then leave it out.`,
        },
      );
    });
  });
}

/** Undefined for the default provider, for one of a module, and where the format does not tell (`terraform show`). */
function formerOf(provider: string | undefined): Former | undefined {
  const [, source, alias] = /^provider\["([^"]+)"\]\.([\w-]+)$/.exec(provider ?? "") ?? [];
  return source === undefined || alias === undefined ? undefined : { source: withoutRegistry(source), alias };
}

function isDeclared({ providers }: Synthesis, { source, alias }: Former): boolean {
  return providers.some(
    (provider) => provider.name.endsWith(`.${alias}`) && withoutRegistry(provider.source) === source,
  );
}

/** `aws`, as cdktf writes it, is `hashicorp/aws` to Terraform. */
function withoutRegistry(source: string): string {
  return ["hashicorp", ...source.split("/")].slice(-2).join("/");
}

function inWords(addresses: readonly string[]): string {
  const named = addresses.slice(0, 3);
  const more = addresses.length - named.length;
  if (more > 0) return `${named.join(", ")} and ${more} more`;
  return named.length > 1 ? `${named.slice(0, -1).join(", ")} and ${named.at(-1)}` : named.join("");
}
