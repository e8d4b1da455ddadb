import { get } from "node:http";
import { contract, variables } from "@mainstay/contract";

// The container's own health check: exit 0 if the process here is live. A program, because the image has no shell.
const request = get({
  host: "127.0.0.1",
  port: process.env[variables.port] || contract.port,
  path: contract.health.livePath,
  timeout: contract.containerHealth.timeout * 1000,
});
request.on("response", ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1));
request.on("timeout", () => process.exit(1));
request.on("error", () => process.exit(1));
