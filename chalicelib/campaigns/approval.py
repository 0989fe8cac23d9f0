"""The life of a campaign's version, as rules: what may follow what, and what is missing for it.

    draft -> in_review -> approved -> live <-> paused
      ^          |            |         |        |
      +----------+------------+         +-> ended <- any

A change is a new version, which begins as a draft, so a live campaign never changes without a second
person's look.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Self, get_args

from chalicelib.campaigns.reading import Problem
from chalicelib.store.records import Brand

State = Literal["draft", "in_review", "approved", "live", "paused", "ended"]
Step = Literal["submit", "send_back", "approve", "go_live", "pause", "resume", "end"]
STATES: Final = get_args(State)
CONFIRM_FROM = 10_000  # people, where the policy says nothing else

STEPS: Final[Mapping[Step, tuple[tuple[State, ...], State]]] = {
    "submit": (("draft",), "in_review"),
    "send_back": (("in_review", "approved"), "draft"),
    "approve": (("in_review",), "approved"),
    "go_live": (("approved",), "live"),
    "pause": (("live",), "paused"),
    "resume": (("paused",), "live"),
    "end": (("draft", "in_review", "approved", "live", "paused"), "ended"),
}


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a document with its history. Times are ISO in UTC, "" for what has not happened."""

    name: str  # campaign#plan-offer
    number: int
    document: Mapping[str, Any] = field(repr=False)
    status: str
    by: str  # the author
    at: str
    base: int = 0  # the version that it changed; 0 for none
    submitted_by: str = ""
    submitted_at: str = ""
    approved_by: str = ""
    approved_at: str = ""
    live_by: str = ""
    live_at: str = ""
    ended_at: str = ""
    note: str = ""  # why it was sent back

    @property
    def campaign(self) -> str:
        """The campaign's id, "" for other documents."""
        kind, _, ident = self.name.partition("#")
        return ident if kind == "campaign" else ""

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """From a row of the catalogue."""
        known = {one: row[one] for one in cls.__dataclass_fields__ if one in row}
        return cls(**{**known, "number": int(row["version"][1:])})


@dataclass(frozen=True, slots=True)
class Lacking:
    """Something that stands in the way of a step. `code` is for pages, which word it; `error` says it in
    English with the fix; `about` is what it is about (a country, a field, a number)."""

    code: Literal["state", "problem", "author", "registration", "confirm"]
    error: str
    about: str = ""


class NotYet(Exception):
    """A step cannot be taken; `lacking` says everything that is missing."""

    def __init__(self, lacking: Sequence[Lacking]) -> None:
        self.lacking = list(lacking)
        super().__init__("; ".join(one.error for one in self.lacking))


def possible(status: str) -> list[Step]:
    """The steps that may follow a state, the natural next one first."""
    return [step for step, (before, _) in STEPS.items() if status in before]


def lacking(
    version: Version,
    step: Step,
    by: str,
    *,
    problems: Iterable[Problem] = (),
    countries: Iterable[str] = (),
    people: int | None = None,
    typed: str = "",
    confirm_from: int = CONFIRM_FROM,
) -> list[Lacking]:
    """What is missing for a step; nothing when it may be taken.

    `by` takes it. `problems` are those of `check`; `countries` those whose registration is needed (see
    `countries_to_register`); `people` how many it may go to, None when nobody can know (an event decides);
    `typed` is what was typed to confirm that number: digits, with or without separators.
    """
    before, _ = STEPS[step]
    if version.status not in before:
        said = f"version {version.number} is {version.status}: {step} follows {' or '.join(before)}"
        return [Lacking("state", said, version.status)]
    found: list[Lacking] = []
    if step in ("submit", "approve", "go_live"):
        found += [Lacking("problem", str(one), one.place) for one in problems if not one.warning]
    if step == "approve" and by in (version.by, version.submitted_by):
        found.append(Lacking("author", "who wrote or submitted it cannot approve it: ask somebody else", by))
    if step == "go_live":
        registered = version.document.get("registrations") or {}
        for country in countries:
            if not str(registered.get(country) or "").strip():
                said = (
                    f"{country} wants registered templates: put the registration's number in `registrations`"
                )
                found.append(Lacking("registration", said, country))
        if people is not None and people >= confirm_from and digits(typed) != str(people):
            said = f"it goes to {people} people: type that number to confirm"
            found.append(Lacking("confirm", said, str(people)))
    return found


def countries_to_register(
    document: Mapping[str, Any], brands: Iterable[Brand], policy: Mapping[str, Any]
) -> list[str]:
    """The countries of the policy's `registration` that an originator of the campaign's brands serves."""
    wanted = document.get("brand", "*")
    codes = {
        code
        for brand in brands
        if wanted in ("*", brand.id)
        for originator in brand.originators
        for code in originator.countries
    }
    known = policy.get("countries") or {}
    return [
        country
        for country in policy.get("registration") or ()
        if any(
            code == "*" or code.startswith(own) or own.startswith(code)
            for own in (known.get(country) or {}).get("calling_codes", ())
            for code in codes
        )
    ]


def digits(typed: str) -> str:
    return "".join(one for one in typed if one not in " ,.'\u00a0\u202f，").strip()
