"""The fault simulation, a little of it: `make simulate` plays thousands of seeds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.simulation.__main__ import hunt, play
from tests.simulation.history import History
from tests.simulation.setting import clients

SEEDS = range(1, 21)
QUICK = (
    "opt-out-ignored", "cap-ignored", "claim-without-condition", "hold-forgets-partition", "own-words-stay",
    "words-dropped", "queued-is-sent", "queued-is-forgotten", "taken-too-late",
)  # fmt: skip


@pytest.fixture(autouse=True, scope="module")
def simulated_clients() -> Iterator[None]:
    with clients():
        yield


@pytest.mark.parametrize("seed", SEEDS)
def test_no_invariant_is_violated(seed: int) -> None:
    _, wrong = play(seed)
    assert wrong == []


@pytest.mark.parametrize("seed", range(1, 7))
def test_no_invariant_is_violated_through_kannel(seed: int) -> None:
    world, wrong = play(seed, gateway="kannel")
    assert wrong == []
    assert world.network.accepted


def test_a_seed_says_all_of_a_run() -> None:
    first, _ = play(4)
    again, _ = play(4)
    assert [one.name for one in first.plan.met] == [one.name for one in again.plan.met]
    assert first.plan.met
    assert _ends(History(first)) == _ends(History(again))


def _ends(history: History) -> list[tuple[str, str]]:
    return [(life.item, life.last["status"]) for life in history.of_kind("mt#")]


@pytest.mark.parametrize("name", QUICK)
def test_a_bug_put_in_on_purpose_is_found(name: str) -> None:
    assert hunt(name, SEEDS) is not None
