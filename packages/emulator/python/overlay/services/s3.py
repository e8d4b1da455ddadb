"""Amazon S3.

| resource | completes | moto alone |
|---|---|---|
| aws_s3_bucket_lifecycle_configuration | noncurrent_version_expiration | forgets how many newer versions are kept, so that the provider waits for them in vain |
| aws_s3_bucket_policy | Condition of a Deny | denies whatever the condition says, so "only over TLS" locks everybody out |
"""

from __future__ import annotations

import json
from typing import Any

from overlay.registry import Completion
from overlay.remember import after

COMPLETIONS = [
    Completion(
        "aws_s3_bucket_lifecycle_configuration",
        ("noncurrent_version_expiration",),
        "forgets how many newer versions are kept, so that the provider waits for them in vain",
    ),
    Completion("aws_s3_bucket_policy", ("Condition",), "takes each Deny as unconditional: one that asks for TLS locks everybody out"),
]


def apply() -> None:
    from moto.s3.models import FakeBucket

    judge = FakeBucket.get_permission

    def get_permission(self: Any, action: str, resource: str) -> Any:
        """Leaves conditional denials out: here, everybody counts as meeting the conditions."""
        policy = self.policy
        if policy is None:
            return judge(self, action, resource)
        document = json.loads(policy)
        statements = document["Statement"] if isinstance(document["Statement"], list) else [document["Statement"]]
        document["Statement"] = [s for s in statements if s["Effect"] == "Allow" or "Condition" not in s]
        self.policy = json.dumps(document).encode()
        try:
            return judge(self, action, resource)
        finally:
            self.policy = policy

    FakeBucket.get_permission = get_permission
    _keep_newer_versions()


def _keep_newer_versions() -> None:
    from moto.s3.models import FakeBucket
    from moto.s3.responses import S3Response

    def keep(self: Any, _: None, rules: list[dict[str, Any]]) -> None:
        for rule, given in zip(self.rules, rules, strict=True):
            rule.newer_versions = (given.get("NoncurrentVersionExpiration") or {}).get("NewerNoncurrentVersions")

    after(FakeBucket, "set_lifecycle", keep)
    answer = S3Response.get_bucket_lifecycle

    def get_bucket_lifecycle(self: Any) -> Any:
        """Adds the number where moto has built its answer, and before it is made XML."""
        newer = {rule.id: rule.newer_versions for rule in self.backend.get_bucket_lifecycle(self.bucket_name) or []}
        serialized = self.serialized

        def completed(result: Any) -> Any:
            for rule in result.result.get("Rules", []):
                if newer.get(rule["ID"]) is not None:
                    rule["NoncurrentVersionExpiration"]["NewerNoncurrentVersions"] = int(newer[rule["ID"]])
            return serialized(result)

        self.serialized = completed
        try:
            return answer(self)
        finally:
            del self.serialized

    S3Response.get_bucket_lifecycle = get_bucket_lifecycle
