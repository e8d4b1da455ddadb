/** What Terraform plans to do with one resource. */
export interface PlannedChange {
  readonly address: string;
  readonly type: string;
  /** Where it was, if the plan moves it. */
  readonly from?: string;
  readonly action: "create" | "update" | "replace" | "delete" | "forget";
  /** It exists, and is taken into the state. */
  readonly imported?: true;
}

/** One line of what `terraform plan -json` and `apply -json` say; fields of other kinds of line are not listed. */
interface Message {
  readonly type: string;
  readonly change?: {
    readonly resource: { readonly addr: string; readonly resource_type: string };
    readonly previous_resource?: { readonly addr: string };
    readonly action: string;
    readonly importing?: object;
  };
}

/** What Terraform says that it will do to managed resources; reading a data source and doing nothing are left out. */
export function plannedChanges(output: string): PlannedChange[] {
  return output
    .split("\n")
    .filter((line) => line.includes('"planned_change"'))
    .map((line): Message => JSON.parse(line))
    .flatMap(({ change }) => {
      const action = change && actions[change.action];
      if (change === undefined || action === undefined) return [];
      const { resource, previous_resource: previous, importing } = change;
      return [
        {
          address: resource.addr,
          type: resource.resource_type,
          action,
          ...(previous !== undefined && { from: previous.addr }),
          ...(importing !== undefined && { imported: true as const }),
        },
      ];
    });
}

/** Terraform's words; a move alone is an update of the address. */
const actions: Readonly<Record<string, PlannedChange["action"]>> = {
  create: "create",
  update: "update",
  move: "update",
  replace: "replace",
  delete: "delete",
  remove: "forget",
};
