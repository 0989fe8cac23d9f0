"""Which brands a no is to, where several text from one number."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.delivery.refusal import meant
from tests.support.factories import SKYLARK, YUNTONG

OWN = YUNTONG.originators[0].identity


@pytest.mark.parametrize(
    ("rule", "answered", "reached"),
    [
        ("answered", "yuntong", ["yuntong"]),
        ("all", "yuntong", ["yuntong", "jiatong"]),
        ("answered", "", ["jiatong", "yuntong"]),
        ("all", "", ["jiatong", "yuntong"]),
    ],
)
def test_whoever_is_unknown_and_answers_nothing_says_no_to_all_that_text_from_there(
    rule: str, answered: str, reached: list[str]
) -> None:
    ours = replace(YUNTONG, shared_originators=rule)
    brands = {one.id: one for one in (ours, replace(ours, id="jiatong"), SKYLARK)}
    assert [one.id for one in meant(brands.get(answered), OWN, brands)] == reached
    assert [one.id for one in meant(brands.get(answered), f"+{OWN}", brands)] == reached


def test_from_where_nobody_texts_a_no_names_no_brand() -> None:
    assert list(meant(None, "999", {"yuntong": YUNTONG})) == []


@pytest.mark.parametrize(
    ("rule", "answered", "reached"),
    [("answered", "yuntong", ["yuntong"]), ("all", "yuntong", []), ("answered", "", []), ("all", "", [])],
)
def test_a_no_that_may_be_to_a_brand_that_cannot_be_read_is_to_every_brand(
    rule: str, answered: str, reached: list[str]
) -> None:
    brands = {"yuntong": replace(YUNTONG, shared_originators=rule), "skylark": SKYLARK}
    assert [one.id for one in meant(brands.get(answered), OWN, brands, True)] == reached
