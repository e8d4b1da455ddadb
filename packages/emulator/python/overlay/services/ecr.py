"""Amazon ECR.

| resource | completes | moto alone |
|---|---|---|
| aws_ecr_repository | image_scanning_configuration | cannot turn scanning off: the SDK for Go leaves a false out |
"""

from __future__ import annotations

from typing import Any

from overlay.registry import Completion
from overlay.remember import after

COMPLETIONS = [
    Completion("aws_ecr_repository", ("image_scanning_configuration",), "cannot turn scanning on push off again"),
]


def apply() -> None:
    from moto.ecr.responses import ECRResponse

    after(ECRResponse, "put_image_scanning_configuration", _turn_off)


def _turn_off(self: Any, _: Any) -> None:
    configuration = self._get_param("imageScanningConfiguration") or {}
    repository = self.ecr_backend.repositories[self._get_param("repositoryName")]
    repository.image_scanning_configuration = {"scanOnPush": bool(configuration.get("scanOnPush"))}
