"""Amazon EC2 and VPC.

| resource | completes | moto alone |
|---|---|---|
| aws_vpc | DeleteVpc | leaves the VPC's default network ACL behind |
| aws_nat_gateway | DeleteNatGateway | leaves its network interface behind |
| aws_network_acl_rule | icmp_type, icmp_code | forgets them |
| aws_launch_template | tag_specifications | takes the template's own tags for tags of what it launches |
| aws_launch_template | tags | goes on answering the tags that it was made with |
| aws_instance, aws_autoscaling_group | TerminateInstances | leaves volumes and network interfaces behind |
| aws_vpc_security_group_*_rule | description | forgets it where a rule names a group or a prefix list |
"""

from __future__ import annotations

import inspect
from functools import wraps
from typing import Any

from overlay.registry import Completion
from overlay.remember import after

COMPLETIONS = [
    Completion(
        "aws_launch_template",
        ("tag_specifications", "tags"),
        "takes the template's own tags for tags of what it launches, and goes on answering those it was made with",
    ),
    Completion("aws_nat_gateway", ("DeleteNatGateway",), "leaves the gateway's network interface behind"),
    Completion("aws_network_acl_rule", ("icmp_type", "icmp_code"), "forgets them"),
    Completion("aws_vpc", ("DeleteVpc",), "leaves the default network ACL of a deleted VPC behind"),
    *(
        Completion(f"aws_vpc_security_group_{way}_rule", ("description",), "forgets it unless the rule names a CIDR block")
        for way in ("egress", "ingress")
    ),
]


def apply() -> None:
    from moto.ec2.models import EC2Backend
    from moto.ec2.models.instances import Instance
    from moto.ec2.models.launch_templates import LaunchTemplate
    from moto.ec2.models.security_groups import SecurityGroupRule
    from moto.ec2.responses.launch_templates import LaunchTemplates
    from moto.ec2.responses.network_acls import NetworkACLs

    after(EC2Backend, "delete_vpc", _delete_acls)
    after(EC2Backend, "delete_nat_gateway", _delete_interface)
    after(NetworkACLs, "create_network_acl_entry", _keep_icmp)
    after(NetworkACLs, "replace_network_acl_entry", _keep_icmp)
    _keep_list_description(SecurityGroupRule)
    SecurityGroupRule.description = property(_description)
    _terminate_whole(Instance)
    _separate_tags(LaunchTemplates)
    # moto sets the attribute once, to what the tags are then.
    LaunchTemplate.tags = property(lambda self: self.get_tags(), lambda self, tags: None)


def _delete_acls(self: Any, vpc: Any, *_: Any, **__: Any) -> None:
    for acl in [acl for acl in self.network_acls.values() if acl.vpc_id == vpc.id]:
        del self.network_acls[acl.id]


def _keep_icmp(self: Any, _: Any) -> None:
    icmp = self._get_param("IcmpTypeCode") or {}
    for entry in self.ec2_backend.get_network_acl(self._get_param("NetworkAclId")).network_acl_entries:
        if (entry.rule_number, entry.egress) == (self._get_param("RuleNumber"), self._get_param("Egress")):
            entry.icmp_type, entry.icmp_code = icmp.get("Type"), icmp.get("Code")


def _delete_interface(self: Any, gateway: Any, *_: Any, **__: Any) -> None:
    self.enis.pop(gateway._eni.id, None)


def _keep_list_description(rule: Any) -> None:
    """moto passes a prefix list's identifier and description together, and keeps the identifier."""
    original = rule.__init__
    signature = inspect.signature(original)

    @wraps(original)
    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        given = signature.bind(self, *args, **kwargs).arguments.get("prefix_list_id") or {}
        self._list_description = given.get("Description")
        original(self, *args, **kwargs)

    rule.__init__ = init


def _description(self: Any) -> str | None:
    """A rule's description comes with its source, and a later one with the range, whatever the source."""
    return self.ip_range.get("Description") or (self.source_group or {}).get("Description") or self._list_description


def _terminate_whole(instance: Any) -> None:
    """An instance's own volumes and network interfaces go with it; moto looks at flags that launch templates do not reach."""
    original = instance.terminate

    @wraps(original)
    def terminate(self: Any) -> Any:
        backend = self.ec2_backend
        volumes = [v.id for v in backend.volumes.values() if v.attachment and v.attachment.instance.id == self.id]
        interfaces = [nic.id for nic in self.nics.values()]
        state = original(self)
        for volume in volumes:
            backend.volumes.pop(volume, None)
        for interface in interfaces:
            backend.enis.pop(interface, None)
        return state

    instance.terminate = terminate


def _separate_tags(responses: Any) -> None:
    """Tags of the template itself are no part of what it launches."""
    original = responses.create_launch_template

    @wraps(original)
    def create(self: Any) -> Any:
        result = original(self)
        template = self.ec2_backend.get_launch_template(result.result["LaunchTemplate"]["LaunchTemplateId"])
        data = template.default_version().data
        data["TagSpecifications"] = [
            tags for tags in data.get("TagSpecifications", []) if tags["ResourceType"] != "launch-template"
        ]
        return result

    responses.create_launch_template = create
