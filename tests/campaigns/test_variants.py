"""The split: even, stable, and as little moved as can be."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.campaigns.variants import HOLDOUT, place, variant_of
from chalicelib.problems import BadDocument
from tests.english import refused
from tests.support.factories import campaign

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
        ({"texts": {"text": BOTH, "text@b": BOTH}}, "not in `variants`"),
        ({"variants": {"a": 50, "b": 50}, "texts": {"text": BOTH, "more@b": BOTH}}, "needs more beside it"),
    ],
    ids=["sum", "none", "name", "holdout alone", "mandatory", "unknown variant", "no plain text"],
)
def test_variants_that_cannot_be(fields: dict[str, object], said: str) -> None:
    with refused(BadDocument, said):
        campaign(**fields)
