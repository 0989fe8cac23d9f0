"""That every figure can be measured. What they are is for `make bench` to say, on a quiet machine."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from bench import SUBJECTS
from bench.counting import key_of, read_units_of, size_of, units_of
from bench.figure import Figure
from bench.plot import plot
from bench.prices import Way, Work, per_million
from bench.report import ROOT, table
from chalicelib.store.dynamodb import insert, update, wire_from
from chalicelib.store.schema.conversations import Text
from tests.support.dynamodb import jar, without_dynamodb_local


@pytest.mark.parametrize(
    "subject",
    [one for one in SUBJECTS if one != "urgent"],  # two minutes of a stack of its own: tried by measuring it
)
def test_a_subject_can_be_measured(subject: str) -> None:
    if jar() is None:
        without_dynamodb_local()
    command = [sys.executable, "-m", "bench", "--tiny", subject]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "measured" in done.stdout


def test_a_missed_target_is_said() -> None:
    missed = Figure("a-b", "what it is", 2.0, 1.5, "x")
    assert "MISSED" in table([missed], {})
    assert "MISSED" not in table([Figure("a-b", "what it is", 1.5, 1.5, "x")], {})


def test_the_figure_before_stands_beside() -> None:
    line = table([Figure("a-b", "what", 2.0, None, "x")], {"figures": {"a-b": {"measured": 3.25}}})
    assert "3.25" in line


ROW = {"msisdn": {"S": "+8613900000001"}, "item": {"S": "mt#a"}, "status": {"S": "sending"}}
PARKED = {**ROW, "due_partition": {"S": "time#1"}, "due": {"S": "2026"}}


@pytest.mark.parametrize(
    ("before", "after", "units"),
    [
        pytest.param({}, ROW, (1, 0), id="a new row"),
        pytest.param(ROW, ROW, (1, 0), id="a refused write"),
        pytest.param(ROW, {**ROW, "body": {"S": "x" * 1500}}, (2, 0), id="more than a KB"),
        pytest.param({}, PARKED, (1, 1), id="into the index"),
        pytest.param(PARKED, ROW, (1, 1), id="out of the index"),
        pytest.param(PARKED, {**PARKED, "due": {"S": "2027"}}, (1, 2), id="moved in the index"),
        pytest.param(
            PARKED, {**PARKED, "body": {"S": "x"}}, (1, 0), id="a change that the index does not hold"
        ),
    ],
)
def test_a_write_is_priced_with_its_index(
    before: dict[str, Any], after: dict[str, Any], units: tuple[int, int]
) -> None:
    assert units_of("conversations", before, after) == units


def test_the_key_of_a_statement_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RINGBACK_CONVERSATIONS", "test-conversations")
    key = {"msisdn": "+86", "item": "mt#a"}
    text = Text(msisdn=key["msisdn"], item=key["item"], status="sent")
    claimed = Text.status.one_of(("a", "b")) & Text.token.equals("c")
    for one in (insert(text), update(text.key, Text.version.to(1), where=claimed)):
        assert key_of(one.on_wire()) == ("test-conversations", wire_from(key))


def test_a_missing_row_is_read_too() -> None:
    asked = {"t": {"Keys": [{}, {}], "ConsistentRead": True}, "u": {"Keys": [{}]}}
    assert read_units_of(asked, {"t": [ROW]}) == 2.5


def test_sizes_count_bytes() -> None:
    assert size_of({"ab": {"S": "王"}, "n": {"N": "1234"}, "b": {"BOOL": True}}) == 2 + 3 + 1 + 3 + 1 + 1


def test_waiting_for_the_pace_costs_money_and_memory_decides_how_much() -> None:
    way = Way((Work("delivery", cpu=0.001, calls=0.2, paced=True),), sqs_requests=1, events=0, publications=0)
    slow, fast = per_million(way, 1, 512), per_million(way, 1000, 512)
    assert slow["Lambda GB-seconds"] > 100 * fast["Lambda GB-seconds"]
    assert per_million(way, 1, 128)["Lambda GB-seconds"] < slow["Lambda GB-seconds"] / 3
    assert slow["SQS requests"] == 0.4


def test_a_plot_names_its_curves_and_begins_at_zero() -> None:
    drawn = plot("growth", ("people", "units"), {"<flat>": [(10, 3), (1000, 3)]})
    assert "&lt;flat&gt;" in drawn
    assert ">0</text>" in drawn
