/** Where GitHub Actions' tokens come from. The provider in IAM and every condition are named by it. */
export const issuer = "token.actions.githubusercontent.com";
/** Whom a token must be meant for. */
export const audience = "sts.amazonaws.com";

/**
 * Who may take a role.
 *
 * - `pull-request`: jobs of pull requests. GitHub gives none of these tokens to forks.
 * - `branch`: jobs that run on it, in no environment.
 * - `environment`: jobs that have passed the rules of a GitHub environment, such as an approval, on this branch.
 */
export type Holder =
  | { readonly kind: "pull-request" }
  | { readonly kind: "branch"; readonly branch: string }
  | { readonly kind: "environment"; readonly environment: string; readonly branch: string };

export const pullRequests: Holder = { kind: "pull-request" };

/** What GitHub writes into `sub`, whole: never a pattern, which would let in more than was meant. */
export function subject(repository: string, holder: Holder): string {
  switch (holder.kind) {
    case "pull-request":
      return `repo:${repository}:pull_request`;
    case "branch":
      return `repo:${repository}:ref:refs/heads/${holder.branch}`;
    case "environment":
      return `repo:${repository}:environment:${holder.environment}`;
    default:
      return holder satisfies never;
  }
}

export interface Trust {
  /** ARN of the OIDC provider. */
  readonly provider: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly holders: readonly Holder[];
}

/** The trust policy of a role: one statement for each of its holders. */
export function trustPolicy({ provider, repository, holders }: Trust) {
  return {
    Version: "2012-10-17",
    Statement: holders.map((holder) => ({
      Effect: "Allow",
      Action: "sts:AssumeRoleWithWebIdentity",
      Principal: { Federated: provider },
      Condition: { StringEquals: { [`${issuer}:aud`]: audience, ...claims(repository, holder) } },
    })),
  };
}

function claims(repository: string, holder: Holder): Record<string, string> {
  return {
    [`${issuer}:sub`]: subject(repository, holder),
    // WHY: the subject of a job in an environment does not name its branch. STS reads this claim of GitHub's tokens since January 2026
    // (STS guide, condition keys for OIDC federation).
    ...(holder.kind === "environment" && { [`${issuer}:ref`]: `refs/heads/${holder.branch}` }),
  };
}
