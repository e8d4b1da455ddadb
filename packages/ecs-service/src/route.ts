import type { ITerraformDependable } from "cdktf";

/** How a load balancer sends requests to a service; what `route()` of `@mainstay/alb` gives. */
export interface Route {
  readonly loadBalancer: { readonly arnSuffix: string };
  readonly targetGroup: { readonly arn: string; readonly arnSuffix: string };
  /** What makes the load balancer use the target group; ECS refuses a service whose target group nobody uses. */
  readonly rule: ITerraformDependable;
  /** `app/<name>/<id>/targetgroup/<name>/<id>`: how autoscaling names both in one. */
  readonly requestCountLabel: string;
}
