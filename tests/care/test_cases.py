"""The states of a case, its id, and what is stored of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.care.case_states import ALLOWED, NEW, case_id, diagram, may
from chalicelib.store.dynamodb import plain_from, wire_from
from chalicelib.store.schema.base import replace
from chalicelib.store.schema.cases import CASES, Case, CaseItem, badness, case_item

ROOT = Path(__file__).resolve().parents[2]


def test_the_drawing_shows_the_table() -> None:
    assert f"```mermaid\n{diagram()}```" in (ROOT / "docs/cases.md").read_text()


def test_every_state_is_reached_and_left() -> None:
    assert {new for onward in ALLOWED.values() for new in onward} == set(ALLOWED) - {NEW}
    assert all(ALLOWED.values())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("new", "closed"),
        ("open", "recheck_sent"),
        ("claimed", "reopened"),
        ("recheck_sent", "in_progress"),
        ("closed", "open"),
    ],
)
def test_there_is_no_way(old: str, new: str) -> None:
    assert not may(old, new)


def test_an_id_follows_from_subscriber_and_complaint_and_can_be_read_out() -> None:
    one = case_id("s-1", "C-1")
    assert one == case_id("s-1", "C-1")
    assert re.fullmatch(r"K-[0-9A-HJKMNP-TV-Z]{10}", one)
    assert len({one, case_id("s-1", "C-2"), case_id("s-2", "C-1"), case_id("s-1", "C-1", 1)}) == 4


@pytest.mark.parametrize(
    ("score", "scale", "best", "expected"),
    [
        pytest.param(1, (1, 5), 5, 1.0, id="worst of five"),
        pytest.param(5, (1, 5), 5, 0.0, id="best of five"),
        pytest.param(3, (1, 3), 1, 1.0, id="one is best"),
        pytest.param(3, (1, 5), 5, 0.5, id="middle"),
        pytest.param(1, (1, 1), 1, 0.0, id="a scale of one"),
    ],
)
def test_badness_of_a_score_is_its_distance_from_the_best(
    score: int, scale: tuple[int, int], best: int, expected: float
) -> None:
    assert badness(score, scale, best) == expected


@given(
    words=st.text(max_size=20),
    level=st.integers(1, 9),
    urgent=st.booleans(),
    passed=st.lists(st.sampled_from(["answer_warn", "answer_due"]), max_size=2),
)
def test_a_stored_case_reads_back(words: str, level: int, urgent: bool, passed: list[str]) -> None:
    case = Case(
        case_id="K-1",
        complaint="C-1",
        opened_at="2026-11-23T00:00:00.000Z",
        words=words,
        level=level,
        urgent=urgent,
        passed=tuple(passed),
        team="north",
        rank="r#K-1",
        revision=3,
    )
    stored = plain_from(wire_from(case_item(case, "2026-11-24T00:00:00.000Z").plain()))
    loaded = CASES.load(stored)
    assert isinstance(loaded, CaseItem)
    assert loaded.case() == case


def test_a_case_is_in_the_queues_it_belongs_to() -> None:
    case = Case("K-1", "C-1", "2026-11-23T00:00:00.000Z", team="north", rank="r#K-1")
    free = case_item(case)
    assert (free.team_queue, free.owner_queue, free.unowned_queue) == ("north", "", "north")
    owned = case_item(replace(case, owner="li.na", state="claimed"))
    assert (owned.team_queue, owned.owner_queue, owned.unowned_queue) == ("north", "li.na", "")
    waiting = case_item(replace(case, owner="li.na", state="recheck_sent"))
    assert (waiting.team_queue, waiting.owner_queue) == ("waiting#north", "waiting#li.na")
    closed = case_item(replace(case, state="closed", closed_at="2026-11-25T00:00:00.000Z"))
    assert (closed.team_queue, closed.rank) == ("closed#north", "2026-11-25T00:00:00.000Z#K-1")
    assert (closed.unowned_queue, closed.due_partition, closed.due) == ("", "", "")


def test_a_case_without_a_due_time_is_in_no_list_of_what_is_due() -> None:
    case = Case("K-1", "C-1", "2026-11-23T00:00:00.000Z", team="north", rank="r#K-1")
    assert {"due_partition", "due", "owner_queue"}.isdisjoint(case_item(case).plain())
    assert case_item(case, "2026-11-24T00:00:00.000Z").due == "2026-11-24T00:00:00.000Z"
