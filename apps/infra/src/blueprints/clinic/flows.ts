import { contract } from "@mainstay/contract";
import type { Flow } from "@mainstay/vpc";

/** Every connection that the clinic opens; the subnets' borders refuse all others. */
export const flows: readonly Flow[] = [
  { from: "internet", to: "public", port: 443 },
  { from: "internet", to: "public", port: 80 },
  { from: "public", to: "application", port: contract.port },
  { from: "application", to: "data", port: contract.database.port },
  // NFS, to the mount targets of EFS.
  { from: "application", to: "data", port: 2049 },
  // AWS APIs: image pulls, logs, secrets, the ECS agent.
  { from: "application", to: "internet", port: 443 },
];
