"""Amazon EFS.

| resource | completes | moto alone |
|---|---|---|
| aws_efs_backup_policy | PutBackupPolicy | has only what creation says |
| aws_efs_file_system | UpdateFileSystem, protection | cannot change a file system |
| aws_efs_file_system_policy | DeleteFileSystemPolicy | cannot delete one |
"""

from __future__ import annotations

import json
from typing import Any

from overlay.registry import Completion

COMPLETIONS = [
    Completion("aws_efs_backup_policy", ("PutBackupPolicy",), "cannot change it, and answers 404 for a disabled one"),
    Completion(
        "aws_efs_file_system",
        ("UpdateFileSystem", "UpdateFileSystemProtection", "protection"),
        "cannot change a file system's throughput or protection",
    ),
    Completion("aws_efs_file_system_policy", ("DeleteFileSystemPolicy",), "cannot delete one"),
]

JSON = {"Content-Type": "application/json"}


def apply() -> None:
    from moto.efs import urls
    from moto.efs.models import FileSystem
    from moto.efs.responses import EFSResponse

    urls.url_paths["/2015-02-01/file-systems/<file_system_id>/protection"] = EFSResponse.dispatch
    FileSystem.backup_policy = property(_backup_policy)
    EFSResponse.put_backup_policy = _put_backup_policy
    EFSResponse.delete_file_system_policy = _delete_file_system_policy
    EFSResponse.update_file_system = _update_file_system
    EFSResponse.update_file_system_protection = _update_file_system_protection


def _file_system(self: Any) -> Any:
    from moto.efs.exceptions import FileSystemNotFound

    identifier = self._get_param("FileSystemId")
    if identifier not in self.efs_backend.file_systems_by_id:
        raise FileSystemNotFound(identifier)
    return self.efs_backend.file_systems_by_id[identifier]


def _backup_policy(self: Any) -> dict[str, str] | None:
    # moto keeps the underscored attributes of a file system to itself.
    status = getattr(self, "_backup_status", "ENABLED" if self._backup else None)
    return None if status is None else {"Status": status}


def _put_backup_policy(self: Any) -> Any:
    policy = self._get_param("BackupPolicy")
    _file_system(self)._backup_status = policy["Status"]
    return json.dumps({"BackupPolicy": policy}), JSON


def _delete_file_system_policy(self: Any) -> Any:
    _file_system(self).file_system_policy = None
    return "", {"status": 200}


def _update_file_system(self: Any) -> Any:
    file_system = _file_system(self)
    file_system.throughput_mode = self._get_param("ThroughputMode") or file_system.throughput_mode
    file_system.provisioned_throughput_in_mibps = (
        self._get_param("ProvisionedThroughputInMibps") if file_system.throughput_mode == "provisioned" else None
    )
    return json.dumps(file_system.info_json()), {"status": 202, **JSON}


def _update_file_system_protection(self: Any) -> Any:
    # Answered as FileSystemProtection: moto turns attribute names into API names.
    protection = {"ReplicationOverwriteProtection": self._get_param("ReplicationOverwriteProtection")}
    _file_system(self).file_system_protection = protection
    return json.dumps(protection), JSON
