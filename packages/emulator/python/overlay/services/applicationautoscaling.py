"""Application Auto Scaling.

| resource | completes | moto alone |
|---|---|---|
| aws_appautoscaling_target | tags | lacks tags: the provider cannot read a target |
"""

from __future__ import annotations

import json
from typing import Any

from overlay.registry import Completion
from overlay.remember import after

COMPLETIONS = [
    Completion(
        "aws_appautoscaling_target",
        ("tags", "ListTagsForResource", "TagResource", "UntagResource"),
        "lacks tags, without which the provider cannot read a target",
    ),
]


def apply() -> None:
    from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse

    after(ApplicationAutoScalingResponse, "register_scalable_target", _keep_tags)
    ApplicationAutoScalingResponse.list_tags_for_resource = _list_tags
    ApplicationAutoScalingResponse.tag_resource = _tag
    ApplicationAutoScalingResponse.untag_resource = _untag


def _keep_tags(self: Any, result: str) -> None:
    tags = self._get_param("Tags")
    if tags:
        _tags(self, json.loads(result)["ScalableTargetARN"]).update(tags)


def _list_tags(self: Any) -> str:
    return json.dumps({"Tags": _tags(self, self._get_param("ResourceARN"))})


def _tag(self: Any) -> str:
    _tags(self, self._get_param("ResourceARN")).update(self._get_param("Tags"))
    return "{}"


def _untag(self: Any) -> str:
    tags = _tags(self, self._get_param("ResourceARN"))
    for key in self._get_param("TagKeys"):
        tags.pop(key, None)
    return "{}"


def _tags(self: Any, arn: str) -> dict[str, str]:
    """The tags of the target with this ARN, kept on the target so that they go with it."""
    from moto.core.exceptions import JsonRESTError

    for targets in self.applicationautoscaling_backend.targets.values():
        for target in targets.values():
            if target.arn == arn:
                return vars(target).setdefault("tags", {})
    raise JsonRESTError("ResourceNotFoundException", f"no scalable target {arn}")
