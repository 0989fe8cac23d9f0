"""Records receipts (DLRs) on the rows of texts: in any order, repeated, late, or for texts not ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from chalicelib import queues
from chalicelib.clock import iso
from chalicelib.delivery.hand_offs import HandOffWord
from chalicelib.delivery.hear import ended, hear
from chalicelib.delivery.receipt_events import ACCEPTED, REFUSED, ReceiptOutcome, apply_receipt
from chalicelib.delivery.states import before
from chalicelib.job import mt_parts
from chalicelib.store import conversations
from chalicelib.store.conversations import Statement
from chalicelib.store.records import mask
from chalicelib.store.schema.base import Key
from chalicelib.store.schema.conversations import NumberState, Text, text_key

# Of two receipts of one text in a batch, the one counts that is further on here.
_SAYS: Final = (None, "undelivered", "delivered")
UNSURE: Final = ("held", "in_doubt")  # whether the network has the last hand-off
Found = tuple[Mapping[str, Any], ReceiptOutcome]


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
    of_hand_offs: dict[tuple[Key, str], Found] = {}
    taken: list[tuple[Mapping[str, Any], datetime]] = []
    refused: list[Mapping[str, Any]] = []
    for payload in payloads:
        try:
            outcome = apply_receipt(payload)
            context = payload.get("context") or {}
            key = text_key(str(payload["destinationPhoneNumber"]), str(context.get("item") or ""))
            possible = key.possible and key.range.startswith(Text.under)
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
        hand_off = key, str(context.get("token") or "")
        known = of_hand_offs.get(hand_off)
        if known is None or _further(outcome, known[1]):
            of_hand_offs[hand_off] = (payload, outcome)
    early: Sequence[Mapping[str, Any]] = []
    if taken or refused:  # only gateways that queue say so; the rooms it takes are no other receipt's
        from chalicelib.delivery.acknowledgements import record_accepted, record_refused

        record_accepted([payload for payload, _ in taken], [at for _, at in taken], now)
        early = record_refused(refused, now)
    _mark_invalid({key: one for (key, _), (_, one) in of_hand_offs.items() if one.reason == "invalid_number"})
    _record_ends(of_hand_offs, now)
    return Recorded(strangers, early)


def _further(one: ReceiptOutcome, other: ReceiptOutcome) -> bool:
    return _SAYS.index(one.status) > _SAYS.index(other.status)


def _record_ends(of_hand_offs: Mapping[tuple[Key, str], Found], now: datetime) -> None:
    """One write a text, of the receipt that is furthest on, as if it were about the last hand-off. What does
    not fit its row, and what is about the others, is recorded after a look: hardly ever."""
    best: dict[Key, str] = {}
    for (key, token), (_, outcome) in of_hand_offs.items():
        if key not in best or _further(outcome, of_hand_offs[key, best[key]][1]):
            best[key] = token
    statements = [change(key, token, *of_hand_offs[key, token], now) for key, token in best.items()]
    answers = dict(zip(best, conversations.write_surely(statements), strict=True))
    news: dict[Key, list[tuple[str, HandOffWord]]] = {}
    for (key, token), (payload, outcome) in of_hand_offs.items():
        fitted = token == best[key] and answers[key] == "ok"
        if token and outcome.status and not fitted:
            news.setdefault(key, []).append((token, heard(payload, outcome)))
    hear(news, now)


def _mark_invalid(found: Mapping[Key, ReceiptOutcome]) -> None:
    """Nothing more is sent to a number that the network calls invalid for good, until something comes from it
    or it changes hands; other systems are told.

    Done before the text is final, so that whoever is killed between is followed by a receipt that does it
    again; a receipt of a text that is final already says nothing new.
    """
    if not found:
        return
    texts = conversations.find(Text, found)
    open_ones = before("undelivered")
    news = {
        key: outcome
        for key, outcome in found.items()
        if (text := texts.get(key)) and text.status in open_ones
    }
    if not news:
        return
    queues.announce(
        [("message.undeliverable", _undeliverable(key, outcome)) for key, outcome in news.items()]
    )
    since = {key.hash: iso(outcome.at) for key, outcome in news.items()}
    conversations.change_states(
        since,
        lambda state: () if state.unreachable else (NumberState.unreachable.to(since[state.msisdn]),),
    )


def _undeliverable(key: Key, outcome: ReceiptOutcome) -> dict[str, Any]:
    campaign, subscriber, occasion, _ = mt_parts(key.range)
    return {
        "id": f"undeliverable/{key.range}",
        "time": iso(outcome.at),
        "subscriber_id": subscriber if subscriber != "-" else None,
        "msisdn": mask(key.hash),
        "campaign": campaign,
        "occasion": occasion,
        "reason": outcome.reason,
    }


def heard(payload: Mapping[str, Any], outcome: ReceiptOutcome) -> HandOffWord:
    """What a receipt says of its hand-off."""
    first = outcome.status == "delivered" and payload.get("firstPart")
    return HandOffWord(
        "first part" if first else outcome.status or "taken",
        str(payload.get("messageId", "")),
        iso(outcome.at),
        outcome.reason or "",
        outcome.parts,
        None if outcome.price is None else float(outcome.price),
    )


def change(
    key: Key, token: str, payload: Mapping[str, Any], outcome: ReceiptOutcome, now: datetime
) -> Statement:
    """The write for one receipt, if it fits the row: a failure only of the last hand-off, for another one may
    be carrying the text. One that is not final matters only to what is in doubt, or waits to be sent again:
    the gateway has it."""
    said = heard(payload, outcome)
    last = Text.token.equals(token)
    match outcome.status:
        case None:
            return ended(key, "sent", said, now, Text.status.one_of(UNSURE) & last)
        case "delivered":
            whose = (Text.token.to(token),) if token else ()  # the id beside it is that hand-off's
            where = Text.status.one_of(before("delivered")) & Text.said.missing()
            if said.word == "first part":  # the network has taken them all
                where = Text.status.equals("sent") & last & Text.said.missing()
            return ended(key, "delivered", said, now, where, whose)
    where = Text.status.one_of(before("undelivered"))
    return ended(key, "undelivered", said, now, where & last if token else where)
