"""Brands and the originators their texts come from, as the catalogue's documents say; numbers masked."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

_NUMBER = re.compile(r"(?<![\w.-])\+?\d{10,15}(?!\w)")  # as E.164, and as people type it


@dataclass(frozen=True, slots=True)
class Originator:
    """A number or sender ID that texts come from."""

    identity: str  # E.164, short code or sender ID, as the gateway knows it
    countries: tuple[str, ...]  # country calling codes it serves, "*" for any
    counting: str = "network"  # "network" (GSM-7 / UCS-2) | "cn" (every character counts one)
    per_second: float = 10.0  # message parts a second the network takes from it
    gateway: str = "aws"
    backup: str = ""  # identity of the brand's originator that takes over while this one keeps failing
    message_type: str = ""  # what it is registered for: "transactional", "promotional", "" for both

    def takes(self, promotional: bool) -> bool:
        """Whether it is registered for marketing (`promotional`), or for everything else."""
        return self.message_type in ("", "promotional" if promotional else "transactional")


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
    # Where other brands text from the same number or sender ID, what a no to it means: `answered`, this brand
    # when its text is answered; `all`, each of those brands. "" where none is shared.
    shared_originators: str = ""
    care_teams: tuple[str, ...] = ()
    care_number: str = ""
    show_msisdn_in_events: bool = False

    def originator_for(
        self, msisdn: str, failing: Container[str] = (), *, promotional: bool = False
    ) -> Originator | None:
        """The originator with the longest country code that `msisdn` begins with, else the `*` one; of those
        with that code the first that is registered for this kind of text, if one is.

        While its identity is in `failing`, its backup, or that one's backup; itself when none of them works.
        """
        digits = msisdn.removeprefix("+")
        best: Originator | None = None
        best_fit = (-1, False)
        for originator in self.originators:
            for code in originator.countries:
                fit = (0 if code == "*" else len(code), originator.takes(promotional))
                if (code == "*" or digits.startswith(code)) and fit > best_fit:
                    best, best_fit = originator, fit
        known = {one.identity: one for one in self.originators}
        instead, tried = best, set[str]()
        while instead is not None and instead.identity in failing and instead.identity not in tried:
            tried.add(instead.identity)
            instead = known.get(instead.backup)
        return best if instead is None or instead.identity in failing else instead

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """From the catalogue's JSON document, without what a later release may have added."""
        values = {name: one for name, one in raw.items() if name in cls.__dataclass_fields__}
        values["originators"] = tuple(
            Originator(**{**_known(one), "countries": tuple(str(code) for code in one["countries"])})
            for one in values.get("originators", ())
        )
        values["care_teams"] = tuple(values.get("care_teams", ()))
        return cls(**values)


def _known(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {name: one for name, one in raw.items() if name in Originator.__dataclass_fields__}


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
