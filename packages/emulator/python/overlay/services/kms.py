"""AWS KMS.

| resource | completes | moto alone |
|---|---|---|
| aws_kms_key | rotation_period_in_days | forgets it |
"""

from __future__ import annotations

import json
from typing import Any

from overlay.registry import Completion
from overlay.remember import after

COMPLETIONS = [
    Completion("aws_kms_key", ("rotation_period_in_days",), "forgets it"),
]


def apply() -> None:
    from moto.kms.responses import KmsResponse

    after(KmsResponse, "enable_key_rotation", _keep_period)
    after(KmsResponse, "get_key_rotation_status", _answer_period)


def _keep_period(self: Any, _: Any) -> None:
    _key(self).rotation_period = self._get_param("RotationPeriodInDays") or 365


def _answer_period(self: Any, result: str) -> str:
    status = json.loads(result)
    if status["KeyRotationEnabled"]:
        status["RotationPeriodInDays"] = getattr(_key(self), "rotation_period", 365)
    return json.dumps(status)


def _key(self: Any) -> Any:
    return self.kms_backend.keys[self.kms_backend.get_key_id(self._get_param("KeyId"))]
