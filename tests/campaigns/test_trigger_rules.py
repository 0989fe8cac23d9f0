"""Which conditions let in what leaves a field out."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.campaigns import language
from chalicelib.campaigns.grammar import BadSource
from chalicelib.campaigns.language import Unrenderable
from chalicelib.campaigns.not_known import NOT_KNOWN
from chalicelib.campaigns.trigger_rules import needs
from tests.campaigns.test_declarations import expression


@pytest.mark.parametrize(
    "condition",
    [
        "a",
        "a and b",
        "b and (c and a)",
        "a == 'order'",
        "a != ''",
        "a in ('order', 'repair')",
        "a not in ('', 'x')",
        "a > 3",
        "3 < a + b",
        "-a < 0",
        "a > 1 or a == 'x'",
        "not (not a or b)",
        "a if b else a > 2",
        "b if a else false",
        "b if a",
        "b and a and not b",
    ],
)
def test_a_condition_asks_for_a_field(condition: str) -> None:
    assert needs(condition, "a")


@pytest.mark.parametrize(
    "condition",
    [
        "",
        "b",
        "not a",
        "not b",
        "a or b",
        "a != 'order'",
        "a == ''",
        "a == b",
        "a in ('', 'order')",
        "a not in ('order',)",
        "a if b else c",
        "b if a else c",
        "b == 2 or a > 3",
        "a is defined",
        "(a|length) < 3",
    ],
)
def test_a_condition_lets_in_what_leaves_a_field_out(condition: str) -> None:
    assert not needs(condition, "a")


@given(
    expression("a", "b", "c", "2", "'x'", "''", "(a > 1)", "(a in ('x', ''))", "(b not in (1, 2))", "(-a)"),
    st.fixed_dictionaries({name: st.sampled_from([NOT_KNOWN, 0, 1, 2, -3, "x", True]) for name in "bc"}),
)
def test_what_asks_for_a_field_is_true_of_nothing_that_leaves_it_out(
    condition: str, others: dict[str, Any]
) -> None:
    if needs(condition, "a"):
        with suppress(BadSource, Unrenderable):  # no text either
            assert not language.condition(condition)({"a": NOT_KNOWN, **others})
