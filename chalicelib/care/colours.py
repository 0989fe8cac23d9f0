"""The roster's colour where it is stored: in the state of the number, mirrored on the case.

roster        the colour that holds
roster_why    {why, count, needed}: what asked for it, see care.roster
roster_given  {colour, by, at, why}: what a person said last
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.care.cases import Case
from chalicelib.care.roster import Colour, Episode, Given, colour
from chalicelib.care.settings import Care
from chalicelib.clock import iso, parse
from chalicelib.store import cases as stored
from chalicelib.store import conversations, wire
from chalicelib.store.conversations import State
from chalicelib.store.wire import Row


def after(before: Case | None, case: Case, care: Care, now: datetime) -> dict[str, Any] | None:
    """The colour that a change of a case gives its number; None when it has no say in it.

    As an effect to be stored: {msisdn, opened_at, colour, why, count, needed}.
    """
    if not case.msisdn or (before and episode(before) == episode(case)):
        return None
    rows = (
        {}
        if not case.subscriber
        else {
            row["case_id"]: row
            for row in stored.of_subscriber(case.subscriber, iso(now - care.roster.period))
        }
    )
    rows.pop(case.case_id, None)
    every = [*(Case.from_row(row) for row in rows.values()), case]
    episodes = [found for one in every if (found := episode(one))]
    result = colour(care.roster, episodes, now, given(raw_state(case.msisdn)))
    return {
        "msisdn": case.msisdn,
        "opened_at": case.opened_at,
        "colour": result.colour,
        "why": result.why,
        "count": result.count,
        "needed": result.needed,
    }


def episode(case: Case) -> Episode | None:
    """A case as the roster sees it; a duplicate is none."""
    if case.outcome == "duplicate":
        return None
    return Episode(
        at=parse(case.opened_at),
        worst=case.score is not None and case.badness == 1.0,
        scored=case.score is not None,
        reopened=case.level - 1,
        urgent=case.urgent,
        repaired_at=parse(case.good_recheck_at) if case.good_recheck_at else None,
    )


def raw_state(msisdn: str) -> Row:
    """The state row of a number, {} when there is none."""
    return wire.read_one(conversations.TABLE, conversations.key(msisdn, "state"), consistent=True) or {}


def given(state: Mapping[str, Any]) -> Given | None:
    """What a person said about this holder of the number."""
    said = state.get("roster_given")
    if not said or said["at"] < state.get("line", ""):
        return None
    return Given(said["colour"], parse(said["at"]))


def of_number(msisdn: str) -> tuple[Colour, Mapping[str, str]]:
    """The colour of a number with its reason, and what a person said last ({} for nothing):
    colour, by, at, why."""
    state = raw_state(msisdn)
    why = state.get("roster_why", {})
    return (
        Colour(state.get("roster", "green"), why.get("why", ""), why.get("count", 0), why.get("needed", 0)),
        state.get("roster_given", {}),
    )


def write(effect: Mapping[str, Any]) -> None:
    """Store the colour that `after` found, unless the number has changed hands since the case."""
    why = {name: effect[name] for name in ("why", "count", "needed")}
    while True:
        state = conversations.state(effect["msisdn"])
        if state.line > effect["opened_at"]:
            return
        if _write(effect["msisdn"], state, effect["colour"], why):
            return


def give(msisdn: str, colour: str, why: str, by: str, now: datetime) -> None:
    """Store the colour that a person gives."""
    said = {"colour": colour, "by": by, "at": iso(now), "why": why}
    while not _write(
        msisdn, conversations.state(msisdn), colour, {"why": "person", "count": 0, "needed": 0}, said
    ):
        continue


def _write(
    msisdn: str, state: State, colour: str, why: Mapping[str, Any], said: Mapping[str, str] | None = None
) -> bool:
    changes: dict[str, Any] = {"roster": colour, "roster_why": dict(why)}
    if said:
        changes["roster_given"] = dict(said)
    return conversations.write([conversations.change_state(msisdn, state, **changes)]) == ["ok"]
