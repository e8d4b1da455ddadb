/** What every resource of a stack carries, so that a bill can be split and an owner found. */
export interface CostTags {
  /** The team that is called at night. */
  readonly owner: string;
  /** Who pays. */
  readonly costCenter: string;
}

/** The tags of a stack as AWS shows them. */
export function stackTags(stack: {
  readonly blueprint: string;
  readonly environment: string;
  readonly life: string;
  readonly cost: CostTags;
}): Record<string, string> {
  return {
    Application: stack.blueprint,
    Environment: stack.environment,
    Stack: stack.life,
    Owner: stack.cost.owner,
    CostCenter: stack.cost.costCenter,
    ManagedBy: "mainstay",
  };
}
