"""Care's settings: the ones that ship, and every mistake named with its field and its fix."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from chalicelib.care.deadlines import after
from chalicelib.care.settings import Care, care_from
from chalicelib.problems import BadDocument
from tests.english import english, sentence
from tests.support.factories import NOW, care_document

TEAM = {"id": "one", "title": {"en": "One"}, "zone": "Europe/London", "hours": "09:00-17:00"}


def test_what_ships_is_sound() -> None:
    care = care_from(care_document())
    assert care.limits.answer["standard"] == timedelta(hours=24)
    assert care.limits.urgent["standard"] == timedelta(hours=24)
    assert care.limits.resolve["diamond"] < care.limits.resolve["gold"] < care.limits.resolve["standard"]
    assert set(care.topics.topics) == {"network", "billing", "service", "product", "other"}
    assert all(topic.department in care.departments for topic in care.topics.topics.values())
    for team in care.teams.values():
        assert team.escalates_to in ("", *care.teams)
        assert after(team.hours, NOW, timedelta(hours=1)) > NOW
    assert date(2027, 2, 6) in care.team("care-lead").hours.dates
    for answer in care.answers:
        assert set(answer.text) == set(answer.title) == {"zh-CN", "en"}


def test_care_settings_may_be_empty() -> None:
    care = care_from({})
    assert care == Care()
    assert care.team_for("any", "").id == "care"


@pytest.mark.parametrize(
    ("brand", "region", "among", "team"),
    [
        ("yuntong", "广东/广州", ["care-north", "care-south"], "care-south"),
        ("yuntong", "北京/北京", ["care-north", "care-south"], "care-north"),
        ("yuntong", "", ["care-north", "care-south"], "care-north"),
        ("skylark", "TX/Dallas", ["care-us"], "care-us"),
        ("skylark", "TX/Dallas", [], "care-us"),
        ("other", "", [], "care"),
    ],
)
def test_who_a_case_goes_to(brand: str, region: str, among: list[str], team: str) -> None:
    assert care_from(care_document()).team_for(brand, region, among).id == team


def test_whose_teams() -> None:
    care = care_from(care_document())
    assert care.teams_of("chen.jie") == ["care-south"]
    assert care.teams_of("supervisor") == ["care-north", "care-south", "care-lead", "care-us"]
    assert care.teams_of("nobody") == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"tems": []}, "tems: there is no such field. Did you mean `teams`?"),
        ({"teams": {}}, "teams: must be a list"),
        ({"teams": [{**TEAM, "id": ""}]}, "teams[0].id: must be text"),
        ({"teams": [{**TEAM, "zone": "Mars"}]}, "teams[0].zone: 'Mars' is no time zone"),
        ({"teams": [{**TEAM, "hours": "9-17"}]}, "teams[0].hours: '9' is not a time of day"),
        (
            {"teams": [{**TEAM, "hours": {"weekday": "any"}}]},
            "teams[0].hours.weekday: is no day: use",
        ),
        ({"teams": [{**TEAM, "hours": "closed"}]}, "teams[0].hours: are never open"),
        ({"teams": [{**TEAM, "dates": {"1 May": "closed"}}]}, "teams[0].dates.1 May: is no date"),
        (
            {"teams": [{**TEAM, "members": "li.na"}]},
            "teams[0].members: must be a list of words, such as [li.na]",
        ),
        ({"teams": [{**TEAM, "escalates_to": "two"}]}, "teams[0].escalates_to: 'two' is no other team's id"),
        ({"teams": [TEAM, TEAM]}, "teams[1].id: 'one' is there twice"),
        ({"deadlines": {"answer": {"gold": "1h"}}}, "deadlines.answer.standard: is missing"),
        (
            {"deadlines": {"answer": {"standard": "soon"}}},
            "answer.standard: 'soon' is not a duration",
        ),
        ({"deadlines": {"answer": {"standard": "90d"}}}, "deadlines.answer.standard: must be from 1m to 60d"),
        ({"deadlines": {"warn_percent": 100}}, "deadlines.warn_percent: must be a whole number from 1 to 99"),
        ({"rank": {"urgent": -1}}, "rank.urgent: must be a number from 0 to 1000"),
        ({"rank": {"tier": {"gold": "x"}}}, "rank.tier.gold: must be a number"),
        (
            {"roster": {"rules": [{"colour": "blue", "at_least": {"worst": 1}}]}},
            "colour: 'blue' is not",
        ),
        (
            {"roster": {"rules": [{"colour": "red", "at_least": {"calls": 1}}]}},
            "calls: is not counted",
        ),
        (
            {"topics": {"a": {"title": {"en": "A"}, "department": "x"}}},
            "a.department: 'x' is not under",
        ),
        ({"topics": {"a": {"title": {"en": "A"}, "phrases": {"a": 1}}}}, "phrases.a: is too short"),
        ({"urgent": {"phrases": {"sue": 0}}}, "urgent.phrases.sue: must be a number from 0.1"),
        ({"recheck": {"silence": "0s"}}, "recheck.silence: must be at least 1m"),
        ({"answers": [{"id": "a", "title": {"en": "A"}, "text": {}}]}, "answers[0].text: needs words"),
        ({"remedies": {"credit": "Credit"}}, "remedies.credit: must be a mapping"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_mistakes_name_the_field_and_the_fix(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(BadDocument) as bad:
        care_from(wrong)
    assert any(said in english(problem) for problem in bad.value.problems), sentence(bad.value)


def test_every_mistake_is_found_at_once() -> None:
    with pytest.raises(BadDocument) as bad:
        care_from({"rank": {"urgent": -1}, "deadlines": {"warn_percent": 0}, "teams": [{"id": "x"}]})
    assert len(bad.value.problems) == 3
