"""Amazon ECS.

| resource | completes | moto alone |
|---|---|---|
| aws_ecs_service | capacity provider strategy, zone rebalancing, placement, deployments, exec, connect | forgets them at creation |
| aws_ecs_service | wait_for_steady_state | leaves every task pending for ever |
| aws_ecs_capacity_provider | managed_draining | forgets it |
"""

from __future__ import annotations

from typing import Any

from overlay.registry import Completion
from overlay.remember import after, remember

COMPLETIONS = [
    Completion(
        "aws_ecs_service",
        (
            "capacity_provider_strategy",
            "availability_zone_rebalancing",
            "ordered_placement_strategy",
            "placement_constraints",
            "deployment_circuit_breaker",
            "deployment_maximum_percent",
            "deployment_minimum_healthy_percent",
            "alarms",
            "enable_execute_command",
            "enable_ecs_managed_tags",
            "health_check_grace_period_seconds",
            "service_connect_configuration",
            "wait_for_steady_state",
        ),
        "forgets them, so that the second plan replaces the service; leaves every task pending for ever",
    ),
    Completion("aws_ecs_capacity_provider", ("managed_draining", "managed_scaling"), "forgets changes of them"),
]


SERVICE_FIELDS = (
    "capacityProviderStrategy",
    "availabilityZoneRebalancing",
    "placementStrategy",
    "placementConstraints",
    "enableExecuteCommand",
    "enableECSManagedTags",
    "healthCheckGracePeriodSeconds",
)


def apply() -> None:
    from moto.ecs.models import CapacityProvider, EC2ContainerServiceBackend
    from moto.ecs.responses import EC2ContainerServiceResponse

    remember(EC2ContainerServiceResponse, "create_service", "service", SERVICE_FIELDS)
    remember(EC2ContainerServiceResponse, "update_service", "service", SERVICE_FIELDS)
    for action in ("create_service", "update_service"):
        after(EC2ContainerServiceResponse, action, _merge_deployment)
    after(EC2ContainerServiceResponse, "create_service", _own_strategy)
    after(CapacityProvider, "update", _keep_draining)
    after(EC2ContainerServiceBackend, "create_service", _start_tasks)
    after(EC2ContainerServiceBackend, "update_service", _restart_tasks)


def _own_strategy(self: Any, result: Any) -> None:
    """A service with a capacity provider strategy has no launch type."""
    service = result.result["service"]
    if self._get_param("capacityProviderStrategy"):
        service.launch_type = None


def _merge_deployment(self: Any, result: Any) -> None:
    """A change names only the parts that differ."""
    service = result.result["service"]
    known = getattr(service, "deploymentConfiguration", {})
    service.deploymentConfiguration = {**known, **(self._get_param("deploymentConfiguration") or {})}
    # WHY both: moto puts an update here, unmerged, and looks here first.
    service.deployment_configuration = service.deploymentConfiguration


def _keep_draining(self: Any, _: Any, details: dict[str, Any]) -> None:
    if "managedDraining" in details:
        self.auto_scaling_group_provider["managedDraining"] = details["managedDraining"]


def _start_tasks(self: Any, service: Any, *_: Any, **__: Any) -> None:
    """No container runs here; a service counts as steady at once."""
    cluster = self._get_cluster(service.cluster_arn)
    self.update_cluster_resources(cluster, -service.pending_count, task_state="PENDING")
    self.update_cluster_resources(cluster, service.desired_count - service.running_count, task_state="RUNNING")
    _settle(service)


def _restart_tasks(self: Any, service: Any, properties: dict[str, Any]) -> None:
    """The same after a change. moto has taken the service's tasks from the cluster and given back only a new number of them."""
    if properties.get("desired_count") is None:
        cluster = self._get_cluster(service.cluster_arn)
        self.update_cluster_resources(cluster, service.desired_count, task_state="RUNNING")
    _settle(service)


def _settle(service: Any) -> None:
    service.running_count = service.desired_count
    service.pending_count = 0
    for deployment in service.deployments:
        deployment.update(
            desiredCount=service.desired_count,
            runningCount=service.desired_count,
            pendingCount=0,
            rolloutState="COMPLETED",
            rolloutStateReason=f"ECS deployment {deployment['id']} completed.",
            taskDefinition=service.task_definition,
        )
