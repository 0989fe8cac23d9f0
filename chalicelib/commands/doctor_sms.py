"""What `ringback doctor` reads of AWS End User Messaging: originators, their tags, events, account."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from chalicelib.campaigns.live import Live, live
from chalicelib.commands import checkup_sms
from chalicelib.commands.checkup import Finding
from chalicelib.commands.place import Place
from chalicelib.store import catalogue

TAG = "ringback-stage"  # the policies of delivery allow originators whose tag names the stage, and no others


def sms(client: Callable[[str], Any], place: Place) -> Iterator[Finding]:
    """Everything that has to be right for texts to go out and for receipts and replies to come back."""
    service = client("pinpoint-sms-voice-v2")
    current = live(catalogue.control())
    there = {**_numbers(service), **_pools(service), **_sender_ids(service)}
    wanted = _wanted(current)
    tags = {arn: _tag(service, arn) for one in wanted for arn in there.get(one, {}).get("arns", ())}
    found = {
        identity: {
            **facts,
            "tags": [tags.get(arn, "") for arn in facts["arns"]],
            "types": () if place.local else facts["types"],  # the simulated network takes both
        }
        for identity, facts in there.items()
    }
    topic = place.outputs.get("InboundTopicArn", "")
    yield from checkup_sms.originators(wanted, found, topic, place.stage)
    name = place.outputs.get("ConfigurationSetName", "") or f"ringback-{place.stage}"
    destinations = _destinations(service, name)
    yield checkup_sms.configuration_set(name, destinations, place.outputs.get("ReceiptsTopicArn", ""))
    tiers = {one["Name"]: one["Value"] for one in service.describe_account_attributes()["AccountAttributes"]}
    limits = service.describe_spend_limits()["SpendLimits"]
    text = next(one for one in limits if one["Name"] == "TEXT_MESSAGE_MONTHLY_SPEND_LIMIT")
    tier = tiers.get("ACCOUNT_TIER", "?")
    yield from checkup_sms.account(tier, float(text["EnforcedLimit"]), float(text["MaxLimit"]))


def _wanted(current: Live) -> dict[str, dict[str, Any]]:
    """Each originator that a live brand texts from through AWS, with what the brand says and sends."""
    found: dict[str, dict[str, Any]] = {}
    for brand in current.brands.values():
        marketing = any(one.marketing and one.brand in ("*", brand.id) for one in current.campaigns.values())
        for one in brand.originators:
            if one.gateway == "aws":
                kind = {"message_type": one.message_type, "marketing": marketing, "brand": brand.id}
                found[one.identity] = kind
    return found


def _numbers(service: Any) -> dict[str, dict[str, Any]]:
    """The account's numbers, by number, by id and by ARN: a brand may use any of them."""
    found: dict[str, dict[str, Any]] = {}
    for page in service.get_paginator("describe_phone_numbers").paginate():
        for one in page["PhoneNumbers"]:
            facts = {"kind": "number", **_two_way(one), "arns": [one["PhoneNumberArn"]]}
            found |= dict.fromkeys((one["PhoneNumber"], one["PhoneNumberId"], one["PhoneNumberArn"]), facts)
    return found


def _pools(service: Any) -> dict[str, dict[str, Any]]:
    """The account's pools, by id and by ARN."""
    found: dict[str, dict[str, Any]] = {}
    for page in service.get_paginator("describe_pools").paginate():
        for one in page["Pools"]:
            facts = {"kind": "pool", **_two_way(one), "arns": [one["PoolArn"]]}
            found |= dict.fromkeys((one["PoolId"], one["PoolArn"]), facts)
    return found


def _two_way(one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "status": one["Status"],
        "types": [one["MessageType"].lower()],
        "two_way": one["TwoWayEnabled"],
        "two_way_to": one.get("TwoWayChannelArn", ""),
        "self_managed": one["SelfManagedOptOutsEnabled"],
    }


def _sender_ids(service: Any) -> dict[str, dict[str, Any]]:
    """The account's sender IDs; one of several countries is several to AWS, each with an ARN."""
    found: dict[str, dict[str, Any]] = {}
    for page in service.get_paginator("describe_sender_ids").paginate():
        for one in page["SenderIds"]:
            facts = found.setdefault(
                one["SenderId"], {"kind": "sender", "status": "", "types": [], "arns": []}
            )
            facts["types"] += [kind.lower() for kind in one["MessageTypes"]]
            facts["arns"].append(one["SenderIdArn"])
            found[one["SenderIdArn"]] = facts
    return found


def _tag(service: Any, arn: str) -> str:
    """The stage whose tag this originator carries, "" for none."""
    tags = service.list_tags_for_resource(ResourceArn=arn)["Tags"]
    return next((str(one["Value"]) for one in tags if one["Key"] == TAG), "")


def _destinations(service: Any, name: str) -> list[dict[str, Any]] | None:
    """Where the events of a configuration set go; None when there is no such set."""
    for one in service.describe_configuration_sets()["ConfigurationSets"]:
        if one["ConfigurationSetName"] == name:
            return [
                {
                    "topic": each.get("SnsDestination", {}).get("TopicArn", ""),
                    "enabled": each["Enabled"],
                    "events": each["MatchingEventTypes"],
                }
                for each in one["EventDestinations"]
            ]
    return None
