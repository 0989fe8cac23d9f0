"""How many texts one number gets: caps over a rolling day and week; and when it was last asked in a survey.

`recent` is the list in a number's `state` item: {"at": ISO in UTC, "campaign", "category", "item"} for
each text that took a place. A text counts for its whole span: exactly 24 hours after, it no longer does.
The last invitation to a survey stays for a year, for surveys that ask nobody again too soon.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from chalicelib.campaigns.survey_block import LONGEST_REST
from chalicelib.clock import iso, parse
from chalicelib.delivery.policy import Policy

KEEP = timedelta(days=8)  # longer than the longest cap, so that pruning never frees a place
SURVEY = "survey"
INVITED = "/invitation"  # how the item of a survey's first text ends

Recent = Iterable[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Free:
    """There is a place."""


@dataclass(frozen=True, slots=True)
class CapFull:
    """There is none before `frees_at` (UTC), if nothing else is sent; `reason` is the cap that is full."""

    frees_at: datetime
    reason: Literal["cap_day", "cap_week"]


FREE = Free()


def place(
    policy: Policy,
    category: str,
    recent: Recent,
    now: datetime,
    *,
    country: str = "",
    region: str = "",
    item: str = "",
) -> Free | CapFull:
    """Whether a text of `category` has a place under every cap that holds for it at that place.

    `item` is the text's own key: a place it took already (a claim whose answer was lost) is its own.
    """
    caps = policy.caps_for(category, country, region)
    if not caps:
        return FREE
    others = [(parse(one["at"]), one["category"]) for one in recent if one["item"] != item]
    worst: CapFull | None = None
    for cap in caps:
        edge = now - cap.span
        counted = sorted(at for at, kind in others if kind in cap.of and at > edge)
        if len(counted) < cap.at_most:
            continue
        # The place is free when so many have aged out that one less than the cap remains.
        frees_at = counted[len(counted) - cap.at_most] + cap.span
        if worst is None or frees_at > worst.frees_at:
            worst = CapFull(frees_at, cap.reason)
    return worst or FREE


def asked_since(recent: Recent, edge: datetime, *, item: str = "") -> bool:
    """Whether the number was invited to a survey after `edge`, by another text than `item`."""
    return any(
        parse(one["at"]) > edge for one in recent if one["item"] != item and one["item"].endswith(INVITED)
    )


def entry(item: str, campaign: str, category: str, at: datetime) -> dict[str, str]:
    """What one text puts in `recent`."""
    return {"at": iso(at), "campaign": campaign, "category": category, "item": item}


def take(recent: Recent, entry: Mapping[str, str], now: datetime) -> tuple[Mapping[str, str], ...]:
    """`recent` with the text in it once, oldest first, without what is older than eight days; the last
    invitation to a survey is kept for LONGEST_REST.

    A text that is there already moves to the later of the two times: one that was put off and is sent
    after all counts from when it is sent.
    """
    later = dict(entry)
    kept = []
    for one in recent:
        if one["item"] == entry["item"]:
            later = max(later, dict(one), key=lambda each: parse(each["at"]))
        else:
            kept.append(dict(one))
    rising = sorted([*kept, later], key=lambda one: (one["at"], one["item"]))
    last = next((one for one in reversed(rising) if one["item"].endswith(INVITED)), None)
    return tuple(one for one in rising if parse(one["at"]) > now - (LONGEST_REST if one is last else KEEP))
