"""The regions that a package can be made for, and which parts of the template each has to do without.

CloudFormation refuses a template with a type that a region does not have, used or not; so the part stays out.
What each region has is in cfn-lint's schemas: a test compares them with this table, `make template` lints.
"""

from __future__ import annotations

from collections.abc import Mapping

LACKING: Mapping[str, tuple[str, ...]] = {
    "af-south-1": ("budget",),
    "ap-east-1": ("budget", "sms-events"),
    "ap-east-2": ("budget",),
    "ap-northeast-1": (),
    "ap-northeast-2": (),
    "ap-northeast-3": ("budget",),
    "ap-south-1": (),
    "ap-south-2": ("budget",),
    "ap-southeast-1": (),
    "ap-southeast-2": (),
    "ap-southeast-3": ("budget",),
    "ap-southeast-4": ("budget",),
    "ap-southeast-5": ("budget", "sms-events"),
    "ap-southeast-6": ("budget",),
    "ap-southeast-7": ("budget", "sms-events"),
    "ca-central-1": (),
    "ca-west-1": ("budget",),
    "cn-north-1": ("sms-events", "users"),
    "cn-northwest-1": ("sms-events", "users"),
    "eu-central-1": (),
    "eu-central-2": ("budget",),
    "eu-north-1": ("budget",),
    "eu-south-1": ("budget",),
    "eu-south-2": ("budget",),
    "eu-west-1": (),
    "eu-west-2": (),
    "eu-west-3": (),
    "il-central-1": ("budget",),
    "me-central-1": ("budget",),
    "me-south-1": (),
    "mx-central-1": ("budget",),
    "sa-east-1": (),
    "us-east-1": (),
    "us-east-2": (),
    "us-gov-east-1": ("budget",),
    "us-gov-west-1": ("budget",),
    "us-west-1": (),
    "us-west-2": (),
}
"""Region -> names of parts in `.chalice/resources` that it has no types for."""

PARTS_OF: Mapping[str, tuple[str, ...]] = {"aws": ("sms", "sms-events"), "kannel": ()}
"""Gateway -> names of parts that no other gateway needs."""

OTHERWISE: Mapping[str, tuple[str, ...]] = {"cognito": (), "oidc": ("users",)}
"""Who signs people in -> names of parts that something else takes the place of: with `oidc` an issuer of the
operator's own, and no user pool."""


def alike() -> dict[tuple[str, ...], list[str]]:
    """The regions that get the same template, by the parts it does without."""
    found: dict[tuple[str, ...], list[str]] = {}
    for region, lacking in LACKING.items():
        found.setdefault(lacking, []).append(region)
    return found
