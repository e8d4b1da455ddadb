"""Amazon S3.

| resource | completes | moto alone |
|---|---|---|
| aws_s3_bucket_policy | Condition of a Deny | denies whatever the condition says, so "only over TLS" locks everybody out |
"""

from __future__ import annotations

import json
from typing import Any

from overlay.registry import Completion

COMPLETIONS = [
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
