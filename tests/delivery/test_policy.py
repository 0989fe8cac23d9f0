"""Reading a policy: the shipped one stands, a wrong one names every field and the fix."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import cnlunar
import pytest

from chalicelib.delivery.policy import policy_from
from chalicelib.problems import BadDocument
from tests.english import said
from tests.support.factories import moment, policy, policy_document, shipped_policy

WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "an unknown section": ({"window": []}, "window", "windows"),
    "a category is missing": ({"categories": {}}, "categories.marketing", "is missing"),
    "an unknown scope": (
        {"categories": {"marketing": {"stopped_by": ["everything"]}}},
        "categories.marketing.stopped_by",
        "all, category, campaign, redlist",
    ),
    "a scope that is no list": (
        {"categories": {"marketing": {"stopped_by": "all"}}},
        "categories.marketing.stopped_by",
        "such as [all]",
    ),
    "neither suppress nor hold": (
        {"categories": {"survey": {"when_full": "wait"}}},
        "categories.survey.when_full",
        "one of suppress, hold",
    ),
    "a roster colour that is no list": (
        {"categories": {"marketing": {"not_for_roster": "red"}}},
        "categories.marketing.not_for_roster",
        "such as [red]",
    ),
    "a time that is none": (
        {"windows": [{"for": ["marketing"], "hours": {"US/TX": {"hours": "any", "sunday": "12-21"}}}]},
        "windows[0].hours.US/TX.sunday",
        "HH:MM",
    ),
    "a day that is none": (
        {"windows": [{"for": ["marketing"], "hours": {"*": {"hours": "any", "sundays": "any"}}}]},
        "windows[0].hours.*.sundays",
        "there is no such field",
    ),
    "two windows for one category": (
        {"windows": [{"for": ["survey"], "hours": {"*": "any"}}, {"for": ["survey"], "hours": {"*": "any"}}]},
        "windows[1].for",
        "keep one",
    ),
    "a place nobody described": (
        {"windows": [{"for": ["marketing"], "hours": {"US/XX": "any"}}]},
        "windows[0].hours.US/XX",
        "countries.US.regions",
    ),
    "a country nobody described": ({"caps": {"ZZ": []}}, "caps.ZZ", "countries"),
    "a cap of nothing": (
        {"caps": {"*": [{"of": ["marketing"], "at_most": 0, "per": "day"}]}},
        "caps.*[0].at_most",
        "1 to",
    ),
    "a cap per month": (
        {"caps": {"*": [{"of": ["marketing"], "at_most": 1, "per": "month"}]}},
        "caps.*[0].per",
        "one of day, week",
    ),
    "a zone that is none": ({"elsewhere": ["Asia/Beijing"]}, "elsewhere", "Asia/Shanghai"),
    "a calling code with a plus": (
        {"countries": {"CN": {"calling_codes": ["+86"], "zones": ["Asia/Shanghai"]}}},
        "countries.CN.calling_codes",
        "without +",
    ),
    "a region's name twice": (
        {
            "countries": {
                "CN": {
                    "calling_codes": ["86"],
                    "zones": ["Asia/Shanghai"],
                    "regions": {
                        "A": {"names": ["x"], "zones": ["Asia/Urumqi"]},
                        "B": {"names": ["X"], "zones": ["Asia/Urumqi"]},
                    },
                }
            }
        },
        "countries.CN.regions.B.names",
        "too",
    ),
    "names that are no list": (
        {
            "countries": {
                "CN": {
                    "calling_codes": ["86"],
                    "zones": ["Asia/Shanghai"],
                    "regions": {"XJ": {"names": "Xinjiang", "zones": ["Asia/Urumqi"]}},
                }
            }
        },
        "countries.CN.regions.XJ.names",
        "such as [Xinjiang]",
    ),
    "a day that no calendar has": (
        {"holidays": {"CN": {"2026-02-30": "?"}}},
        "holidays.CN.2026-02-30",
        "2026-10-01",
    ),
    "a key that YAML read as a number": ({"caps": {1: []}}, "caps", "in quotes"),
    "a confirmation after an hour": ({"confirm_within_minutes": 60}, "confirm_within_minutes", "1 to 5"),
    "proofs kept too short": ({"keep_proof_months": 4}, "keep_proof_months", "5 to"),
    "true is no number": ({"keep_proof_months": True}, "keep_proof_months", "5 to"),
    "an answer a minute": ({"automatic_answers": {"an_hour": 60}}, "automatic_answers.an_hour", "1 to 20"),
    "fewer a day than an hour": (
        {"automatic_answers": {"an_hour": 4, "a_day": 3}},
        "automatic_answers.a_day",
        "what an hour allows, 4",
    ),
    "a brake with a slip in it": (
        {"automatic_answers": {"per_day": 3}},
        "automatic_answers.per_day",
        "no such",
    ),
    "an answer that counts for a year": (
        {"answers_count_for_days": 365},
        "answers_count_for_days",
        "1 to 30",
    ),
    "a law of no country": ({"no_to_every_brand": {"ZZ": "2027-01-31"}}, "no_to_every_brand.ZZ", "countries"),
    "a law of a state": (
        {"no_to_every_brand": {"US/TX": "2027-01-31"}},
        "no_to_every_brand.US/TX",
        "country",
    ),
    "a law from no day": ({"no_to_every_brand": {"US": "2027-02-30"}}, "no_to_every_brand.US", "2026-10-01"),
    "a list where names belong": ({"countries": []}, "countries", "must be a mapping"),
}


@pytest.mark.parametrize(("changes", "place", "fix"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_policy_names_the_field_and_the_fix(changes: dict[str, Any], place: str, fix: str) -> None:
    with pytest.raises(BadDocument) as caught:
        policy_from(policy_document(**changes))
    found = {problem.place: said(problem) for problem in caught.value.problems}
    assert place in found
    assert fix in found[place]


def test_every_mistake_is_named_at_once() -> None:
    with pytest.raises(BadDocument) as caught:
        policy(keep_proof_months=1, elsewhere=["Mars/Olympus"], caps={"ZZ": []})
    assert {problem.place for problem in caught.value.problems} == {
        "keep_proof_months",
        "elsewhere",
        "caps.ZZ",
    }


def test_numbers_may_be_those_of_the_catalogue() -> None:
    caps = {"*": [{"of": ["marketing"], "at_most": Decimal(2), "per": "day"}]}
    assert policy(caps=caps).caps["*"][0].at_most == 2


PLACES = {
    "China": ("+8613800000001", "广东/广州", ("CN", "?")),
    "Xinjiang": ("+8613800000001", "新疆/乌鲁木齐", ("CN", "XJ")),
    "Texas by name": ("+15125550100", "Texas/Houston", ("US", "TX")),
    "Texas by code": ("+15125550100", "TX/Houston", ("US", "TX")),
    "Texas alone, in small letters": ("+15125550100", "texas", ("US", "TX")),
    "Ontario is Canada's": ("+14165550100", "ON/Toronto", ("CA", "ON")),
    "CA is California": ("+14155550100", "CA/San Francisco", ("US", "CA")),
    "Québec with its accent": ("+15145550100", "Québec/Montréal", ("CA", "QC")),
    "+1 without a region": ("+15125550100", "", ("US", "?")),
    "the longer code": ("+17875550100", "", ("PR", "")),
    "Hong Kong": ("+85251234567", "", ("HK", "")),
    "a country not listed": ("+99912345", "", ("", "")),
    "no number": ("", "", ("", "")),
}


@pytest.mark.parametrize(("msisdn", "region", "expected"), PLACES.values(), ids=PLACES.keys())
def test_where_a_number_is(msisdn: str, region: str, expected: tuple[str, str]) -> None:
    assert shipped_policy().place(msisdn, region) == expected


def test_the_strictest_state_is_no_stricter_than_a_state() -> None:
    """`US/?` holds for unknown states, so it must be inside every state's hours."""
    unknown = shipped_policy().week("marketing", "US", "?")
    assert unknown is not None
    for state in shipped_policy().countries["US"].regions:
        week = shipped_policy().week("marketing", "US", state)
        assert week is not None
        pairs = zip([*unknown.days, unknown.holiday], [*week.days, week.holiday], strict=True)
        for strict, own in pairs:
            assert strict
            assert own
            assert own[0][0] <= strict[0][0] < strict[0][1] <= own[0][1]


LUNAR = {"春节": (1, 1), "端午节": (5, 5), "中秋节": (8, 15)}


@pytest.mark.parametrize("year", [2026, 2027])
@pytest.mark.parametrize("name", LUNAR)
def test_the_lunar_holidays_are_on_their_lunar_day(year: int, name: str) -> None:
    days = [
        day for day, title in shipped_policy().holidays["CN"].items() if title == name and day.year == year
    ]
    lunar = [cnlunar.Lunar(moment(f"{day} 12:00").replace(tzinfo=None)) for day in days]
    assert LUNAR[name] in [(one.lunarMonth, one.lunarDay) for one in lunar]


@pytest.mark.parametrize("year", [2026, 2027])
def test_federal_holidays_that_fall_on_a_weekend_have_their_observed_day(year: int) -> None:
    days = shipped_policy().holidays["US"]
    for day, name in days.items():
        if day.year == year and name.endswith("Day") and day.weekday() >= 5:
            observed = day + timedelta(days=-1 if day.weekday() == 5 else 1)
            assert days[observed] == f"{name} (observed)"
    assert days[date(year, 11, 26 if year == 2026 else 25)] == "Thanksgiving Day"


@pytest.mark.parametrize(
    ("number", "region", "when", "expected"),
    [
        ("+12025550100", "", "2027-01-30 20:00", False),
        ("+12025550100", "", "2027-01-31 02:00", False),
        ("+12025550100", "", "2027-01-31 06:00", True),
        ("+12025550100", "Texas/Austin", "2028-01-01 00:00", True),
        ("+14165550100", "Ontario/Toronto", "2028-01-01 00:00", False),
        ("+8613900000001", "", "2028-01-01 00:00", False),
    ],
    ids=[
        "the day before",
        "still the day before in Washington",
        "on the day",
        "a state",
        "Canada shares the code",
        "China",
    ],
)
def test_from_when_on_a_no_holds_for_every_brand(number: str, region: str, when: str, expected: bool) -> None:
    assert shipped_policy().holds_for_every_brand(number, region, moment(when)) is expected


def test_a_no_may_hold_for_every_brand_everywhere() -> None:
    anywhere = policy(no_to_every_brand={"*": "2026-01-01"})
    assert anywhere.holds_for_every_brand("+8613900000001", "", moment("2026-11-26 03:00"))
    assert anywhere.holds_for_every_brand("+6591234567", "", moment("2026-11-26 03:00"))
    assert not anywhere.holds_for_every_brand("+6591234567", "", moment("2025-12-31 03:00"))
