import { s3State } from "@mainstay/core";
import { account } from "../src/account.ts";

export default account({
  name: "clinic",
  account: "123456789012",
  state: s3State("clinic-example-terraform-state", { region: "eu-central-1" }),
  repository: "example/clinic",
  environments: {
    "clinic-dev": { branch: "main", region: "eu-west-1" },
    "clinic-production": { branch: "main", region: "eu-west-1", production: true },
  },
  cost: { owner: "platform", costCenter: "clinic" },
});
