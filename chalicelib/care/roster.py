"""The customer roster: which colour a number has, and why.

Colours and rules are configuration. What happened to a subscriber within the period is counted; the
first rule that holds gives the colour. A good re-check takes its case out of the count; a colour that a
person gave holds until something happens that asks for a worse one, or a good re-check repairs it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

COUNTS = ("complaints", "dissatisfied", "worst", "reopened", "urgent")


@dataclass(frozen=True, slots=True)
class Episode:
    """A case as the roster sees it."""

    at: datetime  # when it was opened
    worst: bool  # the worst score of its scale
    scored: bool
    reopened: int  # how often the re-check was bad
    urgent: bool
    repaired_at: datetime | None = None  # when its re-check was good


@dataclass(frozen=True, slots=True)
class ColourRule:
    """A colour for who reaches any of these counts: complaints, dissatisfied, worst, reopened, urgent."""

    colour: str
    at_least: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class RosterRules:
    """Colours from best to worst, and the rules, the worst colour first."""

    period: timedelta = timedelta(days=90)
    colours: tuple[str, ...] = ("green", "yellow", "red")
    rules: tuple[ColourRule, ...] = ()


@dataclass(frozen=True, slots=True)
class GivenColour:
    """A colour that a person gave."""

    colour: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Colour:
    """The colour, and the count that asked for it: `why` is "" for the best colour, "person", or the
    name of a count, with `count` and `needed`."""

    colour: str
    why: str = ""
    count: int = 0
    needed: int = 0


def colour(
    rules: RosterRules, episodes: Sequence[Episode], now: datetime, given: GivenColour | None = None
) -> Colour:
    """The colour of a number at `now`, from what happened within the period (and since a person spoke)."""
    start = now - rules.period
    if given and given.at > start:
        start = given.at
    counts = count([one for one in episodes if one.at > start and one.repaired_at is None])
    found = Colour(rules.colours[0])
    for rule in rules.rules:
        reached = [(name, needed) for name, needed in rule.at_least.items() if counts[name] >= needed]
        if reached:
            name, needed = reached[0]
            found = Colour(rule.colour, name, counts[name], needed)
            break
    if given and given.colour in rules.colours and not _repaired(given, episodes):
        order = rules.colours.index
        if found.colour not in rules.colours or order(given.colour) >= order(found.colour):
            return Colour(given.colour, "person")
    return found


def count(episodes: Sequence[Episode]) -> dict[str, int]:
    """How often each of COUNTS happened."""
    return {
        "complaints": len(episodes),
        "dissatisfied": sum(one.scored for one in episodes) + sum(one.reopened for one in episodes),
        "worst": sum(one.worst for one in episodes),
        "reopened": sum(one.reopened for one in episodes),
        "urgent": sum(one.urgent for one in episodes),
    }


def _repaired(given: GivenColour, episodes: Sequence[Episode]) -> bool:
    return any(one.repaired_at is not None and one.repaired_at > given.at for one in episodes)
