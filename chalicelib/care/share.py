"""Giving cases that nobody has to the people of their team who have the fewest, where the team wants that."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from chalicelib import log
from chalicelib.care import figures, work
from chalicelib.care.case_states import SYSTEM
from chalicelib.care.changes import change
from chalicelib.care.current import current
from chalicelib.care.deadlines import between
from chalicelib.care.settings import Team
from chalicelib.store import cases as stored
from chalicelib.store import results
from chalicelib.store.schema.cases import Case

AT_ONCE = 200  # cases that one press of the button shares out
_MOMENT = timedelta(minutes=1)


def next_owner(team: Team, loads: Mapping[str, int], now: datetime) -> str:
    """Who of a team gets its next case: who has the fewest that need work, the first of them in the team's
    list; "" while the team is closed, where everybody has `assign_most`, and where the team does not want it.
    `loads` are cases by username."""
    if not team.assign_most or not between(team.hours, now, now + _MOMENT):
        return ""
    free = [who for who in team.members if loads.get(who, 0) < team.assign_most]
    return min(free, key=lambda who: loads.get(who, 0), default="")


def loads() -> dict[str, int]:
    """How many cases that need work everybody has, by username: from the maintained counters."""
    found = {}
    for counter in results.of_scope(figures.NOW):
        kind, _, who = counter.counter.partition(":")
        if kind == "owner":
            found[who] = int(counter.figures.get("working", 0))
    return found


def given(case: Case, now: datetime) -> Case:
    """A new case, given to somebody where its team wants that. What fails leaves it to whoever claims it."""
    team = current().care.team(case.team)
    if not team.assign_most or case.owner or case.group != "working":
        return case
    try:
        return _to(case, next_owner(team, loads(), now), now)
    except Exception as error:
        log.failed("a case is given to nobody", error, case=case.case_id)
        return case


def _to(case: Case, who: str, now: datetime) -> Case:
    if not who:
        return case
    return change(
        case.case_id,
        lambda found: None if found.owner or not found.working else work.assigned(found, who),
        by=SYSTEM,
        now=now,
    )


def share_out(team: Team, now: datetime) -> int:
    """Give the team's cases that nobody has, worst first, to its people; how many were given."""
    has, count = loads(), 0
    waiting = stored.queue_page([("by_unowned", team.id)], limit=AT_ONCE).cases
    for case in waiting:
        who = next_owner(team, has, now)
        if not who:
            break
        if _to(case, who, now).owner == who:
            has[who] = has.get(who, 0) + 1
            count += 1
    return count
