"""The roster's colour of a number: from cases, from people, and after the number changed hands."""

from __future__ import annotations

import pytest

from chalicelib.care import actions, colours
from chalicelib.care.arrivals import open_or_join, recheck_answered
from chalicelib.care.changes import get
from chalicelib.care.steps import CaseRefused
from chalicelib.clock import iso
from chalicelib.store import conversations
from chalicelib.store.schema.conversations import NumberState
from tests.care.test_life import settled
from tests.support.factories import NOW, WANG_GOLD, act, complain, hours_on

__all__ = ["settled"]


def colour() -> tuple[str, str]:
    found, _ = colours.of_number(WANG_GOLD.msisdn)
    return found.colour, found.why


def test_the_roster_follows_cases_and_a_good_re_check_repairs_it() -> None:
    assert colour() == ("green", "")
    case = complain()
    assert (case.roster, colour()) == ("yellow", ("yellow", "complaints"))
    case = complain("1 找律师", 1, "in-2")
    assert (case.roster, colour()) == ("red", ("red", "urgent"))
    assert conversations.state(WANG_GOLD.msisdn).roster == "red"
    case = actions.resolve(case.case_id, "已修复", act())
    assert colour() == ("red", "urgent")
    case = recheck_answered(case.case_id, 5, True, "in-3", hours_on(20))
    assert (case.roster, colour()) == ("green", ("green", ""))


def test_a_person_gives_a_colour_and_open_cases_show_it() -> None:
    case = complain()
    actions.set_roster(WANG_GOLD.msisdn, "red", "辱骂客服", "supervisor", hours_on(1))
    assert colour() == ("red", "person")
    assert get(case.case_id).roster == "red"
    actions.set_roster(WANG_GOLD.msisdn, "green", "误会", "supervisor", hours_on(2))
    assert (colour(), get(case.case_id).roster) == (("green", "person"), "green")
    assert complain(inbound="in-2", complaint="C-2", hours=3).roster == "yellow"
    with pytest.raises(CaseRefused):
        actions.set_roster(WANG_GOLD.msisdn, "blue", "?", "supervisor", hours_on(3))


def test_a_number_that_changed_hands_is_not_marked_for_its_former_holder() -> None:
    case = complain()
    state = conversations.state(WANG_GOLD.msisdn)
    changed = NumberState.reassigned_at.to(iso(hours_on(1))), NumberState.roster.to("green")
    conversations.write([conversations.change_state(state, *changed)])
    complain("1 找律师", 1, "in-2", hours=2)
    assert conversations.state(WANG_GOLD.msisdn).roster == "green"
    assert get(case.case_id).roster == "red"


def test_a_case_of_a_number_nobody_has_is_yellow() -> None:
    case = open_or_join(
        subscriber_id="", msisdn="+8613900000009", brand="yuntong", complaint="in-9", inbound_id="in-9",
        words="你们是谁", now=NOW,
    )  # fmt: skip
    assert (case.subscriber, case.score, case.team) == ("", None, "care-north")
    assert case.roster == "yellow"
