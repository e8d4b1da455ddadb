import { contract } from "@mainstay/contract";
import { Repository } from "@mainstay/ecr";
import { FileStorage } from "@mainstay/efs";
import { Database } from "@mainstay/rds";
import { GeneratedSecret } from "@mainstay/secrets";
import type { Network } from "@mainstay/vpc";
import { type App, TerraformOutput } from "cdktf";
import type { ClinicProps } from "./props.ts";
import { clinicStack } from "./stacks.ts";

/** What must not be lost: patients, documents, images, keys. */
export interface ClinicData {
  readonly database: Database;
  readonly documents: FileStorage;
  readonly images: Repository;
  readonly tokenKey: GeneratedSecret;
}

/** What outlives every service. */
export function dataStack(app: App, props: ClinicProps, network: Network): ClinicData {
  const { api, database, protect = true } = props;
  const stack = clinicStack(app, "data", props);
  const data: ClinicData = {
    database: new Database(stack, "database", { network, name: contract.database.name, protect, ...database }),
    documents: new FileStorage(stack, "documents", { network, protect }),
    images: new Repository(stack, api.image.name, { protect }),
    tokenKey: new GeneratedSecret(stack, "token-key", {
      description: "Signs the access tokens of the API",
      length: 64,
      recovery: protect ? 30 : "unrecoverable",
    }),
  };
  new TerraformOutput(stack, "image-repository", {
    value: data.images.url,
    description: "Where the images of the API are pushed to",
  });
  return data;
}
