import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity/index.js";
import { EcrLifecyclePolicy } from "@cdktf/provider-aws/lib/ecr-lifecycle-policy/index.js";
import { EcrRepository } from "@cdktf/provider-aws/lib/ecr-repository/index.js";
import type { KmsKey } from "@cdktf/provider-aws/lib/kms-key/index.js";
import { check, encryptionKey, nameOf } from "@mainstay/core";
import { Construct } from "constructs";
import { lifecyclePolicy, problems } from "./decisions.ts";

export interface RepositoryProps {
  /**
   * Name in the registry, for example `clinic/api`. A change replaces the repository with an empty one.
   *
   * @default the environment and the construct's path, for example `clinic-production-api`
   */
  readonly name?: string;

  /**
   * Images that are kept, 2 to 1000: the newest that many, and beside them the newest that many deployed ones (those with a tag
   * that starts with `deployed-`). Older ones expire within a day.
   *
   * @default 50
   */
  readonly keep?: number;

  /**
   * Refuses every plan that would delete the images. Without it the repository goes with all that is in it.
   *
   * @default true
   */
  readonly protect?: boolean;
}

/**
 * A private registry for the images of one application.
 *
 * A tag never moves: what was reviewed is what runs. Every push is scanned. There is no repository policy: IAM policies of the
 * own account decide who pushes and pulls.
 */
export class Repository extends Construct {
  readonly key: KmsKey;
  readonly repository: EcrRepository;
  readonly lifecyclePolicy: EcrLifecyclePolicy;
  /** What an image's name starts with: `<account>.dkr.ecr.<region>.amazonaws.com/<name>`. */
  readonly url: string;
  readonly arn: string;

  constructor(scope: Construct, id: string, props: RepositoryProps = {}) {
    super(scope, id);
    check(this, problems(props));
    const { name = nameOf(this, "repository"), keep = 50, protect = true } = props;

    this.key = this.createKey(protect);
    this.repository = new EcrRepository(this, "repository", {
      name,
      imageTagMutability: "IMMUTABLE",
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfiguration: [{ encryptionType: "KMS", kmsKey: this.key.arn }],
      forceDelete: !protect,
      lifecycle: { preventDestroy: protect },
    });
    this.lifecyclePolicy = new EcrLifecyclePolicy(this, "lifecycle", {
      repository: this.repository.name,
      policy: JSON.stringify(lifecyclePolicy(keep)),
    });
    this.url = this.repository.repositoryUrl;
    this.arn = this.repository.arn;
  }

  private createKey(protect: boolean): KmsKey {
    const { accountId } = new DataAwsCallerIdentity(this, "account", {});
    return encryptionKey(this, "key", { account: accountId, encrypts: "image layers", protect });
  }
}
