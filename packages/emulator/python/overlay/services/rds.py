"""Amazon RDS.

| resource | completes | moto alone |
|---|---|---|
| aws_db_instance | Performance Insights | forgets it |
| aws_db_instance | replicate_source_db | a replica in another region fails; a promoted one stays a replica; two instances have one identity |
| aws_db_subnet_group | ModifyDBSubnetGroup | deletes the group |
| aws_db_parameter_group | parameter | does not say which parameters the user set |
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from functools import wraps
from typing import Any
from uuid import uuid4

from overlay.registry import Completion
from overlay.remember import after

COMPLETIONS = [
    Completion(
        "aws_db_instance",
        (
            "performance_insights_enabled",
            "performance_insights_kms_key_id",
            "performance_insights_retention_period",
            "replicate_source_db",
            "CreateDBInstanceReadReplica",
            "PromoteReadReplica",
        ),
        "forgets Performance Insights; makes no replica in another region, accepts what RDS refuses of one, and promotes none; "
        "gives all instances one identity",
    ),
    Completion("aws_db_subnet_group", ("ModifyDBSubnetGroup",), "deletes the group"),
    Completion("aws_db_parameter_group", ("parameter",), "does not say which ones the user set, so the provider sees none"),
]


def apply() -> None:
    from moto.rds.models import DBInstance, DBParameterGroup, RDSBackend
    from moto.rds.responses import RDSResponse

    for action in ("create_db_instance", "create_db_instance_read_replica", "modify_db_instance"):
        after(RDSResponse, action, _keep_performance_insights)
    after(DBParameterGroup, "update_parameters", _say_user)
    RDSBackend.modify_db_subnet_group = _modify_subnet_group
    after(DBInstance, "__init__", _be_unique)
    DBInstance.remove_replica = _forget_replica
    RDSBackend.create_db_instance_read_replica = _create_read_replica
    RDSBackend.promote_read_replica = _promote
    _delete_without_source(RDSBackend)


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


def _be_unique(self: Any, _: Any, *__: Any, **___: Any) -> None:
    """The provider finds an instance by this identity."""
    self.dbi_resource_id = f"db-{uuid4().hex[:26].upper()}"


def _create_read_replica(self: Any, db_kwargs: Any) -> Any:
    from moto.core.utils import utcnow
    from moto.rds.exceptions import DBInstanceAlreadyExists

    identifier = db_kwargs["db_instance_identifier"]
    if identifier in self.databases:
        raise DBInstanceAlreadyExists()
    source = self.find_db_from_id(db_kwargs["source_db_instance_identifier"])
    _refuse_replica(self, source, db_kwargs)
    replica = copy.copy(source)
    # WHY first: a subnet group is looked up in the instance's own region.
    replica.backend = self
    _be_unique(replica, None)
    replica.set_as_replica()
    replica.instance_create_time = replica.created = utcnow()
    replica.availability_zone = f"{self.region_name}a"
    replica.tags = []
    replica.backup_retention_period = 0
    replica.deletion_protection = replica.multi_az = False
    replica.enabled_cloudwatch_logs_exports = list(db_kwargs.get("enable_cloudwatch_logs_exports") or [])
    replica.monitoring_interval = 0
    replica.monitoring_role_arn = None
    for field in ("PerformanceInsightsEnabled", "PerformanceInsightsKMSKeyId", "PerformanceInsightsRetentionPeriod"):
        setattr(replica, field, None)
    if source.region != self.region_name:
        replica.db_parameter_group_name = None
    replica.update(**db_kwargs)
    self.databases[identifier] = replica
    source.add_replica(replica)
    return replica


def _refuse_replica(self: Any, source: Any, db_kwargs: Any) -> None:
    from moto.rds.exceptions import RDSClientError

    elsewhere = source.region != self.region_name
    key = db_kwargs.get("kms_key_id")
    if source.manage_master_user_password:
        raise RDSClientError(
            "InvalidParameterCombination",
            f"Creating read replicas for source instance with engine {source.engine} where ManageMasterUserPassword is enabled is not supported.",
        )
    if not source.backup_retention_period:
        raise RDSClientError("InvalidDBInstanceState", "Automated backups are not enabled for this database instance.")
    if elsewhere and source.storage_encrypted and not key:
        raise RDSClientError("InvalidParameterCombination", "An encrypted replica in another region needs a KmsKeyId of that region.")
    if not elsewhere and key:
        raise RDSClientError("InvalidParameterCombination", "A replica in the same region has the key of its source.")
    if not elsewhere and db_kwargs.get("db_subnet_group_name") and not db_kwargs["source_db_instance_identifier"].startswith("arn:"):
        raise RDSClientError("DBSubnetGroupNotAllowedFault", "The replica is in the same region as its source.")


def _promote(self: Any, db_kwargs: Any) -> Any:
    from moto.rds.exceptions import InvalidDBInstanceStateError

    replica = self.describe_db_instances(db_kwargs["db_instance_identifier"])[0]
    if not replica.is_replica:
        raise InvalidDBInstanceStateError(replica.db_instance_identifier, "promote")
    source = _source(self, replica)
    if source is not None:
        source.remove_replica(replica)
    replica.is_replica = False
    replica.source_db_instance_identifier = None
    replica.update(**db_kwargs)
    return replica


def _source(self: Any, replica: Any) -> Any:
    """The server that it follows; None where that is gone, and the replica waits to be promoted or deleted."""
    from moto.rds.exceptions import DBInstanceNotFoundError

    try:
        return self.find_db_from_id(replica.source_db_instance_identifier)
    except DBInstanceNotFoundError:
        return None


def _delete_without_source(backend: Any) -> None:
    original = backend.delete_db_instance

    @wraps(original)
    def delete(self: Any, db_instance_identifier: str, **options: Any) -> Any:
        database = self.databases.get(db_instance_identifier)
        if database is not None and database.is_replica and _source(self, database) is None:
            database.is_replica = False
        return original(self, db_instance_identifier, **options)

    backend.delete_db_instance = delete


def _forget_replica(self: Any, replica: Any) -> None:
    """A source knows its replicas elsewhere by their ARN."""
    self.replicas = [name for name in self.replicas if name not in (replica.db_instance_identifier, replica.db_instance_arn)]
