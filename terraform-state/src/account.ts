import { type CostTags, exactly, type Problem, type Region, regions, report, type State } from "@mainstay/core";
import * as v from "valibot";

/** An account of AWS, as those who deploy into it need it: where states are, and which jobs of GitHub may do what. */
export interface AccountProps {
  /** What the names of its resources begin with. A change makes all of it anew. */
  readonly name: string;
  /** 12 digits. Nothing is ever done in another account. */
  readonly account: string;
  /** `s3State(bucket, { region })`, the same as in the environments' files. */
  readonly state: State;
  /** `owner/name` on GitHub. */
  readonly repository: string;
  /** By name, such as `clinic-dev`: GitHub's environments have the same names. */
  readonly environments: Readonly<Record<string, Delivered>>;
  /** Tags that split the bill and find an owner. */
  readonly cost: CostTags;
}

/** How an environment is delivered. */
export interface Delivered {
  /** The only branch that deploys it. */
  readonly branch: string;
  /** Its first region, where its images are. */
  readonly region: Region;
  /**
   * Deployed by an approved plan only, and destroyed by no workflow.
   *
   * @default false: deployed with every change of the branch
   */
  readonly production?: boolean;
}

/** What an account file exports: its properties, and what is wrong with them. */
export interface Account {
  readonly problems: readonly Problem[];
  readonly props: AccountProps;
}

const words = (pattern: RegExp) => v.pipe(v.string(), v.regex(pattern));
const environmentName = /^[a-z][a-z0-9]*(-[a-z0-9]+)+$/;

const shape = exactly({
  name: words(/^[a-z][a-z0-9-]{1,19}$/),
  account: words(/^\d{12}$/),
  state: v.object({
    kind: v.literal("s3"),
    bucket: words(/^[a-z0-9][a-z0-9-]{1,56}[a-z0-9]$/),
    region: v.picklist(regions),
  }),
  repository: words(/^[\w.-]+\/[\w.-]+$/),
  environments: v.record(
    words(environmentName),
    exactly({ branch: words(/^[\w./-]+$/), region: v.picklist(regions), production: v.optional(v.boolean()) }),
  ),
  cost: exactly({ owner: words(/./), costCenter: words(/./) }),
});

const help: Readonly<Record<string, readonly [allowed: string, fix: string]>> = {
  name: ["2 to 20 of a-z, 0-9 and -, a letter first", "Take the application's name."],
  account: ["12 digits, in quotes", "Copy it from `aws sts get-caller-identity`."],
  state: [
    "s3State(bucket, { region }), with a bucket name of 3 to 58 of a-z, 0-9 and -",
    "Write the bucket that the environments name, and its region.",
  ],
  repository: ["owner/name", "Copy it from the address of the repository."],
  environments: [
    "names like clinic-dev, each with { branch, region, production }",
    "Write one for each environment that GitHub deploys.",
  ],
  cost: ["{ owner, costCenter }", "Say who is called, and who pays."],
};

/** The function that account files call. It never throws: problems travel with the value. */
export function account(props: AccountProps): Account {
  const { issues = [] } = v.safeParse(shape, props);
  const wrong = [...new Set(issues.map(({ path }) => String(path?.[0]?.key)))];
  const problems = wrong.map((property) => {
    const [allowed, fix] = help[property] ?? [Object.keys(help).join(", "), "Remove it: there is no such property."];
    return { property, got: (props as unknown as Record<string, unknown>)[property], allowed, fix };
  });
  return { problems: wrong.length > 0 ? problems : namesApart(props), props };
}

/** WHY: permissions tell environments apart by what names begin with, so that a name that begins with another one would be that one's. */
function namesApart({ name, environments }: AccountProps): Problem[] {
  const names = Object.keys(environments);
  const begins = (one: string) =>
    [...names, `${name}-account`].find((other) => other !== one && `${one}-`.startsWith(`${other}-`));
  return names.flatMap((one) => {
    const other = begins(one) ?? (`${name}-account-`.startsWith(`${one}-`) ? `${name}-account` : undefined);
    return other === undefined
      ? []
      : [
          {
            property: "environments",
            got: one,
            allowed: `no name that begins with another one: ${other} is taken`,
            fix: "Choose another word after the first.",
          },
        ];
  });
}

/** An account file that cannot be used: everything that is wrong with it. */
export class AccountError extends Error {}

/** Where its states are. @throws AccountError with every problem. */
export function sound({ problems, props }: Account): AccountProps & { readonly state: Place } {
  if (problems.length > 0) {
    const lines = problems.map((problem) => `  ${report(problem)}`);
    throw new AccountError(`Refused: terraform-state/accounts has mistakes. Nothing was done.\n${lines.join("\n")}`);
  }
  return props as AccountProps & { readonly state: Place };
}

/** A bucket for states. */
export interface Place {
  readonly kind: "s3";
  readonly bucket: string;
  readonly region: Region;
}
