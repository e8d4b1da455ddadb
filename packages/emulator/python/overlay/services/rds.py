"""Amazon RDS.

| resource | completes | moto alone |
|---|---|---|
| aws_db_instance | Performance Insights | forgets it |
| aws_db_subnet_group | ModifyDBSubnetGroup | deletes the group |
| aws_db_parameter_group | parameter | does not say which parameters the user set |
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from overlay.registry import Completion
from overlay.remember import after

COMPLETIONS = [
    Completion(
        "aws_db_instance",
        ("performance_insights_enabled", "performance_insights_kms_key_id", "performance_insights_retention_period"),
        "forgets them",
    ),
    Completion("aws_db_subnet_group", ("ModifyDBSubnetGroup",), "deletes the group"),
    Completion("aws_db_parameter_group", ("parameter",), "does not say which ones the user set, so the provider sees none"),
]


def apply() -> None:
    from moto.rds.models import DBParameterGroup, RDSBackend
    from moto.rds.responses import RDSResponse

    for action in ("create_db_instance", "create_db_instance_read_replica", "modify_db_instance"):
        after(RDSResponse, action, _keep_performance_insights)
    after(DBParameterGroup, "update_parameters", _say_user)
    RDSBackend.modify_db_subnet_group = _modify_subnet_group


def _keep_performance_insights(self: Any, result: Any) -> None:
    instance = result.result["DBInstance"]
    enabled = self.params.get("EnablePerformanceInsights")
    if enabled is not None:
        instance.PerformanceInsightsEnabled = enabled
        instance.PerformanceInsightsRetentionPeriod = 7 if enabled else None
        instance.PerformanceInsightsKMSKeyId = None
    for field in ("PerformanceInsightsKMSKeyId", "PerformanceInsightsRetentionPeriod"):
        value = self.params.get(field)
        if value is not None:
            setattr(instance, field, value)


def _say_user(self: Any, _: Any, parameters: Iterable[dict[str, Any]]) -> None:
    for parameter in parameters:
        self.parameters[parameter["ParameterName"]]["Source"] = "user"


def _modify_subnet_group(self: Any, subnet_name: str, description: str | None, subnets: list[Any]) -> Any:
    from moto.rds.exceptions import DBSubnetGroupNotFoundError

    group = self.subnet_groups.get(subnet_name)
    if group is None:
        raise DBSubnetGroupNotFoundError(subnet_name)
    group._subnets = subnets
    if description is not None:
        group.description = description
    return group
