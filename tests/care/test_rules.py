"""Rank, roster, topics and urgent words: rules of their arguments."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.care.phrases import find
from chalicelib.care.rank import RankRules, bonus, rank
from chalicelib.care.roster import ColourRule, Episode, GivenColour, RosterRules, colour
from chalicelib.care.settings import care_from
from chalicelib.care.topics import TopicRules, measure, sort
from chalicelib.care.urgency import urgency_of
from tests.support.factories import care_document

CARE = care_from(care_document())
NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "topic"),
    [
        ("2，宽带还是断", "network"),
        ("家里没信号", "network"),
        ("Ｗｉｆｉ老断，宽带慢", "network"),
        ("no signal at home", "network"),
        ("internet keeps dropping every night", "network"),
        ("乱扣费", "billing"),
        ("这个月话费多扣了50元", "billing"),
        ("You overcharged me twice", "billing"),
        ("客服态度太差，没人管", "service"),
        ("the agent was rude", "service"),
        ("没办过这个套餐，擅自开通", "product"),
        ("I never subscribed to this add-on", "product"),
        ("不是网络问题，是账单多收了", "billing"),
        ("not the network, the bill is wrong", "billing"),
        ("是不是网络断线了", "network"),
        ("网速慢，还乱扣费", ""),  # as much of one as of the other
        ("不满意", ""),
        ("师傅", ""),  # too little
        ("billboard outside", ""),
        ("", ""),
    ],
    ids=lambda text: text or "nothing",
)
def test_topics(words: str, topic: str) -> None:
    found = sort(words, CARE.topics)
    assert found.topic == topic, found
    assert bool(found.department) == bool(topic)


def test_a_topic_says_why() -> None:
    found = sort("宽带还是断", CARE.topics)
    assert found.why == (("network", "宽带", 2), ("network", "还是断", 3))
    assert (found.guess, found.certainty, found.department) == ("network", 1.0, "network-operations")
    unsure = sort("网速慢，还乱扣费", CARE.topics)
    assert unsure.guess == "billing"
    assert unsure.certainty < CARE.topics.least_share


@pytest.mark.parametrize(
    ("words", "urgent"),
    [
        ("再不解决我就投诉到工信部", True),
        ("明天去12315投诉", True),
        ("我要起诉你们", True),
        ("My lawyer will call you", True),
        ("I want to cancel my contract", True),
        ("This is going to the FCC", True),
        ("我要销户转网", True),
        ("很失望", False),
        ("流量不够用", False),
        ("马上要过年了", False),
        ("the issue is solved", False),  # no `sue` in it
        ("订单号 1231500", False),
    ],
)
def test_words_that_press(words: str, urgent: bool) -> None:
    assert urgency_of(words, CARE.urgent).urgent == urgent


@pytest.mark.parametrize(
    ("text", "phrases", "found"),
    [
        pytest.param("没信号，信号差", {"信号": 1, "没信号": 1}, ["没信号", "信号"], id="longer swallows"),
        pytest.param("bills", {"bill": 1}, [], id="whole words"),
        pytest.param("disconnected", {"disconnect*": 1}, ["disconnect*"], id="open end"),
        pytest.param("No  SIGNAL", {"no signal": 1}, ["no signal"], id="case and spaces"),
        pytest.param("信号信号", {"信号": 1}, ["信号"], id="once"),
        pytest.param("5G慢", {"5g": 1}, ["5g"], id="Latin beside Chinese"),
    ],
)
def test_phrases_are_found_where_they_stand_as_words(
    text: str, phrases: dict[str, float], found: list[str]
) -> None:
    assert [one.phrase for one in find(text, phrases)] == found


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    found = sort(text, CARE.topics)
    assert 0 <= found.certainty <= 1
    assert found.topic in ("", found.guess)
    urgency_of(text, CARE.urgent)


def test_measuring_topics_counts_right_wrong_and_left_to_people() -> None:
    labelled = [("宽带断", "network"), ("宽带断", "billing"), ("不满意", "service")]
    found = measure(labelled, CARE.topics)
    assert (found.right, found.wrong, found.left_to_people, found.total) == (1, 1, 1, 3)
    assert measure([], TopicRules()).total == 0


# Rank

RANKED = RankRules(tier={"diamond": 24})


def ranked(opened: datetime = NOW, **causes: Any) -> str:
    usual: dict[str, Any] = {
        "badness": 0.5,
        "tier": "",
        "urgent": False,
        "phrases": 0,
        "level": 1,
        "overdue": False,
    }
    return rank(opened, bonus(RANKED, **usual | causes), "K-1")


@pytest.mark.parametrize(
    "worse",
    [
        {"badness": 1.0},
        {"tier": "diamond"},
        {"urgent": True},
        {"phrases": 1},
        {"level": 2},
        {"overdue": True},
    ],
    ids=lambda causes: next(iter(causes)),
)
def test_what_is_worse_comes_first(worse: dict[str, Any]) -> None:
    assert ranked(**worse) < ranked()


def test_who_has_waited_long_enough_comes_before_who_is_worse() -> None:
    assert ranked(NOW - timedelta(hours=60), badness=0.5) < ranked(urgent=True)
    assert ranked(NOW - timedelta(hours=40), badness=0.5) > ranked(urgent=True)


def test_the_parts_are_shown_and_more_words_say_no_more() -> None:
    found = bonus(RANKED, badness=0.75, tier="diamond", urgent=True, phrases=9, level=3, overdue=True)
    assert found == {"score": 18, "tier": 24, "urgent": 48, "wording": 24, "level": 48, "overdue": 720}
    assert bonus(RANKED, badness=0, tier="gold", urgent=False, phrases=0, level=1, overdue=False) == {}


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_rank_sorts_as_time_does(first: int, second: int) -> None:
    early, late = sorted((NOW + timedelta(seconds=first), NOW + timedelta(seconds=second)))
    assert ranked(early) <= ranked(late)


# Roster

RULES = RosterRules(
    rules=(
        ColourRule("red", {"complaints": 3, "worst": 2, "reopened": 1}),
        ColourRule("yellow", {"complaints": 1}),
    )
)


def episode(days_ago: float, **fields: Any) -> Episode:
    usual: dict[str, Any] = {"worst": False, "scored": True, "reopened": 0, "urgent": False}
    return Episode(at=NOW - timedelta(days=days_ago), **usual | fields)


@pytest.mark.parametrize(
    ("episodes", "expected"),
    [
        pytest.param([], ("green", "", 0), id="nothing happened"),
        pytest.param([episode(1)], ("yellow", "complaints", 1), id="one complaint"),
        pytest.param([episode(1), episode(2), episode(3)], ("red", "complaints", 3), id="three complaints"),
        pytest.param([episode(1), episode(2), episode(91)], ("yellow", "complaints", 2), id="one long ago"),
        pytest.param([episode(1, worst=True)] * 2, ("red", "worst", 2), id="the worst score twice"),
        pytest.param([episode(1, reopened=1)], ("red", "reopened", 1), id="a bad re-check"),
        pytest.param([episode(1, repaired_at=NOW)], ("green", "", 0), id="repaired by a good re-check"),
        pytest.param([episode(1, repaired_at=NOW), episode(2)], ("yellow", "complaints", 1), id="one of two"),
    ],
)
def test_the_roster(episodes: list[Episode], expected: tuple[str, str, int]) -> None:
    found = colour(RULES, episodes, NOW)
    assert (found.colour, found.why, found.count) == expected


@pytest.mark.parametrize(
    ("said", "days_ago", "episodes", "expected"),
    [
        pytest.param("red", 1, [], ("red", "person"), id="a person said red"),
        pytest.param("red", 2, [episode(1)], ("red", "person"), id="a milder thing changes nothing"),
        pytest.param("green", 1, [episode(2)] * 3, ("green", "person"), id="forgiven"),
        pytest.param("green", 2, [episode(1)], ("yellow", "complaints"), id="forgiven, then again"),
        pytest.param(
            "red", 2, [episode(1, repaired_at=NOW)], ("green", ""), id="repaired by a good re-check"
        ),
        pytest.param(
            "red",
            1,
            [episode(9, repaired_at=NOW - timedelta(days=2))],
            ("red", "person"),
            id="repaired before",
        ),
        pytest.param("purple", 1, [], ("green", ""), id="a colour that is no more"),
        pytest.param("red", 200, [], ("red", "person"), id="said long ago"),
    ],
)
def test_what_a_person_said(
    said: str, days_ago: float, episodes: list[Episode], expected: tuple[str, str]
) -> None:
    found = colour(RULES, episodes, NOW, GivenColour(said, NOW - timedelta(days=days_ago)))
    assert (found.colour, found.why) == expected
