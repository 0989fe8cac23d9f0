"""What follows a change of a case: warnings, events, counts; and what the sweeper does when a worker died."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib import queues
from chalicelib.care import actions
from chalicelib.care.changes import change, get, settle
from chalicelib.care.reads import load
from chalicelib.care.sweep import sweep
from chalicelib.clock import iso
from chalicelib.store import cases as stored
from chalicelib.store.schema.base import replace
from chalicelib.store.schema.cases import Case
from tests.care.test_life import kinds, settled
from tests.support.dynamodb import Aws
from tests.support.factories import WANG_GOLD, act, complain, hours_on

__all__ = ["settled"]


def test_warned_then_overdue_then_said_once(aws: Aws) -> None:
    case = (
        complain()
    )  # gold: answered within 12 h of working time, and it is 10:00; the team works until 22:00
    assert (case.answer_warn, case.answer_due) == (iso(hours_on(9)), iso(hours_on(12)))
    assert case.deadline == case.answer_due
    assert sweep(hours_on(8.9)) == 0
    assert sweep(hours_on(9)) == 1
    assert (get(case.case_id).changed_what, get(case.case_id).overdue) == ("warned", "")
    assert sweep(hours_on(12)) == 1
    case = get(case.case_id)
    assert (case.overdue, case.escalated_to) == ("yes", "supervisor")
    assert load().teams["care-south"] == {"working": 1, "unowned": 1, "overdue": 1}
    found = aws.announced()
    assert [(kind, event.get("which")) for kind, event in found] == [
        ("case.opened", None),
        ("case.overdue", ["answer"]),
    ]
    assert sweep(hours_on(13)) == 0
    case = actions.answer(case.case_id, "抱歉久等", act(case, hours=25))
    assert (case.overdue, case.deadline) == ("", case.resolve_due)


def test_whoever_dies_between_leaves_the_rest_to_the_sweeper(
    aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    def died(_: object) -> None:
        raise RuntimeError("the bus is down")

    with monkeypatch.context() as patch:
        patch.setattr(queues, "announce", died)
        case = complain()
    assert aws.announced() == []
    assert load().teams == {}
    assert sweep(hours_on(0.01)) == 0  # somebody may still be at it
    assert sweep(hours_on(0.1)) == 1
    assert kinds(aws) == ["case.opened"]
    assert load().teams == {"care-south": {"working": 1, "unowned": 1}}
    assert sweep(hours_on(0.2)) == 0
    assert get(case.case_id) == case


@pytest.mark.parametrize("effect", ["announce", "send_jobs"])
def test_a_failure_in_effects_is_logged_without_the_number_or_what_was_written(
    effect: str,
    aws: Aws,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    del aws
    words = "2，宽带还是断"

    def fails(given: object) -> None:
        raise RuntimeError(f"cannot send {given} of {WANG_GOLD.msisdn}: {words}")

    with monkeypatch.context() as patch:
        patch.setattr(queues, effect, fails)
        case = complain(words)
        assert sweep(hours_on(0.1)) == 0
    printed = "".join(capfd.readouterr())
    logged = printed + caplog.text
    assert WANG_GOLD.msisdn not in logged
    assert WANG_GOLD.msisdn.removeprefix("+86") not in logged
    assert words not in logged
    lines = [json.loads(line) for line in printed.splitlines()]
    assert [(line["event"], line["case"], line["type"]) for line in lines] == [
        ("effects of a case are left to the sweeper", case.case_id, "RuntimeError"),
        ("case will be tried again", case.case_id, "RuntimeError"),
    ]
    assert sweep(hours_on(0.1)) == 1


def test_one_that_fails_does_not_hold_up_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    cases = [complain(inbound=f"in-{n}", complaint=f"C-{n}") for n in range(6)]

    def failing(case_id: str, *given: Any, **named: Any) -> Case:
        if case_id == cases[2].case_id:
            raise RuntimeError("this one")
        return change(case_id, *given, **named)

    with monkeypatch.context() as patch:
        patch.setattr("chalicelib.care.changes.change", failing)
        assert sweep(hours_on(9)) == 5
    assert sweep(hours_on(9)) == 1


def test_a_re_check_that_was_not_sent_is_sent_by_the_sweeper(
    aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = complain()

    def died(_: object) -> None:
        raise RuntimeError("the queue is down")

    with monkeypatch.context() as patch:
        patch.setattr(queues, "send_jobs", died)
        case = actions.resolve(case.case_id, "已修复", act(case))
    assert case.state == "resolved"
    sweep(hours_on(1))
    assert get(case.case_id).state == "recheck_sent"
    assert len(aws.jobs("bulk")) == 1


def test_effects_done_twice_are_counted_once() -> None:
    case = complain()
    entry = stored.log_entry(case.case_id, 1)
    assert entry
    assert entry.effects == ""
    effects = '{"jobs": [], "events": [], "counts": [["care#now", "team:care-south", {"working": 1}]]}'
    settle(replace(entry, effects=effects), hours_on(1))
    assert load().teams["care-south"]["working"] == 1
