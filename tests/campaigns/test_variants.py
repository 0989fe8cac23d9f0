"""The split: even, stable, and as little moved as can be."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.campaigns.check import check
from chalicelib.campaigns.facts import facts_for
from chalicelib.campaigns.known_names import unknown_in_campaign
from chalicelib.campaigns.matching import variant_for
from chalicelib.campaigns.variants import HOLDOUT, place, variant_of
from chalicelib.intake.regions import PROVINCES_ONLY
from chalicelib.problems import BadDocument
from chalicelib.store.schema.base import replace
from tests.english import english, refused
from tests.support.factories import NOW, WANG, campaign, campaign_document

PEOPLE = [f"s-{number}" for number in range(30_000)]


@pytest.mark.parametrize(
    "weights",
    [{"a": 50, "b": 50}, {"a": 45, "b": 45, "holdout": 10}, {"a": 70, "b": 20, "c": 10}],
    ids=["halves", "with holdout", "three"],
)
def test_a_split_of_30000_is_within_one_percent_of_its_weights(weights: dict[str, int]) -> None:
    found = Counter(variant_of(weights, "plan-offer", one) for one in PEOPLE)
    assert set(found) == set(weights)
    for name, weight in weights.items():
        assert abs(found[name] / len(PEOPLE) - weight / 100) < 0.01


def test_a_split_is_the_same_tomorrow_and_on_another_machine() -> None:
    weights = {"a": 45, "b": 45, "holdout": 10}
    assert [variant_of(weights, "plan-offer", f"s-{n}") for n in (1, 2, 3, 1001, 30_000)] == EXPECTED


EXPECTED = ["a", "b", "a", "a", "a"]


def test_campaigns_split_independently() -> None:
    both = Counter((place("one", who) < 0.5, place("two", who) < 0.5) for who in PEOPLE)
    assert all(abs(count / len(PEOPLE) - 0.25) < 0.01 for count in both.values())


@given(st.text(max_size=30), st.text(max_size=30))
def test_the_place_of_a_subscriber_among_variants_is_between_0_and_1(one: str, other: str) -> None:
    assert 0 <= place(one.replace("\ud800", ""), other) < 1


def test_a_variant_taken_from_the_holdout_moves_nobody_else() -> None:
    before = {who: variant_of({"a": 60, "holdout": 40}, "x", who) for who in PEOPLE[:5000]}
    after = {who: variant_of({"a": 60, "b": 30, "holdout": 10}, "x", who) for who in PEOPLE[:5000]}
    moved = {who for who in before if before[who] != after[who]}
    assert moved
    assert all(before[who] == HOLDOUT for who in moved)


def test_without_variants_nobody_has_one() -> None:
    assert variant_of({}, "x", "s-1") == ""


def test_a_variant_says_a_step_in_its_own_words_where_it_has_any() -> None:
    texts = {"text": {"zh-CN": "一", "en": "one"}, "text@b": {"zh-CN": "二", "en": "two"}}
    made = campaign(variants={"a": 50, "b": 50}, texts=texts)
    assert made.worded_as("text", "b") == "text@b"
    assert made.worded_as("text", "a") == made.worded_as("text", "") == "text"


BOTH = {"zh-CN": "一", "en": "one"}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"variants": {"a": 50, "b": 40}}, "add up to 90"),
        ({"variants": {"a": 0, "b": 100}}, "from 1 to 99"),
        ({"variants": {"A b": 50, "b": 50}}, "small letters"),
        ({"variants": {"holdout": 100}}, "from 1 to 99"),
        ({"variants": {"a": 90, "holdout": 10}, "category": "mandatory"}, "everybody must get"),
        ({"texts": {"text": BOTH, "text@b": BOTH}}, "in neither `variants` nor `variants_when`"),
        ({"variants": {"a": 50, "b": 50}, "texts": {"text": BOTH, "more@b": BOTH}}, "needs more beside it"),
    ],
    ids=["sum", "none", "name", "holdout alone", "mandatory", "unknown variant", "no plain text"],
)
def test_variants_that_cannot_be(fields: dict[str, object], said: str) -> None:
    with refused(BadDocument, said):
        campaign(**fields)


PREPAID = {"variant": "prepaid", "when": "payment == 'prepaid'"}
GOLD = {"variant": "gold", "when": "tier == 'gold' and plan_ends_on < '2026-12-31'"}
BY_CONDITION = campaign(
    variants_when=[PREPAID, GOLD],
    variants={"a": 90, "holdout": 10},
    texts={"text": BOTH, "text@prepaid": BOTH},
)


def held_back(who: str) -> bool:
    return variant_of(BY_CONDITION.variants, BY_CONDITION.id, who) == HOLDOUT


SOMEBODY = next(one for one in PEOPLE if not held_back(one))


@pytest.mark.parametrize(
    ("own", "fields", "variant"),
    [
        ({"payment": "prepaid"}, {"tier": "gold"}, "prepaid"),
        ({"payment": "postpaid"}, {"tier": "gold"}, "gold"),
        ({}, {"tier": "gold"}, "gold"),
        ({}, {"tier": "gold", "plan_ends_on": ""}, "a"),
        ({}, {}, "a"),
    ],
    ids=["the first that is true", "the second", "payment not known", "end not known", "none"],
)
def test_a_variant_by_condition_comes_before_those_by_percent(
    own: dict[str, str], fields: dict[str, str], variant: str
) -> None:
    who = replace(WANG, subscriber_id=SOMEBODY, own_fields=own, **fields)  # type: ignore[arg-type]
    facts = facts_for({}, who, BY_CONDITION, None, None, NOW)
    assert variant_for(BY_CONDITION, SOMEBODY, facts) == variant


def test_who_is_held_back_is_so_whatever_is_true_of_them() -> None:
    facts = {"payment": "prepaid", "tier": "gold", "plan_ends_on": ""}
    found = {one: variant_for(BY_CONDITION, one, facts) for one in PEOPLE[:2000]}
    assert set(found.values()) == {"prepaid", HOLDOUT}
    assert all((variant == HOLDOUT) is held_back(one) for one, variant in found.items())


def test_without_percents_who_is_in_none_gets_the_plain_text() -> None:
    made = campaign(variants_when=[PREPAID])
    assert variant_for(made, "s-1", {"payment": "postpaid"}) == ""
    assert made.worded_as("text", "") == "text"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"variants_when": [PREPAID, PREPAID]}, "a name of its own"),
        ({"variants_when": [PREPAID], "variants": {"prepaid": 50, "b": 50}}, "a name of its own"),
        ({"variants_when": [{"variant": "holdout", "when": "tier"}]}, "the audience says"),
        ({"variants_when": [{"variant": "b"}]}, "is missing"),
        ({"variants_when": [{"variant": "B b", "when": "tier"}]}, "small letters"),
        ({"variants_when": {"b": "tier"}}, "must be a list"),
        ({"variants_when": [PREPAID], "texts": {"text": BOTH, "text@gold": BOTH}}, "variants_when"),
    ],
    ids=["twice", "by percent, too", "holdout", "no condition", "name", "no list", "text of nobody"],
)
def test_variants_by_condition_that_cannot_be(fields: dict[str, object], said: str) -> None:
    with refused(BadDocument, said):
        campaign(**fields)


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("payement == 'prepaid'", "payment"),
        ("payment == 'prepayed'", "prepaid"),
        ("arpu > 'high'", "arpu"),
        ("payment ==", "variants_when[0].when"),
        ("region == 'Atlantis'", ""),
    ],
    ids=["unknown name", "unknown value", "kinds", "no condition", "a region of nobody"],
)
def test_a_condition_of_a_variant_is_checked_as_every_other(when: str, said: str) -> None:
    document = campaign_document(variants_when=[{"variant": "b", "when": when}])
    found = [*check(document), *unknown_in_campaign(document, (), (), PROVINCES_ONLY)]
    assert {one.place for one in found} == {"variants_when[0].when"}
    assert said in "; ".join(f"{one.place} {english(one)} {one.close}" for one in found)
