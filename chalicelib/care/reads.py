"""What the pages of care show: queues with their counts, one case with its history, search, labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from chalicelib.care import figures
from chalicelib.care.cases import Case, Entry
from chalicelib.care.changes import NotFound
from chalicelib.clock import iso
from chalicelib.intake.msisdn import e164
from chalicelib.intake.values import BadField
from chalicelib.store import cases as stored
from chalicelib.store import results

Tab = Literal["mine", "team", "unowned", "all", "waiting", "closed", "any"]
TABS: tuple[Tab, ...] = ("mine", "team", "unowned", "all", "waiting", "closed")  # `any` is behind figures
COUNTRIES = ("", "86", "1")  # how a number in the search box may be meant when it has no country code


@dataclass(frozen=True, slots=True)
class Load:
    """How many cases there are now, from maintained counters: of each team and of each person."""

    teams: Mapping[str, Mapping[str, int]]  # team -> working, unowned, overdue, waiting
    owners: Mapping[str, Mapping[str, int]]  # user -> working, overdue, waiting


def load() -> Load:
    """The counters of all teams and people: one query, however many cases there are."""
    found: dict[str, dict[str, dict[str, int]]] = {"team": {}, "owner": {}}
    for counter in results.of_scope(figures.NOW, consistent=True):
        kind, _, name = counter.counter.partition(":")
        numbers = {figure: int(n) for figure, n in counter.figures.items() if n > 0}
        if numbers:
            found[kind][name] = numbers
    return Load(found["team"], found["owner"])


def tab_counts(now: Load, who: str, teams: Sequence[str]) -> dict[Tab, int]:
    """How many cases each tab of the queue has for a user who works in `teams`."""

    def of(figure: str, names: Sequence[str]) -> int:
        return sum(now.teams.get(name, {}).get(figure, 0) for name in names)

    return {
        "mine": now.owners.get(who, {}).get("working", 0),
        "team": of("working", teams),
        "unowned": of("unowned", teams),
        "all": of("working", list(now.teams)),
        "waiting": of("waiting", teams),
    }


@dataclass(frozen=True, slots=True)
class QueuePage:
    """Cases in the order to take them, and the cursor of the next page, "" for none.

    With filters a page may be short, or empty, and still have a cursor: more is further down.
    """

    cases: list[Case]
    cursor: str


def queue(
    tab: Tab,
    who: str,
    teams: Sequence[str],
    now: datetime,
    *,
    topic: str | None = None,
    tier: str | None = None,
    overdue: bool = False,
    urgent: bool = False,
    only: Sequence[stored.Keep] = (),
    after: str = "",
    limit: int = 50,
) -> QueuePage:
    """A page of the queue: `mine` of the user `who`; `team`, `unowned`, `waiting` (for their re-check) and
    `closed` (the latest first) of `teams`; `all` of the teams given, which is then every team; `any` of
    them in whatever state, the latest first.

    `topic` and `tier` are values, "" for none, None for any; `overdue` keeps what is past its running
    deadline at `now`, `only` what holds any other values. One query for each team (three for `any`), which
    reads no more in a long queue than in a short one.
    """
    queues: list[tuple[stored.Index, str]]
    match tab:
        case "mine":
            queues = [("by_owner", who)]
        case "unowned":
            queues = [("by_unowned", team) for team in teams]
        case "waiting" | "closed":
            queues = [("by_team", f"{tab}#{team}") for team in teams]
        case "team" | "all":
            queues = [("by_team", team) for team in teams]
        case "any":
            queues = [("by_team", f"{mark}{team}") for team in teams for mark in ("", "waiting#", "closed#")]
    keep = list(only)
    keep += [(name, "=", value) for name, value in (("topic", topic), ("tier", tier)) if value is not None]
    if urgent:
        keep.append(("urgent", "=", True))
    if overdue:
        keep.append(("deadline", "<", iso(now)))
    page = stored.queue_page(
        queues,
        limit=limit,
        after=after,
        backwards=tab in ("closed", "any"),
        keep=keep,
    )
    return QueuePage([Case.from_row(row) for row in page.rows], page.cursor["rank"] if page.cursor else "")


@dataclass(frozen=True, slots=True)
class CasePage:
    """A case with its history, oldest first, and who else has it open."""

    case: Case
    history: list[Entry]
    here: list[str]


def case_page(case_id: str, who: str, now: datetime) -> CasePage:
    """One case for its page, and the note that `who` has it open. Raises NotFound."""
    found = stored.whole(case_id)
    if found.case is None:
        raise NotFound(case_id)
    recently = iso(now - timedelta(seconds=stored.HERE_SECONDS))
    here = [row["who"] for row in found.here if row["who"] != who and row["at"] >= recently]
    look_in(case_id, who, now)
    return CasePage(Case.from_row(found.case), [Entry.from_row(row) for row in found.log], here)


def look_in(case_id: str, who: str, now: datetime) -> None:
    """Note that `who` still has the page open; good for a minute."""
    expires = int((now + timedelta(seconds=2 * stored.HERE_SECONDS)).timestamp())
    stored.look_in(case_id, who, iso(now), expires)


def of_subscriber(subscriber: str) -> list[Case]:
    """Every case of a subscriber, the latest first."""
    return [Case.from_row(row) for row in stored.of_subscriber(subscriber)]


def open_of_subscriber(subscriber: str) -> list[Case]:
    """Those that are not closed."""
    return [case for case in of_subscriber(subscriber) if case.state != "closed"]


def search(text: str, limit: int = 50) -> list[Case]:
    """Cases by case id, number (whole, as people write it, or its last four digits) or the beginning of a
    name or of a word of it; the latest first."""
    text = text.strip()
    rows = stored.find(text, limit)
    if not rows:
        for number in numbers_of(text):
            rows = stored.find(number, limit)
            if rows:
                break
    return [Case.from_row(row) for row in rows]


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
    rows = sorted(stored.labels(since, latest=latest), key=lambda row: str(row["at"]))
    return [(row["words"], row["topic"]) for row in rows]
