import { AppautoscalingPolicy } from "@cdktf/provider-aws/lib/appautoscaling-policy/index.js";
import { AppautoscalingTarget } from "@cdktf/provider-aws/lib/appautoscaling-target/index.js";
import type { EcsService } from "@cdktf/provider-aws/lib/ecs-service/index.js";
import { nameOf } from "@mainstay/core";
import type { Construct } from "constructs";
import { cooldown, tracking } from "./capacity.ts";
import type { Route } from "./route.ts";
import type { ServiceProps } from "./service.ts";

/** What changes the number of tasks. */
export interface Scaling {
  readonly target: AppautoscalingTarget;
  readonly policies: readonly AppautoscalingPolicy[];
}

/** Autoscaling of `service` in `scope`; undefined where its capacity is fixed. */
export function scale(
  scope: Construct,
  service: EcsService,
  { capacity, cluster }: ServiceProps,
  route: Route | undefined,
): Scaling | undefined {
  if (capacity.kind === "fixed") return undefined;
  const target = new AppautoscalingTarget(scope, "scaling", {
    serviceNamespace: "ecs",
    scalableDimension: "ecs:service:DesiredCount",
    resourceId: `service/${cluster.name}/${service.name}`,
    minCapacity: capacity.min,
    maxCapacity: capacity.max,
  });
  const policies = Object.entries(tracking(capacity)).map(
    ([id, { metric, target: targetValue }]) =>
      new AppautoscalingPolicy(scope, `scaling-${id}`, {
        name: nameOf(scope, "service", id),
        policyType: "TargetTrackingScaling",
        serviceNamespace: target.serviceNamespace,
        scalableDimension: target.scalableDimension,
        resourceId: target.resourceId,
        targetTrackingScalingPolicyConfiguration: {
          targetValue,
          scaleInCooldown: cooldown.in,
          scaleOutCooldown: cooldown.out,
          predefinedMetricSpecification: {
            predefinedMetricType: metric,
            ...(metric === "ALBRequestCountPerTarget" &&
              route !== undefined && { resourceLabel: route.requestCountLabel }),
          },
        },
      }),
  );
  return { target, policies };
}
