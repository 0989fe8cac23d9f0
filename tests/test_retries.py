"""Trying again: how often, after which waits, and that the body decides when it is enough."""

from __future__ import annotations

import pytest

from chalicelib.retries import doubling, retried


@pytest.mark.parametrize(
    ("succeeds_at", "tries", "waited"),
    [(1, 1, []), (2, 2, [0.5]), (4, 4, [0.5, 1.0, 2.0]), (9, 4, [0.5, 1.0, 2.0])],
    ids=["at once", "at the second try", "at the last try", "never"],
)
def test_body_runs_until_it_leaves_the_loop_and_waits_only_between_tries(
    succeeds_at: int, tries: int, waited: list[float]
) -> None:
    slept: list[float] = []
    count = 0
    for _ in retried(doubling(0.5, 3), slept.append):
        count += 1
        if count == succeeds_at:
            break
    assert (count, slept) == (tries, waited)
