export { awsCli } from "./aws-cli.ts";
export { Deployment } from "./deployment.ts";
export { awsEnvironment, type Environment } from "./environment.ts";
export { describeLeftovers, type Leftovers, type Resource } from "./leftovers.ts";
export { findLocalAws, type LocalAws, type LocalAwsOptions, ministackServices, startLocalAws } from "./local-aws.ts";
export { type PlannedChange, plannedChanges } from "./planned.ts";
export { pythonPath } from "./python.ts";
export { type Answer, type Completion, type Report, typesInState } from "./report.ts";
export { startTemporaryAws, type TemporaryAws } from "./temporary.ts";
export {
  succeeded,
  type TerraformOptions,
  type TerraformResult,
  terraform,
  terraformEnv,
  terraformEnvOn,
  terraformOn,
} from "./terraform.ts";
export { Watch } from "./watch.ts";
