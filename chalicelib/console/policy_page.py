"""The administrator's page of the policy that decides about texts: in sentences that are a form, as a draft
that a second person puts in force."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.campaigns import lifecycle
from chalicelib.campaigns.approval import ApprovalStep, TransitionRefused
from chalicelib.campaigns.campaign import CATEGORIES
from chalicelib.campaigns.lifecycle import VersionConflict, Who
from chalicelib.campaigns.sync import difference
from chalicelib.console import policy_form
from chalicelib.console.frame import ADMIN, NotHere, Page, Redirect, Route, Visit
from chalicelib.console.settings import base_of, kept_below, moved_on
from chalicelib.delivery.policy import EVERYWHERE, SPANS, policy_from
from chalicelib.delivery.policy_trial import Trial, of_sample
from chalicelib.i18n.problems import placed, words
from chalicelib.i18n.translations import N_, say
from chalicelib.problems import BadDocument
from chalicelib.store import catalogue
from chalicelib.store.schema.catalogue import Document

NAME = "policy"  # of the document
VERSIONS = 10
LAST = (("reply",), ("mandatory",))  # of the cards
WAITING = ("draft", "in_review", "approved")
# What the page does with the version that waits, and never with the one in force; what is approved goes live.
STEPS: Mapping[str, tuple[ApprovalStep, ...]] = {
    "submit": ("submit",),
    "approve": ("approve", "go_live"),
    "go_live": ("go_live",),
    "send_back": ("send_back",),
    "end": ("end",),
}
OFFERED: Mapping[str, tuple[str, ...]] = {
    "draft": ("submit", "end"),
    "in_review": ("approve", "send_back", "end"),
    "approved": ("go_live", "send_back", "end"),
}


@dataclass(frozen=True, slots=True)
class Past:
    """The versions of the policy, the latest first, and the number of the one in force (0 for none)."""

    versions: Sequence[Document]
    live: int

    @property
    def in_force(self) -> Document | None:
        """The version that decides now."""
        return next((one for one in self.versions if one.number == self.live), None)

    @property
    def waiting(self) -> Document | None:
        """The latest version while it is on its way to be in force."""
        latest = self.versions[0] if self.versions else None
        return latest if latest and latest.status in WAITING and latest.number != self.live else None

    @property
    def edited(self) -> Document | None:
        """What the form begins with."""
        return self.waiting or self.in_force

    @property
    def number(self) -> int:
        """Of the latest version."""
        return self.versions[0].number if self.versions else 0


@dataclass(frozen=True, slots=True)
class Card:
    """What holds for one category, or for several together: the groups of windows that are theirs and the
    caps everywhere, by their place in the document."""

    of: tuple[str, ...]
    windows: tuple[int, ...]
    caps: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that a version changes: `what` is a day, a part of a cap or a number of the policy; `of` whose
    hours or cap it is, at which `place`; what it says `now` and would say `then`."""

    what: str
    of: tuple[str, ...]
    place: str
    now: str
    then: str


def policy(visit: Visit) -> Page:
    """The policy as a form, what waits for a second person, the versions and what each changed."""
    past = _past()
    waiting = past.waiting if visit.query.get("estimate") == "1" else None
    return _page(visit, past, {}, trial=_trial(visit, past, waiting.document) if waiting else None)


def _trial(visit: Visit, past: Past, document: Mapping[str, Any]) -> Trial | None:
    """What a document would have done with the last day's texts, against the one in force; the sample is the
    same at each look."""
    if past.in_force is None:
        return None
    before, after = policy_from(past.in_force.document), policy_from(document)
    return of_sample(before, after, visit.now, random.Random(NAME))  # noqa: S311 a sample


def save(visit: Visit) -> Page | Redirect:
    """Keep what the form says as the next version, a draft; with `what=submit`, ask for approval at once."""
    past = _past()
    start = _start(visit, past)
    if start is None:
        raise NotHere
    if visit.form.get("what") == "keep":  # what Enter in a line does without scripts
        return _page(visit, past, _changed(visit, past))
    typed = policy_form.changed(start.document, visit.form, visit.language)
    done, asked = policy_form.written(start.document, typed), visit.form.get("what") == "submit"
    if not typed:
        if asked and start == past.waiting and start.status == "draft":
            return _taken(visit, start, "submit")
        return _page(visit, past, {}, {"": say("Nothing is different from before.", visit.language)}, 422)
    errors = {name: words(one, visit.language) for name, one in done.wrong.items()}
    try:
        policy_from(done.document)
        if not errors and visit.form.get("what") == "estimate":
            return _page(visit, past, typed, trial=_trial(visit, past, done.document))
        if not errors:
            who = Who(visit.who, visit.role)
            made = lifecycle.save(NAME, done.document, who, visit.now, base=base_of(visit))
    except BadDocument as bad:
        for one in bad.problems:
            name = done.field_of(one)
            errors.setdefault(name, words(one, visit.language) if name else placed(one, visit.language))
    except VersionConflict as moved:
        return _page(visit, _past(), typed, {"": kept_below(moved, visit)}, 409)
    if errors:
        return _page(visit, past, typed, errors, 422)
    if asked:
        return _taken(visit, made, "submit")
    return Redirect("/policy", say("Kept as version %(n)s, a draft.", visit.language, n=made.number))


def step(visit: Visit) -> Page | Redirect:
    """Take the version that waits one step on, or say what is missing."""
    past, taken = _past(), visit.args["step"]
    if taken not in STEPS or not past.versions:
        raise NotHere
    waiting = past.waiting
    if waiting is None or visit.form.get("version") != str(waiting.number):
        moved = moved_on(VersionConflict(past.versions[0]), visit)
        return _page(visit, past, _changed(visit, past), {"": moved}, 409)
    if typed := _changed(visit, past):  # what is handed in is what was seen, not what is typed beside it
        unsaved = N_(
            "You changed this page and did not save it: save it first, or go back to what was saved."
        )
        return _page(visit, past, typed, {"": say(unsaved, visit.language)}, 422)
    if taken == "send_back" and not visit.form.get("note", "").strip():
        why = say("Say why it is sent back: whoever wrote it reads that.", visit.language)
        return _page(visit, past, {}, {"": why}, 422)
    return _taken(visit, waiting, taken)


def _start(visit: Visit, past: Past) -> Document | None:
    """The version that the form on the page was made of."""
    base = next((one for one in past.versions if one.number == base_of(visit)), None)
    return base if base and base.status != "ended" else past.edited


def _changed(visit: Visit, past: Past) -> dict[str, str]:
    """What is typed in the form and not saved."""
    start = _start(visit, past)
    return policy_form.changed(start.document, visit.form, visit.language) if start else {}


def _taken(visit: Visit, version: Document, taken: str) -> Page | Redirect:
    who, note = Who(visit.who, visit.role), visit.form.get("note", "")
    try:
        if taken in ("submit", "approve", "go_live"):
            policy_from(version.document)  # `lifecycle` knows what is fit of campaigns and brands alone
        for one in STEPS[taken]:
            lifecycle.take(one, NAME, version.number, who, visit.now, note=note)
    except (TransitionRefused, BadDocument) as refused:
        found = refused.missing if isinstance(refused, TransitionRefused) else refused.problems
        said = " ".join(placed(one, visit.language) for one in found)
        return _page(visit, _past(), {}, {"": said}, 422)
    return Redirect("/policy", SAID[taken])


SAID = {
    "submit": N_("It waits for a second person."),
    "approve": N_("Approved. It is in force from now on."),
    "go_live": N_("It is in force from now on."),
    "send_back": N_("Sent back."),
    "end": N_("Discarded."),
}


def _past() -> Past:
    return Past(lifecycle.history(NAME), catalogue.control().live.get(NAME, 0))


def _page(
    visit: Visit,
    past: Past,
    typed: Mapping[str, str],
    errors: Mapping[str, str] | None = None,
    status: int = 200,
    trial: Trial | None = None,
) -> Page:
    document: Mapping[str, Any] = past.edited.document if past.edited else {}
    asked = visit.query.get("version", "")
    chosen = next((one for one in past.versions if str(one.number) == asked), past.waiting)
    shown = policy_form.fields_of(document, visit.language)
    kept = {name: value for name, value in typed.items() if name in shown}
    return Page(
        "policy.html",
        "Policy",
        {
            "document": document,
            "cards": _cards(document),
            "windows": [
                (policy_form.places(group.get("hours", {})), policy_form.days(group))
                for group in document.get("windows", ())
            ],
            "elsewhere": {
                place: caps for place, caps in sorted(document.get("caps", {}).items()) if place != EVERYWHERE
            },
            "cap_sets": policy_form.cap_sets(document),
            "spans": tuple(SPANS),
            "values": shown | kept,
            "trial": trial,
            "errors": errors or {},
            "base": past.number if status == 409 else base_of(visit) or past.number,
            "waiting": past.waiting,
            "changes": _changes(past, visit),
            "steps": _steps(visit, past),
            "history": past.versions[:VERSIONS],
            "live": past.live,
            "chosen": chosen,
            "difference": _difference(past, chosen),
        },
        status=status,
    )


def _steps(visit: Visit, past: Past) -> list[tuple[str, list[str]]]:
    """What may be done with the version that waits, each with what is missing for it."""
    if past.waiting is None:
        return []
    who = Who(visit.who, visit.role)
    return [
        (
            one,
            [placed(each, visit.language) for each in lifecycle.missing(past.waiting, STEPS[one][0], who)],
        )
        for one in OFFERED[past.waiting.status]
    ]


def _changes(past: Past, visit: Visit) -> list[FieldChange]:
    """The fields that say something else in the version that waits than in the one in force."""
    if past.waiting is None or past.in_force is None:
        return []
    now, then = (policy_form.fields_of(one.document, visit.language) for one in (past.in_force, past.waiting))
    return [
        _change(name, past.waiting.document, now, then)
        for name in {**now, **then}
        if now.get(name, "") != then.get(name, "")
    ]


def _change(
    name: str, document: Mapping[str, Any], now: Mapping[str, str], then: Mapping[str, str]
) -> FieldChange:
    kind, place, *rest = name.split("|")
    if kind == "n":
        return FieldChange(place, (), "", now[name], then[name])
    if kind == "w":
        groups = document.get("windows", ())
        of = groups[int(place)].get("for", ()) if int(place) < len(groups) else ()
        return FieldChange(rest[1], policy_form.of_set(of), rest[0], now.get(name, ""), then.get(name, ""))
    own = f"c|{place}|{rest[0]}|of"
    kinds = tuple((then.get(own) or now.get(own, "")).split("+"))
    return FieldChange(rest[1], kinds, place, now.get(name, ""), then.get(name, ""))


def _difference(past: Past, chosen: Document | None) -> list[str]:
    """What a version changes, line by line: of what is in force where it waits, else of the one before it."""
    if chosen is None:
        return []
    before = next((one for one in past.versions if one.number < chosen.number), None)
    earlier = past.in_force if chosen == past.waiting else before
    return list(
        difference(
            NAME,
            earlier.document if earlier else {},
            chosen.document,
            f"v{earlier.number}" if earlier else "",
            f"v{chosen.number}",
        )
    )


def _cards(document: Mapping[str, Any]) -> list[Card]:
    """A card for each category and each set that shares hours or caps; what the law obliges, last."""
    windows = [policy_form.of_set(group.get("for", ())) for group in document.get("windows", ())]
    caps = [policy_form.of_set(cap.get("of", ())) for cap in document.get("caps", {}).get(EVERYWHERE, ())]
    known = [(one,) for one in CATEGORIES if one in document.get("categories", {})]
    shared = sorted({one for one in (*windows, *caps) if len(one) > 1}, key=len)
    order = sorted([*known, *shared], key=lambda one: LAST.index(one) if one in LAST else -1)
    return [
        Card(
            one,
            tuple(n for n, of in enumerate(windows) if of == one),
            tuple(n for n, of in enumerate(caps) if of == one),
        )
        for one in order
    ]


ROUTES = (
    Route("GET", "/policy", ADMIN, policy),
    Route("POST", "/policy", ADMIN, save),
    Route("POST", "/policy/step/{step}", ADMIN, step),
)
