"""What the overlay completes, as data.

A service file declares `COMPLETIONS` and `apply()`. Only `apply` may import moto: so the list can be read without it, and moto loads a
service when it is first called.
"""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import asdict, dataclass
from functools import cache

from overlay import services


@dataclass(frozen=True)
class Completion:
    """One gap that is closed."""

    resource: str
    """Terraform type that needs it, such as `aws_ecs_service`."""

    completes: tuple[str, ...]
    """Terraform arguments, or API actions in their own spelling."""

    without: str
    """What moto alone does."""


ONE_DOOR = {"elb": "elbv2"}
"""Services that moto reaches through another one: both have the same host name."""


def names() -> list[str]:
    """Services with an overlay, by moto's name for them."""
    return sorted(module.name for module in pkgutil.iter_modules(services.__path__))


@cache
def apply(service: str) -> None:
    """Completes a service; once, and nothing where there is no overlay."""
    service = ONE_DOOR.get(service, service)
    if service in names():
        _load(service).apply()


def listing() -> list[dict[str, object]]:
    """Every completion, with its service, sorted by service and resource type."""
    return [
        {"service": service, **asdict(completion)}
        for service in names()
        for completion in sorted(_load(service).COMPLETIONS, key=lambda completion: completion.resource)
    ]


def _load(service: str):
    return importlib.import_module(f"overlay.services.{service}")
