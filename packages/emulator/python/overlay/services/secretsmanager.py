"""AWS Secrets Manager.

| resource | completes | moto alone |
|---|---|---|
| aws_secretsmanager_secret | replica | forgets the key of a copy, refuses to read its policy |
| aws_secretsmanager_secret_rotation | RotateSecret, UpdateSecretVersionStage | runs the function in Docker; loses the labels of the versions. Here a rotation begins, and waits for its four steps |
"""

from __future__ import annotations

import json
import time
from functools import wraps
from typing import Any
from uuid import uuid4

from overlay.registry import Completion
from overlay.remember import after

COMPLETIONS = [
    Completion("aws_secretsmanager_secret", ("replica",), "forgets the key of a copy, refuses to read its policy, and does not notice a copy that is left behind"),
    Completion(
        "aws_secretsmanager_secret_rotation",
        ("RotateSecret", "UpdateSecretVersionStage"),
        "calls the function in Docker, and answers with the old value when a rotation is done",
    ),
]


def apply() -> None:
    from moto.core.common_models import BaseModel
    from moto.secretsmanager import models

    # WHY a model: what is left behind is found by its class.
    models.ReplicaSecret = type("ReplicaSecret", (models.ReplicaSecret, BaseModel), {})
    after(models.FakeSecret, "create_replicas", _keep_keys)
    after(models.ReplicaSecret, "to_dict", _say_own_key)
    _read_policy_of_copies(models)
    after(models.SecretsManagerBackend, "update_secret_version_stage", _end_rotation)
    models.SecretsManagerBackend.rotate_secret = _rotate


def _keep_keys(self: Any, replicas: list[Any], replica_regions: list[dict[str, str]], **_: Any) -> None:
    for replica, wanted in zip(replicas, replica_regions, strict=True):
        replica.config["KmsKeyId"] = wanted.get("KmsKeyId") or replica.config["KmsKeyId"]


def _say_own_key(self: Any, description: dict[str, Any]) -> None:
    description["KmsKeyId"] = self.config["KmsKeyId"]


def _read_policy_of_copies(models: Any) -> None:
    """A copy has its secret's policy: it can be read, and not changed."""
    original = models.SecretsManagerBackend.get_resource_policy

    @wraps(original)
    def get(self: Any, secret_id: str) -> str:
        secret = self.secrets.get(secret_id)
        if not isinstance(secret, models.ReplicaSecret):
            return original(self, secret_id)
        policy = {} if secret.source.policy is None else {"ResourcePolicy": secret.source.policy}
        return json.dumps({"ARN": secret.arn, "Name": secret.name, **policy})

    models.SecretsManagerBackend.get_resource_policy = get


def _end_rotation(self: Any, _: Any, secret_id: str, version_stage: str, move_to_version_id: str, **__: Any) -> None:
    if version_stage != "AWSCURRENT" or not move_to_version_id:
        return
    secret = self.secrets[secret_id]
    secret.set_default_version_id(move_to_version_id)
    labels = secret.versions[move_to_version_id]["version_stages"]
    if "AWSPENDING" in labels:
        labels.remove("AWSPENDING")
        secret.last_rotation_date = int(time.time())


def _rotate(
    self: Any,
    secret_id: str,
    client_request_token: str | None = None,
    rotation_lambda_arn: str | None = None,
    rotation_rules: dict[str, Any] | None = None,
    rotate_immediately: bool = True,
) -> str:
    from moto.awslambda.models import lambda_backends
    from moto.secretsmanager import exceptions, models

    secret = self.describe_secret(secret_id)
    if isinstance(secret, models.ReplicaSecret):
        raise exceptions.OperationNotPermittedOnReplica
    if secret.is_deleted() or not secret.versions:
        raise exceptions.InvalidRequestException("You can't rotate a secret that is deleted or has no value.")
    if any(version["version_stages"] == ["AWSPENDING"] for version in secret.versions.values()):
        raise exceptions.InvalidRequestException("A previous rotation isn't complete. That rotation will be reattempted.")
    if rotation_lambda_arn:
        lambda_backends[self.account_id][self.region_name].get_function(rotation_lambda_arn)
        secret.rotation_lambda_arn = rotation_lambda_arn
    secret.auto_rotate_after_days = (rotation_rules or {}).get("AutomaticallyAfterDays", secret.auto_rotate_after_days)
    secret.next_rotation_date = int(time.time()) + 86_400 * secret.auto_rotate_after_days
    secret.rotation_requested = secret.rotation_enabled = True
    if rotate_immediately:
        token = client_request_token or str(uuid4())
        secret.versions[token] = {"createdate": int(time.time()), "version_id": token, "version_stages": ["AWSPENDING"]}
        return secret.to_short_dict(version_id=token)
    return secret.to_short_dict()
