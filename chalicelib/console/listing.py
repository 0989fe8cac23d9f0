"""Which cases a list shows: its tab, filters, order and page, as its address says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from chalicelib.care import reads
from chalicelib.care.current import Current
from chalicelib.clock import iso, parse
from chalicelib.console.console_codes import ConsoleCode
from chalicelib.console.frame import BadForm, Visit, whole
from chalicelib.store import cases as stored
from chalicelib.store.cases import ROWS_A_PAGE, CaseFilter, QueuePage
from chalicelib.store.schema.cases import Case

PAGE = 50
SORTED = 2_000  # cases that are sorted otherwise than by rank; some 400 read units
SOON = timedelta(hours=2)
FILTERS = (
    "topic", "tier", "team", "region", "campaign", "brand", "score", "since", "until", "overdue", "urgent",
)  # fmt: skip
PLACES = ("after", "before", "from")  # where in its list a page is
NONE = "-"  # how an address says "cases without one"
SORTS: Mapping[str, Callable[[Case], Any]] = {
    "deadline": lambda case: case.deadline or "~",
    "score": lambda case: -case.badness,
    "name": lambda case: case.name,
    "topic": lambda case: case.topic,
    "team": lambda case: case.team,
    "owner": lambda case: case.owner or "~",
    "opened": lambda case: case.opened_at,
}
CaseLine = tuple[Case, str]  # a case, and how its deadline stands


def tab_of(visit: Visit) -> reads.Tab:
    """The tab that an address names; the visitor's own teams' where it names none."""
    return next((one for one in (*reads.TABS, "any") if one == visit.query.get("tab")), "team")


def own_teams(visit: Visit, now: Current) -> list[str]:
    """The teams of a care agent; of supervisors every one."""
    teams = now.care.teams
    return [name for name, team in teams.items() if visit.role != "care" or visit.who in team.members]


def teams_of(visit: Visit, now: Current, tab: str) -> list[str]:
    """The teams whose cases a tab shows: of care agents their own, of supervisors and `all` every one."""
    teams = now.care.teams
    if visit.query.get("team") in teams:
        return [visit.query["team"]]
    return list(teams) if tab in ("all", "any") else own_teams(visit, now)


def clock_of(case: Case, visit: Visit) -> str:
    """How a deadline stands: calm, soon, over, or "" while none runs."""
    if not case.deadline:
        return ""
    left = parse(case.deadline) - visit.now
    return "over" if left.total_seconds() <= 0 else "soon" if left < SOON else "calm"


def _filter(visit: Visit) -> CaseFilter:
    """The filters in the address. Raises BadForm for a score or a day that is none."""
    query = visit.query

    def wanted(name: str) -> str | None:
        return query[name].removeprefix(NONE) if query.get(name) else None

    if query.get("score") and whole(query["score"]) is None:
        raise BadForm(ConsoleCode.SCORE_UNREADABLE)
    return CaseFilter(
        topic=wanted("topic"),
        tier=wanted("tier"),
        campaign=wanted("campaign"),
        brand=wanted("brand"),
        score=whole(query.get("score", "")),
        region=query.get("region", ""),
        opened_since=_midnight("since", visit),
        opened_before=_midnight("until", visit, timedelta(days=1)),
        deadline_before=iso(visit.now) if query.get("overdue") == "1" else "",
        urgent=query.get("urgent") == "1",
    )


def _midnight(field: str, visit: Visit, later: timedelta = timedelta()) -> str:
    """When the day in a field of the address begins where the visitor is, and so much later; "" for none."""
    day = visit.query.get(field)
    if not day:
        return ""
    try:
        return iso(datetime.combine(date.fromisoformat(day), time(), ZoneInfo(visit.zone)) + later)
    except (ValueError, OverflowError):
        raise BadForm(ConsoleCode.DAY_UNREADABLE) from None


def _page(visit: Visit, now: Current, tab: reads.Tab, after: str, limit: int, before: str = "") -> QueuePage:
    teams, keep = teams_of(visit, now, tab), _filter(visit)
    return reads.queue(tab, visit.who, teams, keep=keep, after=after, before=before, limit=limit)


@dataclass(frozen=True, slots=True)
class Shown:
    """A page of the queue with the addresses of its neighbours: what their query has, None for no page."""

    cases: Sequence[Case]
    later: Mapping[str, str] | None = None
    earlier: Mapping[str, str] | None = None
    sorted_over: int = 0  # cases that were read to sort them; 0 in the order of the ranks


def shown(visit: Visit, now: Current, tab: reads.Tab) -> Shown:
    """The page that the address asks for: by `after` and `before` in the order of the ranks, by `from` where
    it is sorted otherwise, for which the first SORTED cases are read. Raises BadForm."""
    query = visit.query
    if query.get("sort", "").removeprefix("-") in SORTS:
        ordered = in_order(every(visit, now, tab, SORTED), visit)
        start = min(whole(query.get("from", "")) or 0, len(ordered))
        return Shown(
            ordered[start : start + PAGE],
            {"from": str(start + PAGE)} if start + PAGE < len(ordered) else None,
            {"from": str(max(0, start - PAGE))} if start else None,
            len(ordered),
        )
    after, before = query.get("after", ""), query.get("before", "")
    page = _page(visit, now, tab, after, PAGE, before)
    first = page.cases[0].rank if page.cases else after
    if before:
        return Shown(
            page.cases, {"after": page.cases[-1].rank if page.cases else ""}, _cut(page.cursor and first)
        )
    later = {"after": page.cursor} if page.cursor else None
    back = after and tab != "mentioned"
    return Shown(page.cases, later, _cut(first) if back else None)


def _cut(rank: str) -> Mapping[str, str] | None:
    return {"before": rank} if rank else None


MENTIONS = 50  # cases that wait for somebody because a note names them; beyond, the count says no more


def named_in(visit: Visit) -> frozenset[str]:
    """The cases whose notes name the visitor, who has not seen that yet."""
    return frozenset(stored.mentioned(visit.who, limit=MENTIONS)[0])


def tab_counts(visit: Visit, load: reads.Load, now: Current, tab: reads.Tab) -> dict[str, int]:
    """How many cases each tab of the visitor's list has."""
    found = reads.tab_counts(load, visit.who, teams_of(visit, now, tab))
    return {"mentioned": len(named_in(visit)), **{str(name): n for name, n in found.items()}}


def first_page(visit: Visit, now: Current, tab: reads.Tab, limit: int) -> list[Case]:
    """The first cases of the list that an address names. Raises BadForm for filters that are none."""
    return _page(visit, now, tab, "", limit).cases


def active(visit: Visit) -> list[str]:
    """The filters that the address has."""
    return [name for name in FILTERS if visit.query.get(name)]


def in_order(cases: Sequence[Case], visit: Visit) -> Sequence[Case]:
    """Cases in the order that `sort` in the address says, else as they are."""
    asked = visit.query.get("sort", "")
    by = SORTS.get(asked.removeprefix("-"))
    return sorted(cases, key=by, reverse=asked.startswith("-")) if by else cases


def lines(cases: Sequence[Case], visit: Visit) -> list[CaseLine]:
    """Cases with how their deadlines stand."""
    return [(case, clock_of(case, visit)) for case in cases]


def every(visit: Visit, now: Current, tab: reads.Tab, most: int) -> Sequence[Case]:
    """The cases of the tab and its filters, not only those of one page: so many at most, and as many as were
    found in reading ten times that."""
    after, found = "", list[Case]()
    for _ in range(10 * max(1, most // ROWS_A_PAGE)):
        page = _page(visit, now, tab, after, min(ROWS_A_PAGE, most - len(found)))
        found += page.cases
        if not page.cursor or len(found) >= most:
            break
        after = page.cursor
    return found


def staying(visit: Visit, shown: int) -> str:
    """What the list asks with while it stays open: its own address, when it was made, how many it counts."""
    query = {name: visit.query[name] for name in ("tab", *active(visit)) if visit.query.get(name)}
    return urlencode({**query, "seen": iso(visit.now), "was": shown})
