/** The parts of a Terraform state that are read here. */
interface State {
  readonly resources?: readonly {
    readonly mode: string;
    readonly type: string;
    readonly instances: readonly { readonly attributes?: Readonly<Record<string, unknown>> }[];
  }[];
}

/** A service of ECS that a stack has deployed. */
export interface DeployedService {
  readonly cluster: string;
  readonly name: string;
  readonly region: string;
  /** ARN of the task definition that it is to run. */
  readonly taskDefinition: string;
}

type Attributes = Readonly<Record<string, unknown>>;

const attributesOf = (state: unknown, type: string): Attributes[] =>
  ((state as State | undefined)?.resources ?? [])
    .filter((resource) => resource.mode === "managed" && resource.type === type)
    .flatMap(({ instances }) => instances.flatMap(({ attributes }) => (attributes === undefined ? [] : [attributes])));

/**
 * The digest of each of `images` that a state says is deployed. An image is called what its repository's name ends with:
 * `api` is in `clinic-dev-api` and in `clinic/api`.
 */
export function deployedDigests(state: unknown, images: readonly string[]): Record<string, string> {
  const references = attributesOf(state, "aws_ecs_task_definition").flatMap(({ container_definitions: text }) =>
    typeof text === "string" ? (JSON.parse(text) as { readonly image?: string }[]).map(({ image }) => image ?? "") : [],
  );
  const found = images.flatMap((image) => {
    const own = references
      .map((reference) => reference.split("@"))
      .find(([name = ""]) => name.endsWith(`-${image}`) || name.endsWith(`/${image}`));
    return own?.[1] === undefined ? [] : [[image, own[1]] as const];
  });
  return Object.fromEntries(found);
}

/** The services that a state has. */
export function deployedServices(state: unknown): DeployedService[] {
  return attributesOf(state, "aws_ecs_service").map((attributes) => {
    const [cluster, name, taskDefinition] = ["cluster", "name", "task_definition"].map((key) =>
      String(attributes[key]),
    );
    const region = /^arn:[^:]*:ecs:([^:]+):/.exec(taskDefinition ?? "")?.[1] ?? "";
    return { cluster: cluster ?? "", name: name ?? "", taskDefinition: taskDefinition ?? "", region };
  });
}
