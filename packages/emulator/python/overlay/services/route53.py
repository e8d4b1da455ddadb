"""Amazon Route 53.

| resource | completes | moto alone |
|---|---|---|
| aws_route53_record | ChangeResourceRecordSets: DELETE | deletes nothing where the name has no dot at its end; with a set identifier, all that have it |
| aws_route53_record | ChangeResourceRecordSets | does not see a batch as a whole: a record cannot be replaced in one |
| aws_route53_health_check | regions, child_healthchecks | forgets them when the health check changes |
| aws_route53_zone | DeleteHostedZone | leaves the zone's own delegation set behind |
"""

from __future__ import annotations

from typing import Any

from overlay.registry import Completion
from overlay.remember import after

COMPLETIONS = [
    Completion("aws_route53_health_check", ("regions", "child_healthchecks"), "forgets them when the health check changes"),
    Completion(
        "aws_route53_record",
        ("ChangeResourceRecordSets",),
        "deletes nothing where the name has no dot at its end, and too much by a set identifier; cannot replace a record in one batch",
    ),
    Completion("aws_route53_zone", ("DeleteHostedZone",), "leaves the zone's own delegation set behind"),
]


def apply() -> None:
    from moto.route53.models import ChangeList, FakeZone, HealthCheck, Route53Backend

    FakeZone.delete_rrset = _delete_record
    # moto compares a new record with its journal instead of with what there is; we do, before it changes anything.
    ChangeList.__contains__ = lambda *_: False
    _check_batches(Route53Backend)
    after(Route53Backend, "delete_hosted_zone", _delete_delegation_set)
    _keep_lists(HealthCheck)


def _delete_delegation_set(self: Any, zone: Any, *_: Any, **__: Any) -> None:
    """A set that was made for the zone has no identifier; a reusable one has, and stays."""
    for key, delegation_set in list(self.delegation_sets.items()):
        if delegation_set is zone.delegation_set and not delegation_set.id:
            del self.delegation_sets[key]


def _keep_lists(health_check: Any) -> None:
    """A change that names no regions or children keeps them."""
    set_regions, set_children = health_check.set_regions, health_check.set_children
    health_check.set_regions = lambda self, regions: set_regions(self, regions or self.regions)
    health_check.set_children = lambda self, children: set_children(self, children or self.children)


Key = tuple[str, str, "str | None"]

DELETED = "DeletedSetIdentifier"


def _key(record: dict[str, Any]) -> Key:
    return record["Name"].rstrip(".") + ".", record["Type"], record.get("SetIdentifier", record.get(DELETED))


def _delete_record(self: Any, record: dict[str, Any]) -> None:
    """The one record with this name, type and set identifier."""
    self.rrsets = [other for other in self.rrsets if (other.name, other.type, other.set_identifier) != _key(record)]


def _check_batches(backend: Any) -> None:
    """A batch is one transaction: what counts is what there is after it."""
    change = backend.change_resource_record_sets

    def change_resource_record_sets(self: Any, zoneid: str, change_list: list[dict[str, Any]]) -> None:
        zone = self.get_hosted_zone(zoneid)
        there = {(record.name, record.type, record.set_identifier) for record in zone.rrsets}
        for item in change_list:
            _apply(there, item["Action"], _key(item["ResourceRecordSet"]))
        for item in change_list:
            record = item["ResourceRecordSet"]
            if item["Action"] == "DELETE" and "SetIdentifier" in record:
                # Where moto finds one it deletes everything that has it, whatever its name.
                record[DELETED] = record.pop("SetIdentifier")
        change(self, zoneid, change_list)

    backend.change_resource_record_sets = change_resource_record_sets


def _apply(there: set[Key], action: str, key: Key) -> None:
    name, kind, identifier = key
    if action == "DELETE":
        there.discard(key)
        return
    if action == "CREATE" and key in there:
        _refuse(key, "but it already exists")
    if any(other[:2] == (name, kind) and (other[2] is None) != (identifier is None) for other in there):
        _refuse(key, "but a record with the same name and another routing policy exists")
    there.add(key)


def _refuse(key: Key, reason: str) -> None:
    from moto.route53.exceptions import Route53ClientError

    name, kind, _ = key
    raise Route53ClientError("InvalidChangeBatch", f"Tried to create resource record set [name='{name}', type='{kind}'] {reason}")
