"""Amazon ECS.

| resource | completes | moto alone |
|---|---|---|
| aws_ecs_service | capacity provider strategy, zone rebalancing, placement, deployments, exec, connect | forgets them at creation |
| aws_ecs_cluster | service_connect_defaults | answers nothing where AWS answers an empty object |
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
        ),
        "forgets them; the second plan replaces the service",
    ),
    Completion("aws_ecs_capacity_provider", ("managed_draining", "managed_scaling"), "forgets changes of them"),
]


SERVICE_FIELDS = (
    "capacityProviderStrategy",
    "availabilityZoneRebalancing",
    "placementStrategy",
    "placementConstraints",
    "deploymentConfiguration",
    "enableExecuteCommand",
    "enableECSManagedTags",
    "healthCheckGracePeriodSeconds",
)


def apply() -> None:
    from moto.ecs.models import CapacityProvider
    from moto.ecs.responses import EC2ContainerServiceResponse

    remember(EC2ContainerServiceResponse, "create_service", "service", SERVICE_FIELDS)
    remember(EC2ContainerServiceResponse, "update_service", "service", SERVICE_FIELDS)
    after(EC2ContainerServiceResponse, "create_service", _own_strategy)
    after(CapacityProvider, "update", _keep_draining)


def _own_strategy(self: Any, result: Any) -> None:
    """A service with a capacity provider strategy has no launch type."""
    service = result.result["service"]
    if self._get_param("capacityProviderStrategy"):
        service.launch_type = None


def _keep_draining(self: Any, _: Any, details: dict[str, Any]) -> None:
    if "managedDraining" in details:
        self.auto_scaling_group_provider["managedDraining"] = details["managedDraining"]
