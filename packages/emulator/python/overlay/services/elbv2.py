"""Elastic Load Balancing.

| resource | completes | moto alone |
|---|---|---|
| aws_lb_listener_certificate | ModifyListener | forgets a listener's further certificates when the listener changes |
"""

from __future__ import annotations

from functools import wraps
from typing import Any

from overlay.registry import Completion

COMPLETIONS = [
    Completion("aws_lb_listener_certificate", ("ModifyListener",), "forgets it when the listener changes"),
]


def apply() -> None:
    from moto.elbv2.models import ELBv2Backend

    modify = ELBv2Backend.modify_listener

    @wraps(modify)
    def modify_listener(self: Any, arn: str, *args: Any, **kwargs: Any) -> Any:
        before = self.describe_listeners(load_balancer_arn=None, listener_arns=[arn])[0]
        # The first is the listener's default; AWS replaces only that.
        further = before.certificates[1:]
        listener = modify(self, arn, *args, **kwargs)
        listener.certificates += [certificate for certificate in further if certificate not in listener.certificates]
        return listener

    ELBv2Backend.modify_listener = modify_listener
