import type { LoadBalancer } from "@mainstay/alb";
import { contract, variables } from "@mainstay/contract";
import { Ec2Cluster } from "@mainstay/ecs-ec2";
import { imageDigest, Service } from "@mainstay/ecs-service";
import type { Network } from "@mainstay/vpc";
import { type App, TerraformOutput } from "cdktf";
import type { ClinicData } from "./data.ts";
import type { ClinicProps } from "./props.ts";
import { clinicStack } from "./stacks.ts";

/** What the service stands on; all of it outlives the service. */
interface Ground {
  readonly network: Network;
  readonly data: ClinicData;
  readonly entrance: LoadBalancer;
}

/** What changes every day: the cluster and what runs on it. Losing all of it loses nothing that cannot be deployed again. */
export function serviceStack(app: App, props: ClinicProps, { network, data, entrance }: Ground): void {
  const { instances, api } = props;
  const { database, documents, images, tokenKey } = data;
  const stack = clinicStack(app, "service", props);
  const cluster = new Ec2Cluster(stack, "cluster", { network, instances, workloads: [api] });
  const service = new Service(stack, api.image.name, {
    cluster,
    network,
    image: { repository: images, digest: imageDigest(stack, api.image.name) },
    task: api.task,
    capacity: api.capacity,
    route: (server) => entrance.route(stack, `${api.image.name}-route`, { server, priority: 100 }),
    environment: {
      [variables.databaseHost]: database.endpoint.host,
      [variables.databasePort]: String(database.endpoint.port),
      [variables.databaseName]: contract.database.name,
      [variables.databaseCa]: "amazon-rds",
    },
    secrets: {
      [variables.databaseUser]: { ...database.credentials, field: "username" },
      [variables.databasePassword]: { ...database.credentials, field: "password" },
      [variables.tokenKey]: tokenKey.reference,
    },
    storage: { files: documents, directory: "/documents" },
  });
  database.allowFrom(service);
  new TerraformOutput(stack, "cluster-name", { value: cluster.name, description: "For aws ecs --cluster" });
  new TerraformOutput(stack, "task-definition", {
    value: service.taskDefinition.arn,
    description: "What a deployment has to be running when it is done",
  });
}
