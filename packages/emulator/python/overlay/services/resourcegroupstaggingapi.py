"""AWS Resource Groups Tagging API.

| resource | completes | moto alone |
|---|---|---|
| aws_resourcegroupstaggingapi_resources | GetResources | does not list the kinds below |
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from overlay.registry import Completion

EC2 = {
    "acl": "network-acl",
    "eipalloc": "elastic-ip",
    "fl": "vpc-flow-log",
    "lt": "launch-template",
    "sgr": "security-group-rule",
    "vpce": "vpc-endpoint",
}
"""Beginning of an id -> kind in the ARN. moto keeps the tags of all of EC2 in one place, by id."""

COMPLETIONS = [
    Completion(
        "aws_resourcegroupstaggingapi_resources",
        ("GetResources",),
        "does not list addresses, network ACLs, VPC endpoints, flow logs, security group rules, launch templates, listeners, "
        "repositories, subnet and parameter groups, hosted zones, health checks",
    ),
]


def apply() -> None:
    from moto.core.resource_tagging import make_tag_matcher, match_resource_type
    from moto.resourcegroupstaggingapi.models import ResourceGroupsTaggingAPIBackend as Backend

    original = Backend._get_resources_generator

    def complete(self: Any, tag_filters: Any = None, resource_type_filters: Any = None, resource_arn_list: Any = None) -> Any:
        matches = make_tag_matcher(tag_filters)
        # WHY a list: the caller counts pages, and what is made meanwhile must not end the count.
        found = [
            *(
                resource
                for resource in original(self, tag_filters, resource_type_filters, resource_arn_list)
                if resource.resource_type != "ec2:flow-logs"
            ),
            *(
                resource
                for resource in _missing(self.account_id, self.region_name, self.partition)
                if resource.tags
                and matches(resource.tags)
                and match_resource_type(resource.resource_type, resource_type_filters)
                and (not resource_arn_list or resource.arn in resource_arn_list)
            ),
        ]
        return iter(found)

    Backend._get_resources_generator = complete


def _missing(account: str, region: str, partition: str) -> Iterator[Any]:
    from moto.core.resource_tagging import TaggedResource
    from moto.ec2.models import ec2_backends
    from moto.ecr.models import ecr_backends
    from moto.elbv2.models import elbv2_backends
    from moto.rds.models import rds_backends
    from moto.route53.models import route53_backends

    ec2 = ec2_backends[account][region]
    for identifier, tags in list(ec2.tags.items()):
        kind = EC2.get(identifier.rsplit("-", 1)[0])
        if kind is not None:
            yield TaggedResource(f"arn:{partition}:ec2:{region}:{account}:{kind}/{identifier}", dict(tags), f"ec2:{kind}")
    ecr = ecr_backends[account][region]
    for repository in list(ecr.repositories.values()):
        yield TaggedResource(repository.arn, ecr.tagger.get_tag_dict_for_resource(repository.arn), "ecr:repository")
    elb = elbv2_backends[account][region]
    for balancer in list(elb.load_balancers.values()):
        for listener in balancer.listeners.values():
            for thing, kind in ((listener, "listener"), *((rule, "listener-rule") for rule in listener.rules.values())):
                tags = elb.tagging_service.get_tag_dict_for_resource(thing.arn)
                yield TaggedResource(thing.arn, tags, f"elasticloadbalancing:{kind}")
    rds = rds_backends[account][region]
    for kind, groups in (("subgrp", rds.subnet_groups), ("pg", rds.db_parameter_groups)):
        for group in list(groups.values()):
            yield TaggedResource(group.arn, {tag["Key"]: tag["Value"] for tag in group.get_tags()}, f"rds:{kind}")
    # Global ones are listed in one region only.
    if region == "us-east-1":
        route53 = route53_backends[account][partition]
        for kind, things in (("hostedzone", route53.zones), ("healthcheck", route53.health_checks)):
            for identifier in list(things):
                short = identifier.rsplit("/", 1)[-1]
                tags = route53.list_tags_for_resource(short)
                yield TaggedResource(f"arn:{partition}:route53:::{kind}/{short}", dict(tags or {}), f"route53:{kind}")
