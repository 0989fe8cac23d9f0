"""Reading a campaign's document: what it says, and every mistake named."""

from __future__ import annotations

from datetime import time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.campaigns.campaign import campaign_from
from chalicelib.document import Window, clock_time, duration, window
from chalicelib.problems import BadDocument, BadValue
from tests.english import refused, said, sentence
from tests.support.factories import campaign, campaign_document

SURVEY: dict[str, Any] = {"scale": [1, 5], "best": 5, "dissatisfied": [1, 2]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30m", timedelta(minutes=30)),
        ("6h", timedelta(hours=6)),
        ("2d", timedelta(days=2)),
        ("45s", timedelta(seconds=45)),
        ("0m", timedelta(0)),
    ],
)
def test_durations(text: str, expected: timedelta) -> None:
    assert duration(text) == expected


@pytest.mark.parametrize("text", ["", "6", "h", "6 h", "1.5h", "-6h", "6H", "6h30m", "999999d"])
def test_bad_durations(text: str) -> None:
    with refused(BadValue, "such as 30m"):
        duration(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("any", None),
        ("08:00-20:00", Window(time(8), time(20))),
        ("20:00 - 08:30", Window(time(20), time(8, 30))),
        ("09:00-24:00", Window(time(9), time.max)),
    ],
)
def test_windows(text: str, expected: Window | None) -> None:
    assert window(text) == expected


@pytest.mark.parametrize("text", ["", "always", "8-20", "08:00", "08:00-08:00", "24:30-08:00", "08:60-09:00"])
def test_bad_windows(text: str) -> None:
    with refused(BadValue, r"such as|must differ"):
        window(text)


def test_midnight_is_an_end() -> None:
    assert clock_time("24:00") == time.max


def test_a_campaign_document_with_every_field_is_read() -> None:
    read = campaign(
        send_window="08:00-20:00",
        priority=70,
        survey={
            **SURVEY,
            "remind_after": "24h",
            "expires_after": "72h",
            "labels": {"en": {"5": "very good"}},
        },
        texts={"invitation": {"en": "How was it?"}, "reminder": {"en": "How was it, again?"}},
    )
    assert (read.id, read.brand, read.category, read.priority) == ("usage-alert", "*", "service", 70)
    assert read.trigger.event == "usage.reported"
    assert read.trigger.each == ("threshold", "thresholds")
    assert read.thresholds == {"data": (50, 80, 90), "voice": (80,)}
    assert read.window == Window(time(8), time(20))
    assert read.valid_for == timedelta(hours=6)
    assert read.first_step == "invitation"
    assert read.survey is not None
    assert (read.survey.remind_after, read.survey.expires_after) == (timedelta(hours=24), timedelta(hours=72))
    assert (read.survey.scale, read.survey.best, read.survey.dissatisfied) == (
        (1, 5),
        5,
        frozenset({1, 2}),
    )
    assert read.survey.labels == {"en": {5: "very good"}}


@pytest.mark.parametrize(
    ("trigger", "expected"),
    [
        ({"daily": "birthday", "at": "09:00"}, ("birthday", time(9), (0,))),
        ({"daily": "plan_end", "days_before": [0, 7, 3, 7]}, ("plan_end", time(10), (7, 3, 0))),
        ({"daily": "plan_end", "days_before": [Decimal(1)]}, ("plan_end", time(10), (1,))),
    ],
)
def test_a_daily_trigger_is_read_with_its_hour_and_days(
    trigger: dict[str, Any], expected: tuple[Any, ...]
) -> None:
    read = campaign(trigger=trigger).trigger
    assert (read.daily, read.at, read.days_before) == expected


def test_a_campaign_document_gets_defaults_for_what_is_not_given() -> None:
    read = campaign(
        lane=None, valid_for=None, thresholds=None, audience=None, trigger={"manual": True}, occasion=None
    )
    assert (read.lane, read.valid_for, read.window) == ("bulk", timedelta(days=1), None)
    assert (read.when_in_doubt, read.priority, read.audience, read.occasion) == ("drop", 50, "", "")
    assert read.first_step == "text"


def test_old_code_reads_new_documents() -> None:
    assert campaign_from({**campaign_document(), "holdout": 5}, version=3).version == 3


MISTAKES: list[tuple[str, dict[str, Any], str, str]] = [
    ("no id", {"id": None}, "id", "is missing"),
    ("an id with spaces", {"id": "usage alert"}, "id", "small letters"),
    ("an id that is a number", {"id": 5}, "id", "must be text"),
    ("no title", {"title": None}, "title", "each language"),
    ("a title without words", {"title": {"en": ""}}, "title", "each language"),
    ("an unknown category", {"category": "spam"}, "category", "mandatory, service, survey"),
    ("a wild priority", {"priority": 1000}, "priority", "from 0 to 100"),
    ("no trigger", {"trigger": None}, "trigger", "is missing"),
    ("an empty trigger", {"trigger": {}}, "trigger", "exactly one of event, daily, reply or manual"),
    ("two triggers", {"trigger": {"event": "a.b", "daily": "birthday"}}, "trigger", "exactly one"),
    ("an unknown day", {"trigger": {"daily": "easter"}}, "trigger.daily", "birthday, plan_end"),
    ("an hour that is none", {"trigger": {"daily": "birthday", "at": "9"}}, "trigger.at", "such as 09:00"),
    ("an hour as YAML's number", {"trigger": {"daily": "birthday", "at": 540}}, "trigger.at", "in quotes"),
    (
        "days before a birthday",
        {"trigger": {"daily": "birthday", "days_before": [1]}},
        "trigger.days_before",
        "belongs to plan_end",
    ),
    ("days as a word", {"trigger": {"daily": "plan_end", "days_before": "7"}}, "trigger.days_before", "list"),
    (
        "days beyond reason",
        {"trigger": {"daily": "plan_end", "days_before": [90]}},
        "trigger.days_before",
        "60",
    ),
    ("an event without a dot", {"trigger": {"event": "usage"}}, "trigger.event", "usage.reported"),
    ("a delay that is none", {"trigger": {"event": "a.b", "after": "soon"}}, "trigger.after", "30m"),
    ("an unknown audience", {"trigger": {"event": "a.b", "to": "everybody"}}, "trigger.to", "region"),
    (
        "each of two",
        {"trigger": {"event": "a.b", "each": {"a": "b", "c": "d"}}},
        "trigger.each",
        "one variable",
    ),
    ("each of a number", {"trigger": {"event": "a.b", "each": {"a": 5}}}, "trigger.each", "expression"),
    ("thresholds as text", {"thresholds": {"data": "80"}}, "thresholds.data", "percentages"),
    ("a threshold of nothing", {"thresholds": {"data": [0]}}, "thresholds.data", "percentages"),
    ("no thresholds", {"thresholds": {"data": []}}, "thresholds.data", "percentages"),
    ("no occasion", {"occasion": None}, "occasion", "is missing"),
    ("an unknown lane", {"lane": "fast"}, "lane", "urgent, bulk"),
    ("a window that is none", {"send_window": "daytime"}, "send_window", "08:00-20:00"),
    ("validity as a number", {"valid_for": 6}, "valid_for", "quotes"),
    ("an unknown doubt", {"when_in_doubt": "pray"}, "when_in_doubt", "resend, drop"),
    ("a sample that is a list", {"sample": [1]}, "sample", "mapping"),
    ("no texts", {"texts": {}}, "texts", "has no text"),
    ("an empty text", {"texts": {"text": {"en": " "}}}, "texts.text.en", "is empty"),
    ("a text without language", {"texts": {"text": "hello"}}, "texts.text", "each language"),
    (
        "a step with a slash",
        {"texts": {"text": {"en": "a"}, "a/b": {"en": "a"}}},
        "texts.a/b",
        "small letters",
    ),
    ("a survey without scale", {"survey": {"best": 5}}, "survey.scale", "such as [1, 5]"),
    ("a scale upside down", {"survey": {**SURVEY, "scale": [5, 1]}}, "survey.scale", "lowest"),
    ("a best in the middle", {"survey": {**SURVEY, "best": 3}}, "survey.best", "1 or 5"),
    (
        "nobody dissatisfied by mistake",
        {"survey": {**SURVEY, "dissatisfied": None}},
        "survey.dissatisfied",
        "list",
    ),
    (
        "dissatisfied off the scale",
        {"survey": {**SURVEY, "dissatisfied": [0]}},
        "survey.dissatisfied",
        "1 to 5",
    ),
    (
        "a label off the scale",
        {"survey": {**SURVEY, "labels": {"en": {"6": "x"}}}},
        "survey.labels.en",
        "'6'",
    ),
    ("a letter off the scale", {"survey": {**SURVEY, "letters": {"A": 9}}}, "survey.letters.A", "not_me"),
    (
        "a reminder after the end",
        {"survey": {**SURVEY, "remind_after": "72h", "expires_after": "72h"}},
        "survey.remind_after",
        "shorter",
    ),
]


@pytest.mark.parametrize(("fields", "place", "fix"), [m[1:] for m in MISTAKES], ids=[m[0] for m in MISTAKES])
def test_mistakes_name_the_field_and_the_fix(fields: dict[str, Any], place: str, fix: str) -> None:
    with pytest.raises(BadDocument) as bad:
        campaign(**fields)
    assert [problem for problem in bad.value.problems if problem.place == place and fix in said(problem)], (
        sentence(bad.value)
    )


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(BadDocument) as bad:
        campaign(id="A", lane="fast", valid_for="soon", trigger={"daily": "easter"})
    assert {"id", "lane", "valid_for", "trigger.daily"} <= {problem.place for problem in bad.value.problems}


@pytest.mark.parametrize("junk", [None, 5, "x", [], [1], {"a": 1}, True, 1.5, {"en": None}])
@pytest.mark.parametrize("field", sorted(campaign_document(send_window="any", survey=SURVEY)))
def test_junk_in_a_field_is_a_problem_or_harmless(field: str, junk: object) -> None:
    problems: list[Any] = []
    read = None
    try:
        read = campaign_from({**campaign_document(survey=SURVEY), field: junk})
    except BadDocument as bad:
        problems = bad.problems
    assert read or problems
