"""AWS Backup.

| resource | completes | moto alone |
|---|---|---|
| aws_backup_selection | all of it | lacks it |
| aws_backup_plan | UpdateBackupPlan | lacks it |
| aws_backup_plan, aws_backup_vault | tags | finds none unless the path ends with a slash |
| aws_backup_vault | ListRecoveryPointsByBackupVault | lacks it, and the provider asks before it deletes by force; nothing here makes one |
| aws_backup_vault_policy | all of it | lacks it |
"""

from __future__ import annotations

import json
import time
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

from overlay.registry import Completion

COMPLETIONS = [
    Completion(
        "aws_backup_selection",
        ("CreateBackupSelection", "GetBackupSelection", "ListBackupSelections", "DeleteBackupSelection"),
        "lacks it",
    ),
    Completion("aws_backup_plan", ("tags", "UpdateBackupPlan"), "finds no tags unless the path ends with a slash; cannot change one"),
    Completion(
        "aws_backup_vault",
        ("tags", "ListRecoveryPointsByBackupVault"),
        "finds no tags unless the path ends with a slash; cannot list what is in a vault",
    ),
    Completion(
        "aws_backup_vault_policy",
        ("PutBackupVaultAccessPolicy", "GetBackupVaultAccessPolicy", "DeleteBackupVaultAccessPolicy"),
        "lacks it",
    ),
]


def apply() -> None:
    from moto.backup import urls
    from moto.backup.responses import BackupResponse

    for part in ("access-policy", "recovery-points", "recovery-points/"):
        urls.url_paths[f"{{0}}/backup-vaults/(?P<name>[^/]+)/{part}$"] = BackupResponse.dispatch
    BackupResponse.list_recovery_points_by_backup_vault = _list_recovery_points
    BackupResponse.list_tags = _list_tags
    BackupResponse.update_backup_plan = _update_plan
    BackupResponse.create_backup_selection = _create_selection
    BackupResponse.get_backup_selection = _get_selection
    BackupResponse.list_backup_selections = _list_selections
    BackupResponse.delete_backup_selection = _delete_selection
    BackupResponse.put_backup_vault_access_policy = _put_policy
    BackupResponse.get_backup_vault_access_policy = _get_policy
    BackupResponse.delete_backup_vault_access_policy = _delete_policy


def _list_tags(self: Any) -> str:
    arn = unquote(self.path.split("/tags/", 1)[1].rstrip("/"))
    return json.dumps({"Tags": self.backup_backend.list_tags(resource_arn=arn)})


def _update_plan(self: Any) -> str:
    from moto.backup.models import Plan

    backend = self.backup_backend
    plan = backend.get_backup_plan(_part(self, "plans"), None)
    # moto's constructor gives the rules their identifiers and defaults.
    changed = Plan(json.loads(self.body)["BackupPlan"], plan.creator_request_id, backend)
    plan.backup_plan, plan.version_id = changed.backup_plan, changed.version_id
    return json.dumps(dict(plan.to_dict()))


def _create_selection(self: Any) -> str:
    selection = {
        "BackupPlanId": _part(self, "plans"),
        "SelectionId": str(uuid4()),
        "CreationDate": time.time(),
        "BackupSelection": json.loads(self.body)["BackupSelection"],
    }
    _selections(self)[selection["SelectionId"]] = selection
    return json.dumps({key: selection[key] for key in ("BackupPlanId", "SelectionId", "CreationDate")})


def _get_selection(self: Any) -> str:
    return json.dumps(_selections(self)[_selection(self)])


def _list_selections(self: Any) -> str:
    return json.dumps(
        {
            "BackupSelectionsList": [
                {
                    "BackupPlanId": selection["BackupPlanId"],
                    "SelectionId": selection["SelectionId"],
                    "SelectionName": selection["BackupSelection"]["SelectionName"],
                    "IamRoleArn": selection["BackupSelection"]["IamRoleArn"],
                    "CreationDate": selection["CreationDate"],
                }
                for selection in _selections(self).values()
            ]
        }
    )


def _delete_selection(self: Any) -> str:
    del _selections(self)[_selection(self)]
    return "{}"


def _list_recovery_points(self: Any) -> str:
    _vault(self)
    return json.dumps({"RecoveryPoints": []})


def _put_policy(self: Any) -> str:
    _vault(self).access_policy = json.loads(self.body)["Policy"]
    return "{}"


def _get_policy(self: Any) -> str:
    vault = _vault(self)
    policy = getattr(vault, "access_policy", None)
    if policy is None:
        raise _not_found(f"vault {vault.backup_vault_name} has no access policy")
    return json.dumps(
        {"BackupVaultName": vault.backup_vault_name, "BackupVaultArn": vault.backup_vault_arn, "Policy": policy}
    )


def _delete_policy(self: Any) -> str:
    _vault(self).access_policy = None
    return "{}"


def _selections(self: Any) -> dict[str, Any]:
    """Selections of the plan that the path names, kept on the plan so that they go with it."""
    plan = self.backup_backend.get_backup_plan(_part(self, "plans"), None)
    return vars(plan).setdefault("selections", {})


def _selection(self: Any) -> str:
    identifier = _part(self, "selections")
    if identifier not in _selections(self):
        # The provider looks for this very text.
        raise _not_found("Cannot find Backup selection", "InvalidParameterValueException")
    return identifier


def _vault(self: Any) -> Any:
    return self.backup_backend.describe_backup_vault(_part(self, "backup-vaults"))


def _part(self: Any, after: str) -> str:
    """The part of the path that follows `after`."""
    parts = self.path.strip("/").split("/")
    return unquote(parts[parts.index(after) + 1])


def _not_found(message: str, code: str = "ResourceNotFoundException") -> Exception:
    from moto.core.exceptions import JsonRESTError

    return JsonRESTError(code, message)
