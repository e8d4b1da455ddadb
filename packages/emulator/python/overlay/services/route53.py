"""Amazon Route 53.

| resource | completes | moto alone |
|---|---|---|
| aws_route53_record | ChangeResourceRecordSets: DELETE | deletes nothing where the name has no dot at its end |
| aws_route53_health_check | regions | forgets them when the health check changes |
| aws_route53_zone | DeleteHostedZone | leaves the zone's own delegation set behind |
"""

from __future__ import annotations

from typing import Any

from overlay.registry import Completion
from overlay.remember import after

COMPLETIONS = [
    Completion("aws_route53_health_check", ("regions",), "forgets them when the health check changes"),
    Completion("aws_route53_record", ("ChangeResourceRecordSets",), "deletes nothing where the name has no dot at its end"),
    Completion("aws_route53_zone", ("DeleteHostedZone",), "leaves the zone's own delegation set behind"),
]


def apply() -> None:
    from moto.route53.models import FakeZone, HealthCheck, Route53Backend

    _delete_by_full_name(FakeZone)
    after(Route53Backend, "delete_hosted_zone", _delete_delegation_set)
    _keep_regions(HealthCheck)


def _delete_delegation_set(self: Any, zone: Any, *_: Any, **__: Any) -> None:
    """A set that was made for the zone has no identifier; a reusable one has, and stays."""
    for key, delegation_set in list(self.delegation_sets.items()):
        if delegation_set is zone.delegation_set and not delegation_set.id:
            del self.delegation_sets[key]


def _keep_regions(health_check: Any) -> None:
    """A change that names no regions keeps them."""
    original = health_check.set_regions

    def set_regions(self: Any, regions: list[str] | None) -> None:
        original(self, regions or self.regions)

    health_check.set_regions = set_regions


def _delete_by_full_name(zone: Any) -> None:
    """Records are kept under their full name, which ends in a dot."""
    original = zone.delete_rrset

    def delete_rrset(self: Any, rrset: dict[str, Any]) -> None:
        original(self, {**rrset, "Name": rrset["Name"].rstrip(".") + "."})

    zone.delete_rrset = delete_rrset
