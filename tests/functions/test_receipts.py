"""A receipt that says a number is invalid for good: nothing more is sent there, and other systems hear of it,
whenever the worker that recorded it was killed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.client import BaseClient

from chalicelib.delivery.record_receipts import record_receipts
from chalicelib.functions import receipts
from chalicelib.store import conversations
from chalicelib.store.schema.conversations import NumberState
from local.resources.queues import QUEUES
from tests.support.factories import WANG
from tests.support.service import Service

MOST_CALLS = 8


class Killed(BaseException):
    """The worker is gone."""


@contextmanager
def killed_after(calls: int, patch: pytest.MonkeyPatch) -> Iterator[None]:
    """So many AWS calls of the block succeed; the last one's answer is never seen."""
    made = BaseClient._make_api_call  # type: ignore[attr-defined]
    left = [calls]

    def call(client: Any, operation: str, params: Any) -> Any:
        answer = made(client, operation, params)
        left[0] -= 1
        if left[0] == 0:
            raise Killed
        return answer

    with patch.context() as inner:
        inner.setattr(BaseClient, "_make_api_call", call)
        try:
            yield
        except Killed:
            return


def receipt(text: Any, at: int, kind: str = "TEXT_INVALID") -> dict[str, Any]:
    return {
        "eventType": kind,
        "eventTimestamp": at * 1000,
        "isFinal": True,
        "destinationPhoneNumber": text.to,
        "messageId": "m-1",
        "context": dict(text.context),
    }


def sent(service: Service) -> Any:
    service.usage(85)
    service.deliver()
    service.aws.announced()
    return service.network.texts[-1]


def test_a_receipt_that_is_faster_than_its_record_outlasts_the_job_of_a_worker_that_died() -> None:
    hidden = max(one.hidden for one in QUEUES if one.name.startswith("outbox-"))
    tries = next(one.tries for one in QUEUES if one.name == "receipts")
    waits = [receipts.again_in(n) for n in range(1, tries)]
    assert waits[0] == 5
    assert sum(waits) > hidden


@pytest.mark.parametrize("calls", range(1, MOST_CALLS))
def test_whoever_is_killed_on_the_way_is_followed_by_the_same_receipt(
    calls: int, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    payload = receipt(sent(service), int(service.now.timestamp()))
    with killed_after(calls, monkeypatch):
        record_receipts([payload], service.now)
    assert record_receipts([payload], service.now).strangers == []
    assert service.texts()["2026-11/2026-11-30/100/data/80/text"].status == "undelivered"
    assert conversations.state(WANG.msisdn).unreachable == "2026-11-24T04:00:00.000Z"
    told = service.aws.announced()
    assert {(kind, event["id"], event["reason"]) for kind, event in told} == {
        (
            "message.undeliverable",
            "undeliverable/mt#usage-alert/s-1/2026-11/2026-11-30/100/data/80/text",
            "invalid_number",
        )
    }


def test_a_receipt_that_comes_again_says_nothing_new_of_a_number_that_was_heard_from(
    service: Service,
) -> None:
    payload = receipt(sent(service), int(service.now.timestamp()))
    record_receipts([payload], service.now)
    service.write("HELP")
    service.aws.announced()
    record_receipts([payload, payload], service.now)
    assert conversations.state(WANG.msisdn).unreachable == ""
    assert service.aws.announced() == []


def test_a_receipt_of_a_text_that_nobody_knows_marks_no_number(service: Service) -> None:
    text = sent(service)
    payload = receipt(text, int(service.now.timestamp()))
    payload["context"] = {**text.context, "item": "mt#usage-alert/s-1/another/text"}
    record_receipts([payload], service.now)
    assert conversations.state(WANG.msisdn).unreachable == ""
    assert service.aws.announced() == []


@pytest.mark.parametrize(
    "item", ["state", "survey#usage-alert/s-1/b", "mo#in-1", "consent#2026#1", "mt", "x"]
)
def test_a_receipt_of_what_is_no_text_is_a_stranger_and_changes_nothing(service: Service, item: str) -> None:
    text = sent(service)
    before = conversations.state(WANG.msisdn)
    for kind in ("TEXT_DELIVERED", "TEXT_INVALID", "TEXT_PENDING", "TEXT_ACCEPTED", "TEXT_REFUSED"):
        payload = receipt(text, int(service.now.timestamp()), kind) | {
            "context": {**text.context, "item": item}
        }
        assert len(record_receipts([payload], service.now).strangers) == 1
    assert conversations.state(WANG.msisdn) == before


def test_several_texts_to_one_number_mark_it_once_and_are_each_told_of(service: Service) -> None:
    first = sent(service)
    service.usage(85, resource="voice", unit="min", id="e-2")
    service.deliver()
    second = service.network.texts[-1]
    at = int(service.now.timestamp())
    before = conversations.state(WANG.msisdn).version
    record_receipts([receipt(first, at), receipt(second, at)], service.now)
    assert conversations.state(WANG.msisdn).version == before + 1
    assert len(service.aws.announced()) == 2


def test_the_mark_waits_for_whoever_changes_the_number_at_the_same_time(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    payload = receipt(sent(service), int(service.now.timestamp()))
    waits: list[float] = []
    monkeypatch.setattr("time.sleep", waits.append)
    write = conversations.write

    def slower(statements: Any) -> Any:
        if len(waits) < 3 and any("unreachable" in one.text for one in statements):
            state = conversations.state(WANG.msisdn)
            write([conversations.change_state(state, NumberState.roster.to("red"))])
        return write(statements)

    monkeypatch.setattr(conversations, "write", slower)
    record_receipts([payload], service.now)
    state = conversations.state(WANG.msisdn)
    assert (state.roster, bool(state.unreachable), len(waits)) == ("red", True, 3)
    assert waits == sorted(waits)
    assert waits[0] > 0
