"""A batch of changes as metrics, and the receipts that never came."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.campaigns.live import live
from chalicelib.campaigns.measures import Receipts, measures, overdue
from chalicelib.campaigns.results_stream import Changed
from chalicelib.store import catalogue
from chalicelib.store.schema.conversations import Reply
from chalicelib.store.schema.results import Counter
from tests.campaigns.test_results import row
from tests.support.service import Service

MINUTE = 1_795_000_020


def change(before: dict[str, Any] | None, after: dict[str, Any], second: int = MINUTE + 7) -> Changed:
    old = None if before is None else row(lane="bulk", **before)
    return Changed("e", second, old, row(**{"lane": "bulk", **after}))


SENDING = {"status": "sending"}
SENT = {"status": "sent"}
PAID = {"status": "delivered", "price": 0.05}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (SENDING, SENT, {"TextsSent": 1}),
        (SENT, PAID, {"TextsDelivered": 1, "ReceiptsRecorded": 1, "Spend": 0.05}),
        (SENDING, PAID, {"TextsSent": 1, "TextsDelivered": 1, "ReceiptsRecorded": 1, "Spend": 0.05}),
        (
            SENT,
            {"status": "undelivered", "reason": "blocked"},
            {"TextsUndelivered": 1, "ReceiptsRecorded": 1},
        ),
        (None, {"status": "suppressed", "reason": "opted_out"}, {"TextsSuppressed": 1}),
        (SENDING, {"status": "failed", "reason": "dead"}, {"TextsFailed": 1}),
        (SENDING, {"status": "in_doubt", "reason": "timeout"}, {"TextsInDoubt": 1}),
        ({"status": "in_doubt"}, SENT, {"TextsSent": 1}),
        (PAID, {**PAID, "receipt_at": "touched"}, {}),
        (None, SENDING, {}),
    ],
)
def test_a_text_counts_when_it_comes_into_a_state(
    before: dict[str, Any] | None, after: dict[str, Any], expected: dict[str, float]
) -> None:
    found = measures([change(before, after)])
    assert found == ({("plan-offer", "bulk", MINUTE): expected} if expected else {})


def test_a_batch_has_one_set_for_each_campaign_lane_and_minute() -> None:
    batch = [change(SENDING, SENT), change(SENDING, SENT), change(SENT, PAID), change(SENT, PAID)]
    batch += [change(SENDING, {**SENT, "lane": "urgent"}), change(SENDING, SENT, MINUTE + 60)]
    assert measures(batch) == {
        ("plan-offer", "bulk", MINUTE): {
            "TextsSent": 2,
            "TextsDelivered": 2,
            "ReceiptsRecorded": 2,
            "Spend": 0.1,
        },
        ("plan-offer", "urgent", MINUTE): {"TextsSent": 1},
        ("plan-offer", "bulk", MINUTE + 60): {"TextsSent": 1},
    }


def test_replies_and_surveys_are_no_texts() -> None:
    reply = Reply(msisdn="+1", item="mo#in-1")
    assert measures([Changed("e", MINUTE, None, reply)]) == {}


def test_receipts_are_missing_for_what_an_hour_sent_and_nothing_ended(service: Service) -> None:
    del service
    campaign = live(catalogue.control()).campaigns["usage-alert"]
    asked: list[tuple[str, list[str]]] = []

    def read(scope: str, counters: list[str]) -> list[Counter]:
        asked.append((scope, counters))
        return [
            Counter(scope, counters[-1], {"sent": 10, "delivered": 6, "undelivered:blocked": 1, "parts": 20})
        ]

    now = datetime(2026, 11, 24, 4, 20, tzinfo=UTC)
    assert overdue([campaign], now, read) == [Receipts("usage-alert", "urgent", 10, 3)]
    assert asked == [("results#usage-alert", ["v00000001#hour#2026-11-21T03"])]
