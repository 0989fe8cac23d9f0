"""The part of the `pinpoint-sms-voice-v2` API that the service uses, over AWS JSON 1.0: no network in here.

Bounds are those of the API's own model (botocore, 2022-03-31) and of its page of SendTextMessage.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

TARGET = "PinpointSMSVoiceV2."
TTL_BOUNDS = (5, 259_200)
LONGEST_BODY = 1600
LONGEST_CONTEXT = 5
_MSISDN = re.compile(r"\+?([1-9][0-9]{5,14})")
_IDENTITY = re.compile(r"[A-Za-z0-9_:/+-]{1,256}")
_NAME = re.compile(r"[A-Za-z0-9_:/-]{1,256}")
_MAX_PRICE = re.compile(r"[0-9]{0,2}\.[0-9]{1,5}")
_ACCOUNT = "000000000000"


class Refusal(Exception):
    """The API says no. `members` are the exception's own fields beside its message."""

    def __init__(self, code: str, message: str, **members: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.members = members

    @property
    def status(self) -> int:
        """Every exception of this API is a 400 but the internal one."""
        return 500 if self.code == "InternalServerException" else 400

    def body(self) -> bytes:
        """As AWS JSON 1.0 says it: the type with its namespace, the message, the members."""
        kind = f"com.amazonaws.pinpointsmsvoicev2#{self.code}"
        return json.dumps({"__type": kind, "Message": self.message, **self.members}).encode()


@dataclass(frozen=True, slots=True)
class Send:
    """A SendTextMessage that is in order."""

    to: str  # E.164
    originator: str
    body: str
    seconds_to_live: int = TTL_BOUNDS[1]
    context: Mapping[str, str] = field(default_factory=dict)
    dry_run: bool = False
    configuration_set: str = ""


def parse(raw: bytes) -> dict[str, Any]:
    """The request's JSON object. Raises Refusal."""
    try:
        found = json.loads(raw or b"{}")
    except ValueError as error:
        raise Refusal("SerializationException", f"the request is not JSON: {error}") from error
    if not isinstance(found, dict):
        raise Refusal("SerializationException", "the request is not a JSON object")
    return found


def read_send(raw: Mapping[str, Any]) -> Send:
    """What `raw` asks for. Raises Refusal as the API would."""
    to = _text(raw, "DestinationPhoneNumber", required=True)
    number = _MSISDN.fullmatch(to)
    if number is None:
        raise _invalid("DestinationPhoneNumber", f"{to!r} is not an E.164 number")
    body = _text(raw, "MessageBody", required=True)
    if not 1 <= len(body) <= LONGEST_BODY or not body.strip():
        raise _invalid(
            "MessageBody", f"must hold 1 to {LONGEST_BODY} characters, not only spaces; has {len(body)}"
        )
    kind = _text(raw, "MessageType")
    if kind not in ("", "TRANSACTIONAL", "PROMOTIONAL"):
        raise _invalid("MessageType", f"{kind!r} is neither TRANSACTIONAL nor PROMOTIONAL")
    low, high = TTL_BOUNDS
    ttl = raw.get("TimeToLive")
    if ttl is not None and (isinstance(ttl, bool) or not isinstance(ttl, int) or not low <= ttl <= high):
        raise _invalid("TimeToLive", f"{ttl!r} is not within {low} and {high} seconds")
    price = _text(raw, "MaxPrice")
    if price and not _MAX_PRICE.fullmatch(price):
        raise _invalid("MaxPrice", f"{price!r} is not an amount such as 0.50000")
    dry_run = raw.get("DryRun", False)
    if not isinstance(dry_run, bool):
        raise _invalid("DryRun", f"{dry_run!r} is not a boolean")
    return Send(
        to=f"+{number[1]}",
        originator=_identity(raw),
        body=body,
        seconds_to_live=high if ttl is None else ttl,
        context=_context(raw.get("Context") or {}),
        dry_run=dry_run,
        configuration_set=_matching(raw, "ConfigurationSetName", _NAME),
    )


def _identity(raw: Mapping[str, Any]) -> str:
    identity = _matching(raw, "OriginationIdentity", _IDENTITY)
    if not identity:
        raise Refusal(
            "ConflictException",
            "No origination identity: the account's numbers are not chosen from here, name one",
            Reason="NO_ORIGINATION_IDENTITIES_FOUND",
        )
    return identity.rpartition("/")[2] if identity.startswith("arn:") else identity


def _context(raw: Any) -> dict[str, str]:
    if not isinstance(raw, dict) or len(raw) > LONGEST_CONTEXT:
        raise _invalid("Context", f"must be a map of at most {LONGEST_CONTEXT} entries")
    for key, value in raw.items():
        if not re.fullmatch(r"\S{1,100}", key):
            raise _invalid("Context", f"the key {key!r} must hold 1 to 100 characters and no space")
        if not isinstance(value, str) or not 1 <= len(value) <= 800 or value != value.strip():
            raise _invalid(
                "Context", f"the value of {key} must hold 1 to 800 characters, no space at either end"
            )
    return dict(raw)


def _matching(raw: Mapping[str, Any], name: str, pattern: re.Pattern[str]) -> str:
    value = _text(raw, name)
    if value and not pattern.fullmatch(value):
        raise _invalid(name, f"{value!r} does not match {pattern.pattern}")
    return value


def _text(raw: Mapping[str, Any], name: str, *, required: bool = False) -> str:
    value = raw.get(name)
    if value is None:
        if required:
            raise Refusal(
                "ValidationException",
                f"Missing required field: {name}",
                Reason="MISSING_PARAMETER",
                Fields=[{"Name": name, "Message": "is required"}],
            )
        return ""
    if not isinstance(value, str):
        raise Refusal("SerializationException", f"{name} is not a string")
    return value


def _invalid(name: str, message: str) -> Refusal:
    return Refusal(
        "ValidationException",
        f"{name}: {message}",
        Reason="FIELD_VALIDATION_FAILED",
        Fields=[{"Name": name, "Message": message}],
    )


def throttled(originator: str, rate: float) -> Refusal:
    """The answer when an originator asks for more than its message parts per second."""
    return Refusal(
        "ThrottlingException", f"Rate exceeded: {originator} may send {rate:g} message parts per second"
    )


def arn_of(identity: str, region: str) -> str:
    """The ARN of an originator: a number, or a sender ID."""
    number = identity.lstrip("+")
    kind = f"phone-number/{number}" if number.isdigit() else f"sender-id/{identity}"
    return f"arn:aws:sms-voice:{region}:{_ACCOUNT}:{kind}"


def describe_sender_ids(originators: Sequence[str], region: str) -> dict[str, Any]:
    """DescribeSenderIds: every originator that is no number."""
    return {
        "SenderIds": [
            {
                "SenderIdArn": arn_of(one, region),
                "SenderId": one,
                "IsoCountryCode": "HK",
                "MessageTypes": ["TRANSACTIONAL", "PROMOTIONAL"],
                "MonthlyLeasingPrice": "0.00",
                "DeletionProtectionEnabled": False,
                "Registered": True,
            }
            for one in originators
            if not one.lstrip("+").isdigit()
        ]
    }


def list_tags(arn: str, stage: str) -> dict[str, Any]:
    """ListTagsForResource: every originator carries the tag of the stage that may text from it."""
    return {"ResourceArn": arn, "Tags": [{"Key": "ringback-stage", "Value": stage}]}


def describe_account() -> dict[str, Any]:
    """DescribeAccountAttributes: out of the sandbox."""
    return {"AccountAttributes": [{"Name": "ACCOUNT_TIER", "Value": "PRODUCTION"}]}


def describe_spend_limits() -> dict[str, Any]:
    """DescribeSpendLimits: texts may cost a million; nothing is paid here."""
    limit = {"EnforcedLimit": 1_000_000, "MaxLimit": 1_000_000, "Overridden": False}
    return {"SpendLimits": [{"Name": "TEXT_MESSAGE_MONTHLY_SPEND_LIMIT", **limit}]}


def describe_phone_numbers(
    originators: Sequence[str], region: str, topic: str, created: float
) -> dict[str, Any]:
    """DescribePhoneNumbers: every originator that is a number, two-way, opt-outs managed by ourselves."""
    numbers = [one for one in originators if one.lstrip("+").isdigit()]
    return {
        "PhoneNumbers": [
            {
                "PhoneNumberArn": arn_of(number, region),
                "PhoneNumberId": f"phone-{number.lstrip('+')}",
                "PhoneNumber": number,
                "Status": "ACTIVE",
                "IsoCountryCode": "CN" if number.startswith("+86") else "US",
                "MessageType": "TRANSACTIONAL",
                "NumberCapabilities": ["SMS"],
                "NumberType": "LONG_CODE" if number.startswith("+") else "SHORT_CODE",
                "MonthlyLeasingPrice": "0.00",
                "TwoWayEnabled": bool(topic),
                **({"TwoWayChannelArn": topic} if topic else {}),
                "SelfManagedOptOutsEnabled": True,
                "OptOutListName": "Default",
                "DeletionProtectionEnabled": False,
                "CreatedTimestamp": created,
            }
            for number in numbers
        ]
    }


def describe_configuration_sets(
    names: Sequence[str], region: str, topic: str, created: float
) -> dict[str, Any]:
    """DescribeConfigurationSets: each of `names` with one event destination, the receipts topic."""
    destination = {
        "EventDestinationName": "receipts",
        "Enabled": True,
        "MatchingEventTypes": ["TEXT_ALL"],
        "SnsDestination": {"TopicArn": topic},
    }
    return {
        "ConfigurationSets": [
            {
                "ConfigurationSetArn": f"arn:aws:sms-voice:{region}:{_ACCOUNT}:configuration-set/{name}",
                "ConfigurationSetName": name,
                "EventDestinations": [destination] if topic else [],
                "DefaultMessageType": "TRANSACTIONAL",
                "CreatedTimestamp": created,
            }
            for name in names
        ]
    }


def describe_opt_out_lists(region: str, created: float) -> dict[str, Any]:
    """DescribeOptOutLists: the account's default one, which nobody is on."""
    arn = f"arn:aws:sms-voice:{region}:{_ACCOUNT}:opt-out-list/Default"
    return {"OptOutLists": [{"OptOutListArn": arn, "OptOutListName": "Default", "CreatedTimestamp": created}]}
