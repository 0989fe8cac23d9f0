"""The life of a campaign's version, as rules: what may follow what, and what is missing for it.

    draft -> in_review -> approved -> live <-> paused
      ^          |            |         |        |
      +----------+------------+         +-> ended <- any

A change is a new version, which begins as a draft, so a live campaign never changes without a second
person's look.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final, Literal, get_args

from chalicelib.campaigns.campaign_codes import CampaignCode as Code
from chalicelib.problems import Coded, Problem
from chalicelib.store.records import Brand
from chalicelib.store.schema.catalogue import Document

VersionStatus = Literal["draft", "in_review", "approved", "live", "paused", "ended"]
ApprovalStep = Literal["submit", "send_back", "approve", "go_live", "pause", "resume", "end"]
STATES: Final = get_args(VersionStatus)
# How an authority writes its numbers, where they are used as they are written: India's go to the network with
# every text, as the entity's id and the template's (AWS: IN_ENTITY_ID and IN_TEMPLATE_ID of SendTextMessage).
FORMS: Final[Mapping[str, re.Pattern[str]]] = {"IN": re.compile(r"\d{1,20}/\d{1,20}", re.ASCII)}
ANY_FORM: Final = re.compile(r".+")
CONFIRM_FROM = 10_000  # people, where the policy says nothing else

STEPS: Final[Mapping[ApprovalStep, tuple[tuple[VersionStatus, ...], VersionStatus]]] = {
    "submit": (("draft",), "in_review"),
    "send_back": (("in_review", "approved"), "draft"),
    "approve": (("in_review",), "approved"),
    "go_live": (("approved",), "live"),
    "pause": (("live",), "paused"),
    "resume": (("paused",), "live"),
    "end": (("draft", "in_review", "approved", "live", "paused"), "ended"),
}


class TransitionRefused(Exception):
    """A step cannot be taken; `missing` says everything that is missing."""

    def __init__(self, missing: Sequence[Problem]) -> None:
        self.missing = list(missing)
        super().__init__("; ".join(f"{one.place}: {one.code}" for one in self.missing))


def possible(status: str) -> list[ApprovalStep]:
    """The steps that may follow a state, the natural next one first."""
    return [step for step, (before, _) in STEPS.items() if status in before]


def missing(
    version: Document,
    step: ApprovalStep,
    by: str,
    *,
    problems: Iterable[Problem] = (),
    countries: Iterable[str] = (),
    people: int | None = None,
    typed: str = "",
    confirm_from: int = CONFIRM_FROM,
    also: Collection[str] = (),
) -> list[Problem]:
    """What is missing for a step; nothing when it may be taken.

    `by` takes it, who also acts as `also`. `problems` are those of `check`; `countries` those whose
    registration is needed (see `countries_to_register`); `people` how many it may go to, None when nobody
    can know (an event decides); `typed` is what was typed to confirm that number: digits, with or without
    separators.
    """
    before, _ = STEPS[step]
    if version.status not in before:
        return [Problem(Code.STATE_MOVED_ON, {"state": Coded("campaign_state", version.status)})]
    found: list[Problem] = []
    if step in ("submit", "approve", "go_live"):
        found += [one for one in problems if not one.warning]
    if step == "approve" and {by, *also} & {version.by, version.submitted_by}:
        found.append(Problem(Code.AUTHOR_APPROVES))
    if step == "go_live":
        registered = version.document.get("registrations") or {}
        for country in countries:
            number = str(registered.get(country) or "").strip()
            if not number:
                found.append(Problem(Code.NOT_REGISTERED, {"country": country}))
            elif not FORMS.get(country, ANY_FORM).fullmatch(number):
                found.append(Problem(Code.NOT_THE_FORM, {"country": country, "value": number}))
        if people is not None and people >= confirm_from and digits(typed) != str(people):
            found.append(Problem(Code.NOT_CONFIRMED, {"n": people}))
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
