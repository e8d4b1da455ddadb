import type { AccountProps } from "@mainstay/terraform-state";
import { stacksOf } from "../plans/stacks.ts";
import { init, must, run } from "../plans/terraform.ts";
import { Problem } from "../problem.ts";

/** Why an environment must not be destroyed from here; undefined where it may. */
export function whyNotDestroy(
  environment: string,
  confirm: string | undefined,
  accounts: readonly AccountProps[],
): string | undefined {
  const known = accounts.map(({ environments }) => environments[environment]).find((one) => one !== undefined);
  if (known === undefined) return `No account in terraform-state/accounts has an environment ${environment}.`;
  if (known.production === true || /(^|-)prod(uction)?(-|$)/.test(environment)) {
    return `${environment} is production. No workflow destroys it. If it really must go: docs/operations/README.md, "Taking production down".`;
  }
  if (confirm !== environment) return `To destroy ${environment}, type its name: --confirm ${environment}`;
  return undefined;
}

/** Destroys each stack of an environment, those first that nobody reads. @throws Problem where it must not be. */
export async function destroyEnvironment(
  {
    environment,
    output,
    confirm,
  }: { readonly environment: string; readonly output: string; readonly confirm?: string },
  accounts: readonly AccountProps[],
  say: (line: string) => void,
): Promise<void> {
  const why = whyNotDestroy(environment, confirm, accounts);
  if (why !== undefined) throw new Problem(why);
  for (const { name, directory, images } of stacksOf(environment, output).toReversed()) {
    say(`${name}: destroying`);
    await init(directory);
    // WHY a digest: Terraform asks for it though it changes nothing here.
    const unused = Object.fromEntries(Object.values(images).map((variable) => [variable, `sha256:${"0".repeat(64)}`]));
    must(name, await run(directory, ["destroy", "-auto-approve", "-no-color", "-input=false"], unused));
  }
}
