"""The roster's colour where it is stored: in the state of the number, mirrored on the case.

roster        the colour that holds
roster_why    {why, count, needed}: what asked for it, see care.roster
roster_given  {colour, by, at, why}: what a person said last
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.care.roster import Colour, Episode, GivenColour, colour
from chalicelib.care.settings import Care
from chalicelib.clock import iso, parse
from chalicelib.store import cases as stored
from chalicelib.store import conversations
from chalicelib.store.schema.cases import Case
from chalicelib.store.schema.conversations import NumberState


def after(before: Case | None, case: Case, care: Care, now: datetime) -> dict[str, Any] | None:
    """The colour that a change of a case gives its number; None when it has no say in it.

    As an effect to be stored: {msisdn, opened_at, colour, why, count, needed}.
    """
    if not case.msisdn or (before and episode(before) == episode(case)):
        return None
    since = iso(now - care.roster.period)
    others = stored.of_subscriber(case.subscriber, since) if case.subscriber else []
    every = [*(other for other in others if other.case_id != case.case_id), case]
    episodes = [found for one in every if (found := episode(one))]
    result = colour(care.roster, episodes, now, given(conversations.state(case.msisdn)))
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


def given(state: NumberState) -> GivenColour | None:
    """What a person said about this holder of the number."""
    said = state.roster_given
    if not said or said["at"] < state.reassigned_at:
        return None
    return GivenColour(said["colour"], parse(said["at"]))


def of_number(msisdn: str) -> tuple[Colour, Mapping[str, str]]:
    """The colour of a number with its reason, and what a person said last ({} for nothing):
    colour, by, at, why."""
    state = conversations.state(msisdn)
    why = state.roster_why
    return (
        Colour(state.roster, why.get("why", ""), why.get("count", 0), why.get("needed", 0)),
        state.roster_given,
    )


def write(effect: Mapping[str, Any]) -> None:
    """Store the colour that `after` found, unless the number has changed hands since the case."""
    changes = (
        NumberState.roster.to(effect["colour"]),
        NumberState.roster_why.to({name: effect[name] for name in ("why", "count", "needed")}),
    )
    conversations.change_states(
        [effect["msisdn"]],
        lambda state: () if state.reassigned_at > effect["opened_at"] else changes,
    )


def give(msisdn: str, colour: str, why: str, by: str, now: datetime) -> None:
    """Store the colour that a person gives."""
    said = {"colour": colour, "by": by, "at": iso(now), "why": why}
    changes = (
        NumberState.roster.to(colour),
        NumberState.roster_why.to({"why": "person", "count": 0, "needed": 0}),
        NumberState.roster_given.to(said),
    )
    conversations.change_states([msisdn], lambda _: changes)
