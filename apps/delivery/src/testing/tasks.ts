import { awsCli, type LocalAws } from "@mainstay/emulator";

/** What ECS does for a service, and the local AWS does not: tasks that run. One at a time. */
export class Tasks {
  readonly #aws: LocalAws;
  #running: string | undefined;

  constructor(aws: LocalAws) {
    this.#aws = aws;
  }

  /** WHY: moto has a task end after it was looked at a few times. */
  async stay(): Promise<void> {
    await fetch(`${this.#aws.endpoint}/moto-api/state-manager/set-transition`, {
      method: "POST",
      body: JSON.stringify({ model_name: "ecs::task", transition: { progression: "manual", times: 100_000 } }),
    });
  }

  /** Starts a task of a revision of `shop-dev-api`, instead of the one before. */
  async start(revision: number): Promise<void> {
    await this.stop();
    const query = "Subnets[?CidrBlock=='10.0.0.0/28'].SubnetId";
    const subnets = (await this.#cli("ec2", "describe-subnets", "--query", query)) as string[];
    const network = { awsvpcConfiguration: { subnets, securityGroups: [] } };
    const what = [
      "--task-definition",
      `shop-dev-api:${revision}`,
      "--group",
      "service:api",
      "--launch-type",
      "FARGATE",
    ];
    const words = ["--cluster", "shop-dev", ...what, "--network-configuration", JSON.stringify(network)];
    this.#running = (await this.#cli("ecs", "run-task", ...words, "--query", "tasks[0].taskArn")) as string;
  }

  /** Ends it, with its network interface. */
  async stop(): Promise<void> {
    if (this.#running === undefined) return;
    await this.#cli("ecs", "stop-task", "--cluster", "shop-dev", "--task", this.#running);
    this.#running = undefined;
    const query = "NetworkInterfaces[?Description=='moto ECS'].NetworkInterfaceId";
    for (const id of (await this.#cli("ec2", "describe-network-interfaces", "--query", query)) as string[]) {
      await this.#cli("ec2", "delete-network-interface", "--network-interface-id", id);
    }
  }

  #cli(...words: readonly string[]): Promise<unknown> {
    return awsCli(this.#aws, words, "eu-west-1");
  }
}
