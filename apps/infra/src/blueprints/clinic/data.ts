import { contract } from "@mainstay/contract";
import { providerFor } from "@mainstay/core";
import { Repository } from "@mainstay/ecr";
import { Replica as FileReplica, FileStorage } from "@mainstay/efs";
import { type Credentials, Database, ReadReplica } from "@mainstay/rds";
import { GeneratedSecret, type SecretReference } from "@mainstay/secrets";
import type { Network } from "@mainstay/vpc";
import { type App, TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { servicesOf } from "./services.ts";
import type { Site } from "./site.ts";
import { clinicStack } from "./stacks.ts";

/** What the services of a region find there, whichever region it is. */
export interface SiteData {
  readonly database: Database | ReadReplica;
  readonly documents: FileStorage | FileReplica;
  readonly credentials: Credentials;
  readonly tokenKey: SecretReference;
  /** By the image's name. */
  readonly repositories: ReadonlyMap<string, Repository>;
  repository(image: string): Repository;
}

/** What must not be lost: patients, documents, images, keys. */
export interface PrimaryData extends SiteData {
  readonly database: Database;
  readonly documents: FileStorage;
  readonly tokenSecret: GeneratedSecret;
}

/** The copies that the second region has of it. */
export interface StandbyData extends SiteData {
  readonly database: ReadReplica;
  readonly documents: FileReplica;
}

/** What outlives every service. */
export function dataStack(app: App, site: Site, network: Network, standby: Site | undefined): PrimaryData {
  const { database: choice, protect = true, backup, formerRegions = [] } = site;
  const stack = clinicStack(app, "data", site);
  // WHY: Terraform deletes the keys of copies with the provider that created them, and refuses when it is gone.
  for (const former of formerRegions) providerFor(stack, former);
  const replicas = standby === undefined ? [] : [standby.region];
  const { name } = contract.database;
  const database = new Database(stack, "database", { network, name, protect, replicas, ...choice });
  const documents = new FileStorage(stack, "documents", { network, protect, backup: backup === undefined });
  const repositories = repositoriesOf(stack, site);
  const tokenSecret = new GeneratedSecret(stack, "token-key", {
    description: "Signs the access tokens of the API",
    length: 64,
    recovery: protect ? 30 : "unrecoverable",
    replicas,
  });
  const { credentials } = database;
  return {
    database,
    documents,
    credentials,
    tokenSecret,
    tokenKey: tokenSecret.reference,
    repositories,
    repository: (image) => pick(repositories, image),
  };
}

/** The second region's data stack: it follows the first one's until it is promoted. */
export function standbyDataStack(
  app: App,
  site: Site,
  network: Network,
  { source, role }: { readonly source: PrimaryData; readonly role: "replica" | "promoted" },
): StandbyData {
  const { database: choice, protect = true, region } = site;
  const stack = clinicStack(app, "data", site);
  const repositories = repositoriesOf(stack, site);
  return {
    database: new ReadReplica(stack, "database", {
      network,
      source: source.database,
      class: choice.class,
      ...(choice.availability !== undefined && { availability: choice.availability }),
      role,
      protect,
    }),
    documents: new FileReplica(stack, "documents", { network, source: source.documents, role, protect }),
    credentials: source.database.credentialsIn(region),
    tokenKey: source.tokenSecret.replicaIn(region),
    repositories,
    repository: (image) => pick(repositories, image),
  };
}

/** A repository for each image that runs in the region: with one elsewhere, a lost region would take the image with it. */
function repositoriesOf(stack: Construct, site: Site): ReadonlyMap<string, Repository> {
  const { protect = true, api } = site;
  const images = new Set(servicesOf(site).map(({ image }) => image.name));
  return new Map(
    [...images].map((image) => {
      const repository = new Repository(stack, image, { protect });
      const output = image === api.image.name ? "image-repository" : `${image}-image-repository`;
      new TerraformOutput(stack, output, {
        value: repository.url,
        description: "Where the images are pushed to",
      });
      return [image, repository] as const;
    }),
  );
}

function pick(repositories: ReadonlyMap<string, Repository>, image: string): Repository {
  const repository = repositories.get(image);
  if (repository === undefined) throw new Error(`No repository for the image ${image}.`);
  return repository;
}
