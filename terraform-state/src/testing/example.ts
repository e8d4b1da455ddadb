import { s3State } from "@mainstay/core";
import { type AccountProps, account } from "../account.ts";

/** The account of tests: moto's own number. */
export const exampleProps: AccountProps = {
  name: "clinic",
  account: "123456789012",
  state: s3State("clinic-test-states", { region: "eu-central-1" }),
  repository: "example/clinic",
  environments: { "clinic-dev": { branch: "main", region: "eu-west-1" } },
  cost: { owner: "tests", costCenter: "state" },
};

export default account(exampleProps);
