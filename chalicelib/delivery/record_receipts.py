"""Records receipts (DLRs) on the rows of texts: in any order, repeated, late, or for texts not ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from chalicelib import queues
from chalicelib.clock import iso
from chalicelib.delivery.receipt_events import ACCEPTED, REFUSED, ReceiptOutcome, apply_receipt
from chalicelib.delivery.states import before
from chalicelib.job import mt_parts
from chalicelib.store import conversations
from chalicelib.store.conversations import Statement
from chalicelib.store.records import mask
from chalicelib.store.schema.base import Change, Key
from chalicelib.store.schema.conversations import NumberState, Text, text_key

# Of two receipts of one text in a batch, the one counts that is further on here.
_SAYS: Final = (None, "undelivered", "delivered")


@dataclass(frozen=True, slots=True)
class Recorded:
    """What of a batch was not recorded: `strangers` are no receipts of ours, with the reason; `early` came
    before the hand-off that they are about was recorded, and have to be shown again in a moment."""

    strangers: Sequence[tuple[Mapping[str, Any], str]]
    early: Sequence[Mapping[str, Any]]


def record_receipts(payloads: Sequence[Mapping[str, Any]], now: datetime) -> Recorded:
    """Record a batch; one conditional write a text, whatever the order. A final state never changes
    back, so a repeat does nothing.

    Raises RuntimeError when DynamoDB stays too busy: then the batch comes back.
    """
    strangers: list[tuple[Mapping[str, Any], str]] = []
    best: dict[tuple[str, str], tuple[Mapping[str, Any], ReceiptOutcome]] = {}
    taken: list[tuple[Mapping[str, Any], datetime]] = []
    refused: list[Mapping[str, Any]] = []
    for payload in payloads:
        try:
            outcome = apply_receipt(payload)
            item = str((payload.get("context") or {}).get("item") or "")
            msisdn = str(payload["destinationPhoneNumber"])
            possible = text_key(msisdn, item).possible
        except (ValueError, KeyError, AttributeError) as error:
            strangers.append((payload, f"not a receipt: {error}"))
            continue
        if not possible:
            strangers.append((payload, "not a text of ours: the context names no item"))
            continue
        if payload["eventType"] == ACCEPTED:
            taken.append((payload, outcome.at))
            continue
        if payload["eventType"] == REFUSED:
            refused.append(payload)
            continue
        known = best.get((msisdn, item))
        if known is None or _SAYS.index(known[1].status) < _SAYS.index(outcome.status):
            best[msisdn, item] = (payload, outcome)
    early: Sequence[Mapping[str, Any]] = []
    if taken or refused:  # only gateways that queue say so; the rooms it takes are no other receipt's
        from chalicelib.delivery.acknowledgements import record_accepted, record_refused

        record_accepted([payload for payload, _ in taken], [at for _, at in taken])
        early = record_refused(refused, now)
    _mark_invalid({place: one for place, (_, one) in best.items() if one.reason == "invalid_number"})
    conversations.write_surely(
        [
            statement
            for place, (payload, outcome) in best.items()
            if (statement := change(text_key(*place), payload, outcome, now))
        ]
    )
    return Recorded(strangers, early)


def _mark_invalid(found: Mapping[tuple[str, str], ReceiptOutcome]) -> None:
    """Nothing more is sent to a number that the network calls invalid for good, until something comes from it
    or it changes hands; other systems are told.

    Done before the text is final, so that whoever is killed between is followed by a receipt that does it
    again; a receipt of a text that is final already says nothing new.
    """
    if not found:
        return
    texts = conversations.find(Text, [text_key(*place) for place in found])
    open_ones = before("undelivered")
    news = {
        place: outcome
        for place, outcome in found.items()
        if (text := texts.get(text_key(*place))) and text.status in open_ones
    }
    if not news:
        return
    queues.announce(
        [("message.undeliverable", _undeliverable(*place, outcome)) for place, outcome in news.items()]
    )
    since = {msisdn: iso(outcome.at) for (msisdn, _), outcome in news.items()}
    conversations.change_states(
        since,
        lambda state: () if state.unreachable else (NumberState.unreachable.to(since[state.msisdn]),),
    )


def _undeliverable(msisdn: str, item: str, outcome: ReceiptOutcome) -> dict[str, Any]:
    campaign, subscriber, occasion, _ = mt_parts(item)
    return {
        "id": f"undeliverable/{item}",
        "time": iso(outcome.at),
        "subscriber_id": subscriber if subscriber != "-" else None,
        "msisdn": mask(msisdn),
        "campaign": campaign,
        "occasion": occasion,
        "reason": outcome.reason,
    }


def change(key: Key, payload: Mapping[str, Any], outcome: ReceiptOutcome, now: datetime) -> Statement | None:
    """The write for one receipt. One that is not final matters only to a doubt: the gateway has it."""
    message_id = str(payload.get("messageId", ""))
    named = (Text.message_id.to(message_id),) if message_id else ()  # else what is known of it stays
    if outcome.status is None:
        token = str((payload.get("context") or {}).get("token", ""))
        return conversations.update(
            key,
            Text.status.to("sent"),
            *named,
            Text.sent_at.to(iso(outcome.at)),
            remove=(Text.due_partition, Text.due, Text.job, Text.reason),
            where=Text.status.equals("in_doubt") & Text.token.equals(token),
        )
    changes: list[Change] = [
        Text.status.to(outcome.status),
        *named,
        Text.receipt_at.to(iso(now)),
        Text.network_at.to(iso(outcome.at)),
        Text.parts.to(outcome.parts),
    ]
    gone = (Text.due_partition, Text.due, Text.job, Text.lease_until)
    if outcome.reason:
        changes.append(Text.reason.to(outcome.reason))
    if outcome.price is not None:
        changes.append(Text.price.to(float(outcome.price)))
    return conversations.update(
        key,
        *changes,
        remove=gone if outcome.reason else (*gone, Text.reason),
        where=Text.status.one_of(before(outcome.status)),
    )
