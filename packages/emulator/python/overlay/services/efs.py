"""Amazon EFS.

| resource | completes | moto alone |
|---|---|---|
| aws_efs_backup_policy | PutBackupPolicy | has only what creation says |
| aws_efs_file_system | UpdateFileSystem, protection | cannot change a file system |
| aws_efs_file_system_policy | DeleteFileSystemPolicy | cannot delete one |
| aws_efs_mount_target | CreateMountTarget | does not say on the network interface whose it is |
"""

from __future__ import annotations

import json
import time
from typing import Any

from overlay.registry import Completion
from overlay.remember import after

COMPLETIONS = [
    Completion("aws_efs_backup_policy", ("PutBackupPolicy",), "cannot change it, and answers 404 for a disabled one"),
    Completion(
        "aws_efs_file_system",
        ("UpdateFileSystem", "UpdateFileSystemProtection", "protection"),
        "cannot change a file system's throughput or protection",
    ),
    Completion("aws_efs_file_system_policy", ("DeleteFileSystemPolicy",), "cannot delete one"),
    Completion(
        "aws_efs_replication_configuration",
        ("CreateReplicationConfiguration", "DescribeReplicationConfigurations", "DeleteReplicationConfiguration"),
        "lacks it",
    ),
    Completion("aws_efs_mount_target", ("CreateMountTarget",), "does not say on the network interface whose it is"),
]

JSON = {"Content-Type": "application/json"}


def apply() -> None:
    from moto.efs import urls
    from moto.efs.models import EFSBackend, FileSystem
    from moto.efs.responses import EFSResponse

    for path in ("<file_system_id>/protection", "<file_system_id>/replication-configuration", "replication-configurations"):
        urls.url_paths[f"/2015-02-01/file-systems/{path}"] = EFSResponse.dispatch
    FileSystem.backup_policy = property(_backup_policy)
    after(EFSBackend, "create_mount_target", _describe_interface)
    EFSResponse.put_backup_policy = _put_backup_policy
    EFSResponse.delete_file_system_policy = _delete_file_system_policy
    EFSResponse.update_file_system = _update_file_system
    EFSResponse.update_file_system_protection = _update_file_system_protection
    EFSResponse.create_replication_configuration = _create_replication
    EFSResponse.describe_replication_configurations = _describe_replications
    EFSResponse.delete_replication_configuration = _delete_replication
    EFSResponse.delete_file_system = _keep_members(EFSResponse.delete_file_system)


def _describe_interface(self: Any, target: Any, *_: Any, **__: Any) -> None:
    interface = self.ec2_backend.get_network_interface(target.network_interface_id)
    interface.description = f"EFS mount target for {target.file_system_id} ({target.mount_target_id})"


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
    file_system = _file_system(self)
    if _protection(file_system) == "REPLICATING":
        raise _error(409, "ReplicationAlreadyExists", "The protection of a replication's destination cannot be changed.")
    _protect(file_system, self._get_param("ReplicationOverwriteProtection"))
    return json.dumps(file_system.file_system_protection), JSON


def _protection(file_system: Any) -> str:
    return getattr(file_system, "file_system_protection", {}).get("ReplicationOverwriteProtection", "ENABLED")


def _protect(file_system: Any, protection: str) -> None:
    # Answered as FileSystemProtection: moto turns attribute names into API names.
    file_system.file_system_protection = {"ReplicationOverwriteProtection": protection}


def _create_replication(self: Any) -> Any:
    identifier = self._get_param("SourceFileSystemId")
    source = _everywhere(self).get(identifier)
    # A replication to a file system that it makes itself is not completed: nobody would own it.
    [wanted] = self._get_param("Destinations")
    destination = _everywhere(self).get(wanted["FileSystemId"])
    for there, name in ((source, identifier), (destination, wanted["FileSystemId"])):
        if there is None:
            raise _error(404, "FileSystemNotFound", f"File system '{name}' does not exist.")
    if _protection(destination) != "DISABLED":
        raise _error(409, "ConflictException", "Replication overwrite protection of the destination is enabled.")
    if any(_replication_of(self, name) for name in (identifier, wanted["FileSystemId"])):
        raise _error(409, "ReplicationAlreadyExists", "A file system can be part of one replication only.")
    _protect(destination, "REPLICATING")
    source._replication = {
        "SourceFileSystemId": identifier,
        "SourceFileSystemRegion": source.file_system_arn.split(":")[3],
        "SourceFileSystemArn": source.file_system_arn,
        "OriginalSourceFileSystemArn": source.file_system_arn,
        "CreationTime": time.time(),
        "Destinations": [
            {
                "Status": "ENABLED",
                "FileSystemId": destination.file_system_id,
                "Region": destination.file_system_arn.split(":")[3],
                "LastReplicatedTimestamp": time.time(),
            }
        ],
    }
    return json.dumps(source._replication), JSON


def _describe_replications(self: Any) -> Any:
    identifier = self._get_param("FileSystemId")
    found = _replication_of(self, identifier)
    if found is None:
        raise _error(404, "ReplicationNotFound", f"File system '{identifier}' is part of no replication.")
    return json.dumps({"Replications": [found]}), JSON


def _delete_replication(self: Any) -> Any:
    identifier = self._get_param("SourceFileSystemId")
    found = _replication_of(self, identifier)
    if found is None:
        raise _error(404, "ReplicationNotFound", f"File system '{identifier}' is part of no replication.")
    everywhere = _everywhere(self)
    everywhere[found["SourceFileSystemId"]]._replication = None
    _protect(everywhere[found["Destinations"][0]["FileSystemId"]], "ENABLED")
    return "", {"status": 204}


def _keep_members(delete: Any) -> Any:
    """A file system that is part of a replication cannot be deleted."""

    def delete_file_system(self: Any) -> Any:
        identifier = self._get_param("FileSystemId")
        if _replication_of(self, identifier) is not None:
            raise _error(409, "FileSystemInUse", f"File system '{identifier}' is part of a replication.")
        return delete(self)

    return delete_file_system


def _everywhere(self: Any) -> dict[str, Any]:
    """File systems of the account in every region."""
    from moto.efs.models import efs_backends

    account = efs_backends[self.current_account]
    return {key: value for region in list(account) for key, value in account[region].file_systems_by_id.items()}


def _replication_of(self: Any, identifier: str) -> dict[str, Any] | None:
    """The replication that a file system is part of; it is kept on its source."""
    for file_system in _everywhere(self).values():
        found = getattr(file_system, "_replication", None)
        if found and identifier in (found["SourceFileSystemId"], found["Destinations"][0]["FileSystemId"]):
            return found
    return None


def _error(status: int, code: str, message: str) -> Exception:
    from moto.efs.exceptions import EFSError

    error = EFSError(code, message)
    error.code = status
    return error
