"""Consent: which no stops which text, that only an explicit yes restores, and the proof of both."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.clock import parse
from chalicelib.delivery import consent
from chalicelib.delivery.consent import off_redlist, opt_in, opt_out, proof, reason_for, stopped_by
from chalicelib.store.schema.conversations import NumberState
from tests.support.factories import moment, policy, shipped_policy

NOW = moment("2026-11-24 04:00")
CATEGORIES = ("mandatory", "service", "survey", "marketing", "reply")


def state(*scopes: str, roster: str = "green") -> NumberState:
    optouts: dict[str, Any] = {}
    for scope in scopes:
        optouts = opt_out(optouts, scope, NOW, "sms", "STOP")
    return NumberState(optouts=optouts, roster=roster)


# what the number said -> the categories of yuntong's campaign `birthday` that it stops
STOPS = {
    "nothing": (state(), ""),
    "all": (state("yuntong|all"), "service survey marketing"),
    "all of every brand": (state("*|all"), "service survey marketing"),
    "all of another brand": (state("skylark|all"), ""),
    "marketing": (state("yuntong|category:marketing"), "marketing"),
    "surveys of every brand": (state("*|category:survey"), "survey"),
    "this campaign": (state("yuntong|campaign:birthday"), "service survey marketing"),
    "another campaign": (state("yuntong|campaign:birthday-2"), ""),
    "red list": (state("yuntong|redlist"), "marketing"),
    "red list of every brand": (state("*|redlist"), "marketing"),
    "red on the roster": (state(roster="red"), "marketing"),
    "yellow on the roster": (state(roster="yellow"), ""),
}


@pytest.mark.parametrize(("said", "stops"), STOPS.values(), ids=STOPS.keys())
def test_what_a_no_stops(said: NumberState, stops: str) -> None:
    stopped = [
        category
        for category in CATEGORIES
        if stopped_by(said, "yuntong", category, "birthday", shipped_policy())
    ]
    assert stopped == stops.split()


REASONS = {
    "yuntong|all": "opted_out",
    "*|category:marketing": "opted_out",
    "yuntong|campaign:redlist": "opted_out",
    "*|redlist": "red_list",
    "roster|red": "roster_red",
}


@pytest.mark.parametrize(("scope", "reason"), REASONS.items(), ids=REASONS.keys())
def test_the_reason_that_is_recorded(scope: str, reason: str) -> None:
    assert reason_for(scope) == reason


def test_which_roster_colours_bar_what_is_data() -> None:
    categories = {name: {"stopped_by": ["all"]} for name in CATEGORIES}
    categories["survey"] = {"stopped_by": ["all"], "not_for_roster": ["yellow"]}
    rules = policy(categories=categories)
    assert stopped_by(state(roster="yellow"), "yuntong", "survey", "c", rules) == "roster|yellow"
    assert stopped_by(state(roster="red"), "yuntong", "marketing", "c", rules) is None


def test_saying_no_again_changes_nothing() -> None:
    first = state("yuntong|all").optouts
    assert opt_out(first, "yuntong|all", NOW + timedelta(days=1), "console", "again") == first


def test_an_opt_out_keeps_when_how_and_the_words() -> None:
    kept = opt_out({}, "*|category:marketing", NOW, "sms", "退订" + "!" * 200)["*|category:marketing"]
    assert kept["at"] == "2026-11-24T04:00:00.000Z"
    assert (kept["how"], kept["brand"]) == ("sms", "*")
    assert kept["words"].startswith("退订")
    assert len(kept["words"]) == consent.WORDS_KEPT


def test_an_opt_in_restores_its_brand_and_no_other() -> None:
    said = state(
        "yuntong|all",
        "yuntong|category:marketing",
        "yuntong|campaign:birthday",
        "skylark|all",
        "yuntong|redlist",
    )
    assert set(opt_in(said.optouts, "yuntong", NOW)) == {"skylark|all", "yuntong|redlist"}


def test_an_opt_in_to_one_brand_leaves_the_no_to_the_others() -> None:
    after = NumberState(optouts=opt_in(opt_in(state("*|all").optouts, "yuntong", NOW), "metro", NOW))
    found = {
        brand: stopped_by(after, brand, "marketing", "c", shipped_policy())
        for brand in ("yuntong", "metro", "skylark")
    }
    assert found == {"yuntong": None, "metro": None, "skylark": "*|all"}
    assert stopped_by(after, "", "marketing", "c", shipped_policy()) == "*|all"

    again = NumberState(optouts=opt_out(after.optouts, "*|all", NOW, "sms", "STOP ALL"))
    assert stopped_by(again, "yuntong", "marketing", "c", shipped_policy()) == "*|all"


@pytest.mark.parametrize("brand", ["yuntong", "*"])
def test_opt_out_after_opt_in_wins_even_if_opt_in_is_processed_later(brand: str) -> None:
    said = opt_out({}, "yuntong|all", NOW, "sms", "STOP")
    assert opt_in(said, brand, NOW - timedelta(seconds=20)) == said
    assert opt_in(said, brand, NOW + timedelta(seconds=20)) == {}


def test_only_the_operator_lifts_the_red_list() -> None:
    said = state("yuntong|redlist", "yuntong|all")
    assert set(opt_in(said.optouts, "*", NOW)) == {"yuntong|redlist"}
    assert set(off_redlist(said.optouts, "yuntong")) == {"yuntong|all"}


brands = st.sampled_from(["yuntong", "skylark", "*"])
scopes = st.builds(
    lambda brand, rest: f"{brand}|{rest}",
    brands,
    st.sampled_from(["all", "category:marketing", "category:survey", "campaign:c", "redlist"]),
)


@given(st.lists(scopes, max_size=6), scopes)
def test_a_no_is_never_undone_by_another_no(before: list[str], last: str) -> None:
    first, then = state(*before), state(*before, last)
    for brand in ("yuntong", "skylark"):
        for category in CATEGORIES:
            if stopped_by(first, brand, category, "c", shipped_policy()):
                assert stopped_by(then, brand, category, "c", shipped_policy())


@given(st.lists(scopes, max_size=6), brands)
def test_after_an_opt_in_only_the_red_list_stops_that_brand_and_the_rest_is_as_it_was(
    said: list[str], brand: str
) -> None:
    before = state(*said)
    after = NumberState(optouts=opt_in(before.optouts, brand, NOW))
    for each in ("yuntong", "skylark"):
        for category in CATEGORIES:
            stopped = stopped_by(after, each, category, "c", shipped_policy())
            if brand in (each, "*"):
                assert stopped is None or stopped.endswith("|redlist")
            else:
                assert stopped == stopped_by(before, each, category, "c", shipped_policy())


def test_the_proof_says_what_was_said_and_how_long_it_stays() -> None:
    kept = proof(
        "+8613800000001",
        "opt_out",
        "yuntong|all",
        at=NOW,
        how="sms",
        words="退订",
        shown="【云通】生日快乐",
        proof_id="in-1",
        policy=shipped_policy(),
    )
    assert kept.item == "consent#2026-11-24T04:00:00.000Z#in-1"
    assert (kept.what, kept.scope, kept.how, kept.words) == ("opt_out", "yuntong|all", "sms", "退订")
    assert kept.shown == "【云通】生日快乐"
    assert parse(kept.keep_until) == moment("2028-11-24 04:00")


MONTHS = {
    "five": ("2026-11-24 04:00", 5, "2027-04-24 04:00"),
    "to a shorter month": ("2026-09-30 04:00", 5, "2027-02-28 04:00"),
    "to a leap day": ("2027-09-30 04:00", 5, "2028-02-29 04:00"),
    "to December": ("2026-07-15 04:00", 5, "2026-12-15 04:00"),
    "two years": ("2026-12-31 04:00", 24, "2028-12-31 04:00"),
}


@pytest.mark.parametrize(("start", "months", "end"), MONTHS.values(), ids=MONTHS.keys())
def test_calendar_months(start: str, months: int, end: str) -> None:
    assert consent.months_after(moment(start), months) == moment(end)
