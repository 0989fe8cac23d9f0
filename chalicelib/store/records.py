"""The records that every room shares, as plain data: no AWS in here."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self

_NUMBER = re.compile(r"(?<![\w.-])\+?\d{10,15}(?!\w)")  # as E.164, and as people type it
SHARDS = 8  # partitions a day's birthdays of one zone are spread over


@dataclass(frozen=True, slots=True)
class Subscriber:
    """One line of an operator. Empty text means unknown; dates are ISO; the zone is IANA."""

    subscriber_id: str
    msisdn: str = ""  # E.164
    name: str = ""
    language: str = ""  # "zh-CN" | "en"; "" means the brand's default
    time_zone: str = ""
    brand: str = ""
    region: str = ""  # "province/city"
    tier: str = ""  # "diamond" | "gold" | "silver" | "standard"
    plan: str = ""
    plan_ends_on: str = ""  # YYYY-MM-DD
    birthday: str = ""  # MM-DD or YYYY-MM-DD, in its own calendar
    birthday_calendar: str = "solar"  # "solar" | "lunar"
    status: str = "active"  # "active" | "suspended" | "left"
    since: str = ""  # YYYY-MM-DD, start of the contract
    previous_msisdns: tuple[str, ...] = ()  # numbers held within the last 60 days

    def as_dict(self) -> dict[str, Any]:
        """Only the fields that hold something: what is stored and what jobs carry."""
        return {name: value for name in SUBSCRIBER_FIELDS if (value := getattr(self, name))}

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """The inverse of `as_dict`; unknown names are ignored, so old and new code can coexist."""
        values = {name: value for name, value in raw.items() if name in SUBSCRIBER_FIELDS}
        if "previous_msisdns" in values:
            values["previous_msisdns"] = tuple(values["previous_msisdns"])
        return cls(**values)


SUBSCRIBER_FIELDS = dict.fromkeys(one.name for one in fields(Subscriber))


@dataclass(frozen=True, slots=True)
class Originator:
    """A number or sender ID that texts come from."""

    identity: str  # E.164, short code or sender ID, as the gateway knows it
    countries: tuple[str, ...]  # country calling codes it serves, "*" for any
    counting: str = "network"  # "network" (GSM-7 / UCS-2) | "cn" (every character counts one)
    per_second: float = 10.0  # message parts a second the network takes from it
    gateway: str = "aws"
    backup: str = ""  # identity of the brand's originator that takes over while this one keeps failing


@dataclass(frozen=True, slots=True)
class Brand:
    """What an operator sells under one name: where texts come from and how they are signed."""

    id: str
    title: Mapping[str, str]
    originators: tuple[Originator, ...]
    signature: Mapping[str, str]  # by language: "【云通】"
    signature_at: str = "front"  # "front" | "end"
    default_language: str = "zh-CN"
    opt_out_hint: Mapping[str, str] = field(default_factory=dict)  # by language, added to marketing
    opt_out_scope: str = "all"  # what a bare STOP means: "all" | "category" | "campaign"
    care_teams: tuple[str, ...] = ()
    care_number: str = ""
    show_msisdn_in_events: bool = False

    def originator_for(self, msisdn: str, failing: Container[str] = ()) -> Originator | None:
        """The originator with the longest country code that `msisdn` begins with, else the `*` one.

        While its identity is in `failing`, its backup, if it has one that works.
        """
        digits = msisdn.removeprefix("+")
        best: Originator | None = None
        best_length = -1
        for originator in self.originators:
            for code in originator.countries:
                length = 0 if code == "*" else len(code)
                if (code == "*" or digits.startswith(code)) and length > best_length:
                    best, best_length = originator, length
        if best is not None and best.identity in failing:
            for originator in self.originators:
                if originator.identity == best.backup and originator.identity not in failing:
                    return originator
        return best

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """From the catalogue's JSON document."""
        values = dict(raw)
        values["originators"] = tuple(
            Originator(**{**one, "countries": tuple(str(code) for code in one["countries"])})
            for one in values.get("originators", ())
        )
        values["care_teams"] = tuple(values.get("care_teams", ()))
        return cls(**values)


def mask(msisdn: str) -> str:
    """`+86 138 •••• 0001`: enough to recognise, not enough to call. Short numbers keep two digits."""
    digits = msisdn.removeprefix("+")
    if len(digits) < 8:
        return "•••" + digits[-2:]
    head = f"+{digits[:2]} {digits[2:5]}" if digits.startswith("86") else f"+{digits[:-8]}"
    return f"{head} •••• {digits[-4:]}"


def masked_in(text: str) -> str:
    """`text` with every number that may be somebody's masked."""
    return _NUMBER.sub(lambda found: mask(found[0]), text)
