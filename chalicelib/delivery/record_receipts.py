"""Receipts into rows: in any order, repeated, late, unknown, or for texts that are not ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib.clock import iso
from chalicelib.delivery.receipts import ReceiptOutcome, apply_receipt
from chalicelib.delivery.states import before
from chalicelib.store import conversations
from chalicelib.store.wire import Row, Statement


def record_receipts(
    payloads: Sequence[Mapping[str, Any]], now: datetime
) -> list[tuple[Mapping[str, Any], str]]:
    """Record a batch; one conditional write a text, whatever the order. A final state never changes
    back, so a repeat does nothing. Returns those that are no receipts of ours, with the reason.

    Raises RuntimeError when DynamoDB stays too busy: then the batch comes back.
    """
    refused: list[tuple[Mapping[str, Any], str]] = []
    best: dict[tuple[str, str], tuple[Mapping[str, Any], ReceiptOutcome]] = {}
    for payload in payloads:
        try:
            outcome = apply_receipt(payload)
            item = (payload.get("context") or {}).get("item", "")
            msisdn = str(payload["destinationPhoneNumber"])
        except (ValueError, KeyError, AttributeError) as error:
            refused.append((payload, f"not a receipt: {error}"))
            continue
        if not item:
            refused.append((payload, "not a text of ours: the context names no item"))
            continue
        known = best.get((msisdn, item))
        if known is None or (known[1].status is None and outcome.status is not None):
            best[msisdn, item] = (payload, outcome)
    statements = [
        statement
        for (msisdn, item), (payload, outcome) in best.items()
        if (statement := change(conversations.key(msisdn, item), payload, outcome, now))
    ]
    conversations.write_surely(statements)
    return refused


def change(
    key: Mapping[str, str], payload: Mapping[str, Any], outcome: ReceiptOutcome, now: datetime
) -> Statement | None:
    """The write for one receipt. One that is not final matters only to a doubt: the gateway has it."""
    message_id = str(payload.get("messageId", ""))
    if outcome.status is None:
        token = str((payload.get("context") or {}).get("token", ""))
        return conversations.update(
            key,
            {"status": "sent", "message_id": message_id, "sent_at": iso(outcome.at)},
            remove=["due_partition", "due", "job", "reason"],
            where='"status" = ? AND "token" = ?',
            holding=["in_doubt", token],
        )
    values: Row = {
        "status": outcome.status,
        "message_id": message_id,
        "receipt_at": iso(now),
        "ended_at": iso(outcome.at),
        "parts": outcome.parts,
    }
    if outcome.reason:
        values["reason"] = outcome.reason
    if outcome.price is not None:
        values["price"] = outcome.price
    allowed = before(outcome.status)
    return conversations.update(
        key,
        values,
        remove=["due_partition", "due", "job", "lease_until", *([] if outcome.reason else ["reason"])],
        where=conversations.among("status", allowed),
        holding=allowed,
    )
