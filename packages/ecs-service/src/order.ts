import type { EcsService } from "@cdktf/provider-aws/lib/ecs-service/index.js";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy/index.js";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment/index.js";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule/index.js";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule/index.js";
import { Aspects, TerraformResource } from "cdktf";
import type { Construct } from "constructs";

const permissions: readonly string[] = [
  IamRolePolicy,
  IamRolePolicyAttachment,
  VpcSecurityGroupEgressRule,
  VpcSecurityGroupIngressRule,
].map(({ tfResourceType }) => tfResourceType);

/**
 * Makes every permission below `scope` older than `service`, also those that are granted after it was constructed.
 *
 * WHY: without the order a service starts before its tasks may reach the database, and when it is removed its policies can
 * go first: tasks then never finish, and the service stays in DRAINING (terraform-provider-aws#3414).
 */
export function keepUntilStopped(scope: Construct, service: EcsService): void {
  const before = service.dependsOn ?? [];
  Aspects.of(scope).add({
    visit: (node) => {
      if (node !== scope) return;
      const granted = scope.node
        .findAll()
        .filter((child) => TerraformResource.isTerraformResource(child))
        .filter(({ terraformResourceType }) => permissions.includes(terraformResourceType))
        .map((resource) => `${resource.terraformResourceType}.${resource.friendlyUniqueId}`);
      service.dependsOn = [...new Set([...before, ...granted])];
    },
  });
}
