/** The parts of a Terraform state that are read here. */
interface State {
  readonly resources?: readonly {
    readonly mode: string;
    readonly type: string;
    readonly name: string;
    readonly module?: string;
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
  /** What its containers are made from: `<registry>/shop-dev-api@sha256:...`. */
  readonly references: readonly string[];
}

type Attributes = Readonly<Record<string, unknown>>;

const managed = (state: unknown, type: string) =>
  ((state as State | undefined)?.resources ?? []).filter((one) => one.mode === "managed" && one.type === type);

const attributesOf = (state: unknown, type: string): Attributes[] =>
  managed(state, type).flatMap(({ instances }) =>
    instances.flatMap(({ attributes }) => (attributes === undefined ? [] : [attributes])),
  );

/** Whether a reference is of an image, which is called what its repository's name ends with: `api` is in `clinic-dev-api` and in `clinic/api`. */
export function isOf(image: string, reference: string): boolean {
  const [name = ""] = reference.split("@");
  return name.endsWith(`-${image}`) || name.endsWith(`/${image}`);
}

/** The digest of each of `images` that some references have. */
export function digestsIn(references: readonly string[], images: readonly string[]): Record<string, string> {
  const found = images.flatMap((image) => {
    const digest = references.find((reference) => isOf(image, reference))?.split("@")[1];
    return digest === undefined ? [] : [[image, digest] as const];
  });
  return Object.fromEntries(found);
}

const referencesOf = ({ container_definitions: text }: Attributes): string[] =>
  typeof text === "string" ? (JSON.parse(text) as { readonly image?: string }[]).map(({ image }) => image ?? "") : [];

/** The digest of each of `images` that a state says is deployed. */
export function deployedDigests(state: unknown, images: readonly string[]): Record<string, string> {
  return digestsIn(attributesOf(state, "aws_ecs_task_definition").flatMap(referencesOf), images);
}

/** The services that a state has. */
export function deployedServices(state: unknown): DeployedService[] {
  const definitions = attributesOf(state, "aws_ecs_task_definition");
  return attributesOf(state, "aws_ecs_service").map((attributes) => {
    const [cluster = "", name = "", taskDefinition = ""] = ["cluster", "name", "task_definition"].map((key) =>
      String(attributes[key]),
    );
    const region = /^arn:[^:]*:ecs:([^:]+):/.exec(taskDefinition)?.[1] ?? "";
    const references = definitions.filter(({ arn }) => arn === taskDefinition).flatMap(referencesOf);
    return { cluster, name, taskDefinition, region, references };
  });
}

/** Addresses of what decides which image runs: services and what they run. */
export function addressesOfServices(state: unknown): string[] {
  return ["aws_ecs_task_definition", "aws_ecs_service"]
    .flatMap((type) => managed(state, type))
    .map(({ module, type, name }) => `${module === undefined ? "" : `${module}.`}${type}.${name}`);
}
