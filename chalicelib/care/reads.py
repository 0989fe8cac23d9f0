"""What the pages of care show: queues with their counts, one case with its history, search, labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from chalicelib.care import figures
from chalicelib.care.changes import NotFound
from chalicelib.care.reply_counters import to_look_at
from chalicelib.clock import iso
from chalicelib.intake.msisdn import e164
from chalicelib.intake.values import BadField
from chalicelib.store import cases as stored
from chalicelib.store import queries, results
from chalicelib.store.cases import EVERYTHING, CaseFilter, QueuePage, of_subscriber
from chalicelib.store.schema.cases import Case, CaseDraft, HistoryEntry, Mention, Presence

Tab = Literal["mine", "mentioned", "team", "unowned", "all", "snoozed", "waiting", "closed", "any"]
TABS: tuple[Tab, ...] = (
    "mine",
    "mentioned",
    "team",
    "unowned",
    "all",
    "snoozed",
    "waiting",
    "closed",
)  # `any` is behind figures
MARKS = ("", "snoozed#", "waiting#", "closed#")  # before a team: its cases in every part of the queues
COUNTRIES = ("", "86", "1")  # how a number in the search box may be meant when it has no country code


@dataclass(frozen=True, slots=True)
class Load:
    """What waits for people now, from maintained counters: cases of each team and of each person, replies
    that need a look, campaigns in review, and what the sweep saw in the queues."""

    teams: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  # working, unowned, overdue, ...
    owners: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  # working, overdue, ... of a user
    inbox: int = 0
    reviews: frozenset[tuple[str, str]] = frozenset()  # campaign, who submitted it
    queues: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  # see `delivery.stations`


def load() -> Load:
    """What waits now: one query, however many cases there are."""
    found: dict[str, dict[str, dict[str, int]]] = {}
    waiting = 0
    for counter in results.of_scope(figures.NOW, consistent=True):
        if counter.counter == results.INBOX:
            waiting = to_look_at(counter.figures)
        kind, _, name = counter.counter.partition(":")
        numbers = {figure: int(n) for figure, n in counter.figures.items() if n > 0}
        if numbers:
            found.setdefault(kind, {})[name] = numbers
    reviews = (name.partition("/") for name in found.get("review", {}))
    return Load(
        found.get("team", {}),
        found.get("owner", {}),
        waiting,
        frozenset((campaign, by) for campaign, _, by in reviews),
        found.get("queue", {}),
    )


def tab_counts(now: Load, who: str, teams: Sequence[str]) -> dict[Tab, int]:
    """How many cases each tab of the queue has for a user who works in `teams`."""

    def of(figure: str, names: Sequence[str]) -> int:
        return sum(now.teams.get(name, {}).get(figure, 0) for name in names)

    return {
        "mine": now.owners.get(who, {}).get("working", 0),
        "team": of("working", teams),
        "unowned": of("unowned", teams),
        "all": of("working", list(now.teams)),
        "snoozed": of("snoozed", teams),
        "waiting": of("waiting", teams),
    }


def queue(
    tab: Tab,
    who: str,
    teams: Sequence[str],
    *,
    keep: CaseFilter = EVERYTHING,
    after: str = "",
    before: str = "",
    limit: int = 50,
) -> QueuePage:
    """A page of the queue: `mine` of the user `who`; `mentioned`, where a note names them,
    whatever `keep` says; `team`, `unowned`, `snoozed` (put off), `waiting` (for their re-check) and
    `closed` (the latest first) of `teams`; `all` of the teams given, which is then every team; `any` of
    them in whatever state, the latest first.

    With `before` (the rank of a case) it is the page that ends before it, and its cursor the rank that the
    page before that ends at. One query for each team (four for `any`), which reads no more in a long queue
    than in a short one.
    """
    queues: list[tuple[stored.CaseIndex, str]]
    match tab:
        case "mine":
            queues = [("by_owner", who)]
        case "unowned":
            queues = [("by_unowned", team) for team in teams]
        case "mentioned":
            return _mentioned(who, after, limit)
        case "snoozed" | "waiting" | "closed":
            queues = [("by_team", f"{tab}#{team}") for team in teams]
        case "team" | "all":
            queues = [("by_team", team) for team in teams]
        case "any":
            queues = [
                ("by_team", f"{mark}{team}")
                for team in teams
                for mark in ("", "snoozed#", "waiting#", "closed#")
            ]
    latest = tab in ("closed", "any")
    if not before:
        return stored.queue_page(queues, limit=limit, after=after, backwards=latest, keep=keep)
    found = stored.queue_page(queues, limit=limit, after=before, backwards=not latest, keep=keep)
    return QueuePage(found.cases[::-1], found.cursor)


def _mentioned(who: str, after: str, limit: int) -> QueuePage:
    ids, cursor = stored.mentioned(who, limit=limit, after=after)
    found = stored.get_many(ids)
    return QueuePage([found[id] for id in ids if id in found], cursor)


@dataclass(frozen=True, slots=True)
class CasePage:
    """A case with its history, oldest first, who else has it open, and what its reader has typed."""

    case: Case
    history: Sequence[HistoryEntry]
    here: list[str]
    drafts: Mapping[str, CaseDraft]  # by the action of their form
    mention: Mention | None  # the note that names them


def case_page(case_id: str, who: str, now: datetime, subject: str = "") -> CasePage:
    """One case for its page, and the note that `who` has it open; with the drafts of `subject`. Raises
    NotFound."""
    found = stored.whole(case_id)
    if found.case is None:
        raise NotFound(case_id)
    recently = iso(now - timedelta(seconds=stored.HERE_SECONDS))
    here = [one.who for one in found.here if one.who != who and one.at >= recently]
    look_in(case_id, who, now)
    mine = stored.draft_part(subject, "")
    kept = [one for one in found.drafts if one.part.startswith(mine) and one.expires > now.timestamp()]
    drafts = {one.part.removeprefix(mine): one for one in kept}
    named = next((one for one in found.mentions if one.part == f"{Mention.under}{who}"), None)
    return CasePage(found.case, found.log, here, drafts, named)


def standing(case_id: str, who: str, now: datetime) -> tuple[Case, list[str]]:
    """A case as it is and who else has it open, for a page that stays open: without its history, and noting
    only now and then that `who` is still there. Raises NotFound."""
    case = stored.get(case_id)
    if case is None:
        raise NotFound(case_id)
    present = stored.present(case_id)
    recently = iso(now - timedelta(seconds=stored.HERE_SECONDS))
    again = iso(now - timedelta(seconds=stored.HERE_SECONDS / 2))
    if not any(one.who == who and one.at >= again for one in present):
        look_in(case_id, who, now)
    return case, [one.who for one in present if one.who != who and one.at >= recently]


def look_in(case_id: str, who: str, now: datetime) -> None:
    """Note that `who` still has the page open; good for a minute."""
    expires = int((now + timedelta(seconds=2 * stored.HERE_SECONDS)).timestamp())
    queries.put(
        Presence(case_id=case_id, part=f"{Presence.under}{who}", who=who, at=iso(now), expires=expires)
    )


def open_of_subscriber(subscriber: str) -> list[Case]:
    """The cases of a subscriber that are not closed, the latest first."""
    return [case for case in of_subscriber(subscriber) if case.state != "closed"]


def search(text: str, limit: int = 50) -> list[Case]:
    """Cases by case id, number (whole, as people write it, or its last four digits) or the beginning of a
    name or of a word of it; the latest first."""
    text = text.strip()
    for wanted in (text, *numbers_of(text)):
        if found := stored.find(wanted, limit):
            return found
    return []


def numbers_of(text: str) -> list[str]:
    """The numbers that a text may mean, as somebody writes one: by each country we know."""
    found = []
    for country in COUNTRIES:
        try:
            found.append(e164("number", text, country))
        except (BadField, ValueError):
            continue
    return found


def labelled(since: str = "0", *, latest: int | None = None) -> list[tuple[str, str]]:
    """Pairs of words and the topic that staff gave them since an ISO time, the earliest first; all of them,
    or only so many that were given last."""
    found = sorted(stored.labels(since, latest=latest), key=lambda label: label.at)
    return [(label.words, label.topic) for label in found]
