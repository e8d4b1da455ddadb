import { EnvironmentStack, type Life, localState, s3State } from "@mainstay/core";
import { Repository } from "@mainstay/ecr";
import { FileStorage } from "@mainstay/efs";
import { GeneratedSecret } from "@mainstay/secrets";
import { emptySecurityGroup, Vpc } from "@mainstay/vpc";
import { App } from "cdktf";
import { Construct } from "constructs";

// A small app to interrupt: two stacks, of which one reads the other, with parts that AWS takes its time for.
// It stands alone, so that the tests of recovery say nothing of any blueprint.

const { RECOVERY_BUCKET: bucket, RECOVERY_PROTECT: protect = "no" } = process.env;
const app = new App({ stackTraces: false });

/** Somebody who mounts the documents. */
class Client extends Construct {
  readonly securityGroup = emptySecurityGroup(this, network.vpcId, "a client");
}

const stack = (life: Life) =>
  new EnvironmentStack(app, {
    blueprint: "recovery",
    name: "test",
    region: "eu-west-1",
    life,
    state: bucket === undefined ? localState : s3State(bucket),
    cost: { owner: "tests", costCenter: "recovery" },
  });

const network = new Vpc(stack("network"), "network", {
  zones: ["eu-west-1a", "eu-west-1b"],
  nat: "single",
  flows: [
    { from: "application", to: "data", port: 2049 },
    { from: "application", to: "internet", port: 443 },
  ],
});

const data = stack("data");
const documents = new FileStorage(data, "documents", { network, protect: protect === "yes" });
documents.accessPoint("api", { directory: "/api", owner: 1000 });
documents.allowFrom(new Client(data, "client"));
new GeneratedSecret(data, "token-key", { description: "Signs tokens", recovery: "unrecoverable" });
new Repository(data, "api", { protect: protect === "yes" });

app.synth();
