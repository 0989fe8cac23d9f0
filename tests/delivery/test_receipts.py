"""What each delivery event says, and the life of a text that it may change."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from itertools import permutations
from pathlib import Path
from typing import Any, get_args

import pytest

from chalicelib.delivery.receipt_events import UNDELIVERED, UNDER_WAY, apply_receipt
from chalicelib.delivery.states import ALLOWED, FINAL, NEW, Status, UndeliveredReason, before, diagram, may

EVENT = {"eventTimestamp": 1795492800000, "messageId": "m-1"}


def status(kind: str, successful_is_final: bool = False, **fields: Any) -> tuple[str | None, str | None]:
    outcome = apply_receipt({**EVENT, "eventType": kind, **fields}, successful_is_final=successful_is_final)
    return outcome.status, outcome.reason


EVENTS: dict[str, tuple[str | None, str | None]] = {
    "TEXT_PENDING": (None, None),
    "TEXT_QUEUED": (None, None),
    "TEXT_SUCCESSFUL": ("delivered", None),
    "TEXT_DELIVERED": ("delivered", None),
    "TEXT_INVALID": ("undelivered", "invalid_number"),
    "TEXT_INVALID_MESSAGE": ("undelivered", "invalid_message"),
    "TEXT_UNREACHABLE": ("undelivered", "unreachable"),
    "TEXT_CARRIER_UNREACHABLE": ("undelivered", "carrier_unreachable"),
    "TEXT_BLOCKED": ("undelivered", "blocked"),
    "TEXT_CARRIER_BLOCKED": ("undelivered", "carrier_blocked"),
    "TEXT_SPAM": ("undelivered", "spam"),
    "TEXT_UNKNOWN": ("undelivered", "unknown"),
    "TEXT_TTL_EXPIRED": ("undelivered", "ttl_expired"),
    "TEXT_PROTECT_BLOCKED": ("undelivered", "protect_blocked"),
}


@pytest.mark.parametrize(("kind", "expected"), EVENTS.items(), ids=EVENTS.keys())
def test_status_and_reason_of_a_final_receipt(kind: str, expected: tuple[str | None, str | None]) -> None:
    assert status(kind, isFinal=kind not in UNDER_WAY) == expected


SUCCESSFUL = {
    "final": ({"isFinal": True}, False, "delivered"),
    "not final": ({"isFinal": False}, False, None),
    "does not say": ({}, False, None),
    "not final, in a country that says no more": ({"isFinal": False}, True, "delivered"),
    "does not say, in a country that says no more": ({}, True, "delivered"),
}


@pytest.mark.parametrize(("fields", "last_word", "expected"), SUCCESSFUL.values(), ids=SUCCESSFUL.keys())
def test_successful_is_the_end_in_some_countries(
    fields: dict[str, bool], last_word: bool, expected: str | None
) -> None:
    assert status("TEXT_SUCCESSFUL", last_word, **fields)[0] == expected


def test_a_failure_that_is_still_tried_is_no_outcome() -> None:
    assert status("TEXT_CARRIER_UNREACHABLE", isFinal=False) == (None, None)
    assert status("TEXT_CARRIER_UNREACHABLE") == ("undelivered", "carrier_unreachable")


def test_parts_price_and_time_are_read_from_any_event() -> None:
    event = {
        **EVENT,
        "eventType": "TEXT_QUEUED",
        "totalMessageParts": 2,
        "totalMessagePrice": 0.0166,
        "totalCarrierFee": 0.003,
    }
    outcome = apply_receipt(event, successful_is_final=False)
    assert outcome.parts == 2
    assert outcome.price == Decimal("0.0196")
    assert outcome.at == datetime.fromtimestamp(1795492800, UTC)


def test_what_a_receipt_does_not_say_stays_unknown() -> None:
    outcome = apply_receipt({**EVENT, "eventType": "TEXT_DELIVERED"}, successful_is_final=False)
    assert (outcome.parts, outcome.price) == (0, None)


MALFORMED = {
    "eventType": {"eventType": "VOICE_COMPLETED"},
    "eventType of a wrong kind": {"eventType": None},
    "eventTimestamp": {"eventTimestamp": "yesterday"},
    "eventTimestamp out of range": {"eventTimestamp": 10**30},
    "eventTimestamp missing": {"eventTimestamp": None},
    "totalMessageParts": {"totalMessageParts": 1.5},
    "totalMessagePrice": {"totalMessagePrice": "NaN"},
    "totalCarrierFee": {"totalCarrierFee": "free"},
}


@pytest.mark.parametrize(("name", "wrong"), MALFORMED.items(), ids=MALFORMED.keys())
def test_a_malformed_event_names_the_field(name: str, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=name.split()[0]):
        apply_receipt({**EVENT, "eventType": "TEXT_DELIVERED", **wrong}, successful_is_final=False)


def test_every_reason_is_listed() -> None:
    assert set(UNDELIVERED.values()) == set(get_args(UndeliveredReason))


# The life of a text.


def test_every_state_has_its_steps_and_every_step_leads_to_a_state() -> None:
    states = set(get_args(Status))
    assert set(ALLOWED) == states | {NEW}
    assert {new for onward in ALLOWED.values() for new in onward} == states


def test_final_states_are_these() -> None:
    assert {"delivered", "undelivered", "suppressed", "expired", "failed"} == FINAL


def test_no_order_of_receipts_steps_back() -> None:
    for order in permutations(["handed_over", "sent", "delivered", "undelivered", "in_doubt"]):
        now = "sending"
        seen: list[str] = []
        for status_ in order:
            if may(now, status_):
                now = status_
                seen.append(now)
        assert now in FINAL
        assert sum(one in FINAL for one in seen) == 1


def test_where_a_conditional_write_may_come_from() -> None:
    assert before("delivered") == ("handed_over", "held", "in_doubt", "sending", "sent")
    assert before("sending") == ("held",)


def test_the_drawing_is_the_code() -> None:
    page = (Path(__file__).parents[2] / "docs" / "states.md").read_text("utf-8")
    drawn = re.search(r"```mermaid\n(.*?)```", page, re.DOTALL)
    assert drawn, "docs/states.md has no mermaid block"
    assert drawn[1] == diagram(), "run: python -m chalicelib.delivery.states, and put it into docs/states.md"


def test_the_module_prints_the_drawing() -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "chalicelib.delivery.states"], capture_output=True, text=True, check=True
    )
    assert printed.stdout == diagram()
