"""Rules and conditions: one is the other, and a clause says who is out and why."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.campaigns import audience, language
from chalicelib.campaigns.audience import FIELDS, AudienceRule, BadRule, clauses, condition_of, rules_of
from chalicelib.campaigns.not_known import NOT_KNOWN
from chalicelib.intake.attributes import attributes_from
from tests.english import refused
from tests.support.factories import campaign

GOLD: dict[str, object] = {
    "tier": "gold",
    "region": "湖南/长沙",
    "status": "active",
    "since": "2019-03-01",
    "name": "",
    "plan": "5g-128",
}


@pytest.mark.parametrize(
    ("rule", "source", "true"),
    [
        (AudienceRule("tier", "is", ("gold",)), "tier == 'gold'", True),
        (AudienceRule("tier", "is_not", ("gold",)), "tier != 'gold'", False),
        (AudienceRule("tier", "one_of", ("gold", "diamond")), "tier in ['gold', 'diamond']", True),
        (AudienceRule("plan", "none_of", ("5g-128",)), "plan not in ['5g-128']", False),
        (AudienceRule("province", "is", ("湖南",)), "region | province == '湖南'", True),
        (AudienceRule("province", "one_of", ("北京",)), "region | province in ['北京']", False),
        (AudienceRule("since", "before", ("2020-01-01",)), "'' < since < '2020-01-01'", True),
        (AudienceRule("since", "from", ("2020-01-01",)), "since >= '2020-01-01'", False),
        (AudienceRule("name", "known"), "name", False),
        (AudienceRule("name", "unknown"), "not name", True),
    ],
    ids=lambda value: value.op if isinstance(value, AudienceRule) else "",
)
def test_rules_become_a_condition_and_back(rule: AudienceRule, source: str, true: bool) -> None:
    assert condition_of([rule]) == source
    assert rules_of(source) == [rule]
    assert language.condition(source)(GOLD) is true


WORD = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=12)
RULES = st.sampled_from([(field, op) for field, ops in FIELDS.items() for op in ops]).flatmap(
    lambda pair: st.builds(
        AudienceRule,
        st.just(pair[0]),
        st.just(pair[1]),
        st.just(())
        if pair[1] in ("known", "unknown")
        else st.tuples(WORD, WORD)
        if pair[1] in ("one_of", "none_of")
        else st.tuples(WORD),
    )
)


@given(st.lists(RULES, max_size=5))
def test_any_rules_survive_the_way_there_and_back(rules: list[AudienceRule]) -> None:
    source = condition_of(rules)
    assert rules_of(source) == rules
    assert clauses(source) == [condition_of([rule]) for rule in rules]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (AudienceRule("shoe_size", "is", ("42",)), "there is no field"),
        (AudienceRule("name", "is", ("王芳",)), "cannot be asked"),
        (AudienceRule("tier", "is"), "needs a value"),
        (AudienceRule("tier", "is", ("a", "b")), "takes one value"),
        (AudienceRule("tier", "known", ("a",)), "takes no value"),
    ],
    ids=["field", "op", "no value", "too many", "value too much"],
)
def test_rules_that_cannot_be_name_their_place(rule: AudienceRule, said: str) -> None:
    with refused(BadRule, said) as caught:
        condition_of([AudienceRule("tier", "known"), rule])
    assert caught.value.number == 2


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("", []),
        ("a", ["a"]),
        ("a and b", ["a", "b"]),
        ("not a and b == 'x and y'", ["not a", "b == 'x and y'"]),
        ("(a or b) and c", ["(a or b)", "c"]),
        ("a or b and c", ["a or b and c"]),
        ("a and b if c else d", ["a and b if c else d"]),
        ("android and brand", ["android", "brand"]),
        ('a == "it\'s \\" and" and b', ['a == "it\'s \\" and"', "b"]),
    ],
)
def test_a_condition_is_taken_apart_where_that_is_right(condition: str, expected: list[str]) -> None:
    assert clauses(condition) == expected


@pytest.mark.parametrize(
    "condition", ["a or b", "threshold > 80", "tier == plan", "tier | upper == 'GOLD'", "(", "tier < 'x'"]
)
def test_what_is_no_rules_is_said_to_be_none(condition: str) -> None:
    assert rules_of(condition) is None


OWN = attributes_from(
    {
        "arpu": {"type": "number", "example": 96},
        "points": {"type": "whole", "example": 5},
        "device": {"type": "text", "example": "Mate 60"},
        "contract": {"type": "choice", "choices": ["monthly", "Two year"], "example": "monthly"},
        "contract_ends_on": {"type": "day", "example": "2027-03-31"},
        "paperless": {"type": "yes_no", "example": True},
    }
)
OF_OWN = [
    (AudienceRule("arpu", "at_least", ("100",)), "arpu >= 100", [100, 100.5], [99.9, 0, None]),
    (AudienceRule("arpu", "less", ("0.5",)), "arpu < 0.5", [0, 0.49], [0.5, 7, None]),
    (AudienceRule("points", "is", ("0",)), "points == 0", [0], [1, None]),
    (AudienceRule("device", "one_of", ("a", "100")), "device in ['a', '100']", ["a", "100"], ["b", None]),
    (
        AudienceRule("contract", "is_not", ("Two year",)),
        "contract != 'Two year'",
        ["monthly", None],
        ["Two year"],
    ),
    (
        AudienceRule("contract_ends_on", "before", ("2027-01-01",)),
        "'' < contract_ends_on < '2027-01-01'",
        ["2026-12-31"],
        ["2027-01-01", None],
    ),
    (AudienceRule("contract_ends_on", "unknown"), "not contract_ends_on", [None], ["2026-12-31"]),
]


@pytest.mark.parametrize(
    ("rule", "source", "inside", "outside"), OF_OWN, ids=lambda one: getattr(one, "op", "")
)
def test_rules_about_the_operators_attributes(
    rule: AudienceRule, source: str, inside: list[Any], outside: list[Any]
) -> None:
    assert condition_of([rule], OWN) == source
    assert rules_of(source, OWN) == [rule]
    assert rules_of(source) is None, "of nobody's attributes there are no rules"
    for value in (*inside, *outside):
        known = NOT_KNOWN if value is None else value
        assert language.condition(source)({rule.field: known}) is (value in inside), value


@pytest.mark.parametrize(
    "condition",
    [
        "arpu",
        "not arpu",
        "arpu == '5'",
        "arpu < '5'",
        "device == 5",
        "device >= 5",
        "arpu != 5",
        "paperless",
        "score > 1",
    ],
)
def test_what_rows_cannot_say_of_attributes_stays_a_condition(condition: str) -> None:
    assert rules_of(condition, OWN) is None


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (AudienceRule("arpu", "at_least", ("much",)), "is a number"),
        (AudienceRule("arpu", "less", ("1; 2",)), "is a number"),
        (AudienceRule("arpu", "known"), "cannot be asked"),
        (AudienceRule("device", "less", ("5",)), "cannot be asked"),
        (AudienceRule("paperless", "is", ("yes",)), "there is no field"),
    ],
    ids=["no number", "more than a number", "known", "a text as a number", "yes or no"],
)
def test_rules_about_attributes_that_cannot_be(rule: AudienceRule, said: str) -> None:
    with refused(BadRule, said):
        condition_of([rule], OWN)


def test_clauses_about_the_event_are_left_out_of_a_count() -> None:
    made = campaign(audience="status == 'active' and percent_used > 90", brand="yuntong")
    found = audience.membership_of(made)
    assert found.closed == ("brand == 'yuntong'", "status == 'active'")
    assert found.open_clauses == ("percent_used > 90",)


def test_why_somebody_is_out() -> None:
    asked = ["status == 'active'", "tier == 'silver'", "plan == 'none'"]
    assert audience.fails(asked, GOLD) == "tier == 'silver'"
    assert audience.fails(asked[:1], GOLD) == ""
    assert audience.fails(["tier > 3"], GOLD) == "tier > 3"
