import { s3State } from "@mainstay/core";
import { account } from "@mainstay/terraform-state";
import { bucket } from "./subject.ts";

/** The account of the subject: moto's own number. */
export default account({
  name: "shop",
  account: "123456789012",
  state: s3State(bucket, { region: "eu-west-1" }),
  repository: "example/shop",
  environments: {
    "shop-dev": { branch: "main", region: "eu-west-1" },
    "shop-live": { branch: "main", region: "eu-west-1", production: true },
  },
  cost: { owner: "tests", costCenter: "delivery" },
});
