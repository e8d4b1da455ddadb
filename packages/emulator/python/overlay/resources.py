"""What exists in the local AWS that was not there when it started, in all accounts and regions.

It looks at moto's own objects rather than at a list of APIs, so a kind of resource cannot be forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

RETAINED = {
    ("kms", "keys"): lambda key: (
        (key.key_state == "PendingDeletion" and "key is pending deletion, as in AWS")
        or (key.description.startswith("Default master key") and "key that AWS manages, made at its first use")
    ),
    ("secretsmanager", "secrets"): lambda secret: secret.is_deleted() and "secret is in its recovery window, as in AWS",
    ("ecs", "task_definitions"): lambda task: (
        "deregistered task definitions stay, inactive"
        if task.status == "INACTIVE"
        else "task definition that was kept on purpose (skip_destroy): what a rollback goes back to, free of charge"
    ),
    ("ecs", "services"): lambda service: service.status == "INACTIVE" and "deleted services stay visible for a while, inactive",
    ("ecs", "clusters"): lambda cluster: cluster.status == "INACTIVE" and "deleted clusters stay visible for a while, inactive",
    ("ec2", "vpc_end_points"): lambda endpoint: endpoint.state == "deleted" and "deleted endpoints stay visible for a while",
    ("ec2", "nat_gateways"): lambda gateway: gateway.state == "deleted" and "deleted NAT gateways stay visible for an hour",
    ("ec2", "reservations"): lambda machine: machine._state.name == "terminated" and "terminated instances stay visible for an hour",
    ("backup", "plans"): lambda plan: plan.deletion_date is not None and "deleted plans stay known to their backups",
    ("rds", "database_snapshots"): lambda snapshot: "final or manual snapshot: kept on purpose",
    ("rds", "cluster_snapshots"): lambda snapshot: "final or manual snapshot: kept on purpose",
}
"""(service, attribute of moto's backend) -> why this one may stay, or a false value."""

HISTORY = {
    ("autoscaling", "activities"): "a log",
    ("cloudwatch", "metric_data"): "measurements",
    ("cloudwatch", "aws_metric_data"): "measurements",
    ("cloudwatch", "alarm_history"): "a log",
    ("servicediscovery", "operations"): "a log",
    ("cloudtrail", "events"): "a log",
}
"""Records of what happened, which AWS keeps or expires by itself."""

PUBLIC = (
    ("ssm", "_parameters./aws/"),
    ("rds", "db_parameter_groups.default."),
    ("rds", "db_cluster_parameter_groups.default."),
    ("rds", "option_groups.default:"),
)
"""(service, beginning of the path) of what AWS provides and moto loads at its first use. No user can make any of these."""


class Baseline:
    """Remembers what each of moto's backends holds at its creation: the default VPC, managed policies, AMIs and the like."""

    def __init__(self) -> None:
        self._there: dict[int, set[str]] = {}

    def watch(self) -> None:
        from moto.core.base_backend import AccountSpecificBackend

        create = AccountSpecificBackend.__getitem__

        def getitem(accounts: Any, region: str) -> Any:
            backend = create(accounts, region)
            if id(backend) not in self._there:
                self._there[id(backend)] = {path for path, _, _ in _walk(backend)}
            return backend

        AccountSpecificBackend.__getitem__ = getitem

    def difference(self) -> dict[str, list[dict[str, str]]]:
        """`leftovers`, and `retained` with a reason each."""
        found: dict[str, list[dict[str, str]]] = {"leftovers": [], "retained": []}
        for service, region, backend in _backends():
            before = self._there.get(id(backend), set())
            for path, attribute, thing in _walk(backend):
                if path in before or (service, attribute) in HISTORY or _is_public(service, path):
                    continue
                entry = {"service": service, "region": region, "kind": type(thing).__name__, "id": path}
                reason = RETAINED.get((service, attribute), lambda _: None)(thing)
                if reason:
                    found["retained"].append({**entry, "reason": reason})
                else:
                    found["leftovers"].append(entry)
        return found


def _is_public(service: str, path: str) -> bool:
    return any(service == owner and path.startswith(start) for owner, start in PUBLIC)


def _backends() -> Iterator[tuple[str, str, Any]]:
    from moto.core.base_backend import BackendDict

    for service in list(BackendDict._instances):
        for _, region, backend in list(service.iter_backends()):
            if service.service_name != "moto_api":
                yield service.service_name, region, backend


def _walk(backend: Any) -> Iterator[tuple[str, str, Any]]:
    """Every object once: moto's backends have indexes of what they hold elsewhere."""
    seen: set[int] = set()
    for attribute, value in list(vars(backend).items()):
        for path, thing in _models(attribute, value):
            if id(thing) not in seen:
                seen.add(id(thing))
                yield path, attribute, thing


def _models(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """moto's objects inside dictionaries and lists. It does not look inside an object: what is in there goes with it."""
    from moto.core.common_models import BaseModel

    # WHY Mapping: moto keeps databases in one that is no dict.
    if isinstance(value, Mapping):
        for key, inner in list(value.items()):
            yield from _models(f"{path}.{key}", inner)
    elif isinstance(value, (list, set, tuple)):
        for inner in list(value):
            yield from _models(f"{path}.{_name(inner)}", inner)
    elif isinstance(value, BaseModel):
        yield path, value
    elif hasattr(value, "instances"):
        # An EC2 reservation, which is no model itself and holds the instances.
        yield from _models(path, value.instances)


def _name(thing: Any) -> str:
    for attribute in ("arn", "id", "name"):
        value = getattr(thing, attribute, None)
        if isinstance(value, str):
            return value
    return str(id(thing))
