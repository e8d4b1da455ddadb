"""Amazon EC2 Auto Scaling.

| resource | completes | moto alone |
|---|---|---|
| aws_autoscaling_group | warm-up, lifetime, maintenance policy, zone distribution | forgets them |
| aws_autoscaling_group | instance_refresh | lacks it. Here one succeeds at once, and replaces no instance |
| aws_autoscaling_group | DeleteAutoScalingGroup | leaves protected instances running, without a group |
"""

from __future__ import annotations

from functools import wraps
from typing import Any
from uuid import uuid4

from overlay.registry import Completion
from overlay.remember import after

COMPLETIONS = [
    Completion(
        "aws_autoscaling_group",
        ("default_instance_warmup", "max_instance_lifetime", "instance_maintenance_policy", "availability_zone_distribution", "DeleteAutoScalingGroup", "instance_refresh"),
        "forgets them; cannot refresh instances; leaves instances that are protected from scale-in behind, and volumes and network interfaces of the others",
    ),
]


def apply() -> None:
    from moto.autoscaling.models import AutoScalingBackend
    from moto.autoscaling.responses import AutoScalingResponse

    after(AutoScalingResponse, "create_auto_scaling_group", _keep)
    _delete_protected(AutoScalingBackend)
    AutoScalingResponse.start_instance_refresh = _start_refresh
    AutoScalingResponse.describe_instance_refreshes = _describe_refreshes
    AutoScalingResponse.cancel_instance_refresh = _no_refresh
    after(AutoScalingResponse, "update_auto_scaling_group", _keep)


def _keep(self: Any, _: Any) -> None:
    group = self.autoscaling_backend.autoscaling_groups[self._get_param("AutoScalingGroupName")]
    # Each has a value that unsets it.
    for field, unset in (
        ("DefaultInstanceWarmup", -1),
        ("MaxInstanceLifetime", 0),
        ("InstanceMaintenancePolicy", {"MinHealthyPercentage": -1, "MaxHealthyPercentage": -1}),
        ("AvailabilityZoneDistribution", {}),
    ):
        value = self._get_param(field)
        if value is not None:
            setattr(group, field, None if value == unset else value)


def _delete_protected(backend: Any) -> None:
    """Protection from scale-in is not protection from deletion."""
    original = backend.delete_auto_scaling_group

    @wraps(original)
    def delete(self: Any, group_name: str) -> Any:
        group = self.autoscaling_groups.get(group_name)
        for state in group.instance_states if group else ():
            state.protected_from_scale_in = False
        return original(self, group_name)

    backend.delete_auto_scaling_group = delete


def _start_refresh(self: Any) -> Any:
    from moto.core.responses import ActionResult
    from moto.core.utils import utcnow

    refresh = {
        "InstanceRefreshId": str(uuid4()),
        "AutoScalingGroupName": self._get_param("AutoScalingGroupName"),
        "Status": "Successful",
        "StartTime": utcnow(),
        "EndTime": utcnow(),
        "PercentageComplete": 100,
        "InstancesToUpdate": 0,
    }
    _refreshes(self).insert(0, refresh)
    return ActionResult({"InstanceRefreshId": refresh["InstanceRefreshId"]})


def _describe_refreshes(self: Any) -> Any:
    from moto.core.responses import ActionResult

    wanted = self._get_param("InstanceRefreshIds")
    found = [refresh for refresh in _refreshes(self) if not wanted or refresh["InstanceRefreshId"] in wanted]
    return ActionResult({"InstanceRefreshes": found})


def _no_refresh(self: Any) -> Any:
    """None is ever in progress; the provider looks for this code."""
    from moto.core.exceptions import ServiceException

    raise ServiceException("ActiveInstanceRefreshNotFound", "no instance refresh is in progress")


def _refreshes(self: Any) -> list[dict[str, Any]]:
    group = self.autoscaling_backend.autoscaling_groups[self._get_param("AutoScalingGroupName")]
    return vars(group).setdefault("instance_refreshes", [])
