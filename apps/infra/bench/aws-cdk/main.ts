import { App } from "aws-cdk-lib";
import { DataStack, EdgeStack, NetworkStack, ServiceStack } from "./clinic.ts";

// How many environments; the output goes where CDK_OUTDIR says.
const count = Number(process.argv[2] ?? 1);
// Without the validation that synthesis ends with since 2026: it is no synthesis, and takes three seconds for one environment.
const app = new App({ analyticsReporting: false, builtinCloudFormationValidation: false });
for (let index = 0; index < count; index++) {
  const id = (life: string) => `clinic-e${index}-${life}`;
  const env = { account: "123456789012", region: "eu-west-1" };
  const { vpc } = new NetworkStack(app, id("network"), { env, cidr: `10.${index}.0.0/16` });
  const data = new DataStack(app, id("data"), { env, vpc });
  const edge = new EdgeStack(app, id("edge"), { env, vpc, domain: `e${index}.clinic.example.com` });
  new ServiceStack(app, id("service"), { env, vpc, data, edge });
}
app.synth();
