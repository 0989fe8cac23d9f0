"""What the network says to a text that a gateway has queued: it takes it, refuses it, or says nothing.

kind              row                             then
TEXT_ACCEPTED     sending, handed over, in doubt  sent
                  sent or later, another id       the network took it twice: counted
TEXT_REFUSED      sending                         the hand-off is not recorded yet: the receipt comes back
                  handed over, in doubt           held for another try, or failed, as the refusal says
neither, in time  handed over                     in doubt

A claim's token tells the hand-offs of one text apart: a late word about an earlier one changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from chalicelib import log
from chalicelib.campaigns.live import live
from chalicelib.clock import iso, parse
from chalicelib.delivery.outcomes import (
    DOUBT_WAIT,
    SPARED_FOR,
    STOPPED_FOR,
    GiveUp,
    InDoubt,
    Outcome,
    Retry,
    StopLane,
    outcome_of,
)
from chalicelib.store import catalogue, conversations
from chalicelib.store.conversations import Statement
from chalicelib.store.schema.base import Key
from chalicelib.store.schema.conversations import Text, due_partition, text_key

AGAIN_AFTER = timedelta(seconds=30)  # a text that the network could not take now
LEFT_WITH_US = ("handed_over", "in_doubt")
WITH_US = ("sending", *LEFT_WITH_US)
TAKEN = ("sent", "delivered", "undelivered")
Payload = Mapping[str, Any]


def accepted(key: Key, payload: Payload, at: datetime) -> Statement:
    """The write for an acknowledgement: the network has the text, under this id."""
    return conversations.update(
        key,
        Text.status.to("sent"),
        Text.message_id.to(str(payload.get("messageId", ""))),
        Text.sent_at.to(iso(at)),
        remove=(Text.lease_until, Text.due_partition, Text.due, Text.job, Text.reason),
        where=Text.token.equals(_token(payload)) & Text.status.one_of(WITH_US),
    )


def record_accepted(payloads: Sequence[Payload], at: Sequence[datetime]) -> None:
    """Record acknowledgements, one write each; one that a text had before under another id is counted: the
    network took the text twice, as after the death of a gateway that keeps its queue."""
    first: dict[Key, tuple[Payload, datetime]] = {}  # one call may name a key once
    late: list[tuple[Key, Payload]] = []
    for payload, moment in zip(payloads, at, strict=True):
        key = _key(payload)
        if key in first:
            late.append((key, payload))
        first.setdefault(key, (payload, moment))
    answers = conversations.write_surely([accepted(key, *one) for key, one in first.items()])
    late += [
        (key, one[0]) for (key, one), answer in zip(first.items(), answers, strict=True) if answer != "ok"
    ]
    known = conversations.find(Text, dict.fromkeys(key for key, _ in late))
    for key, payload in late:
        text = known.get(key)
        if text is not None and twice(text, payload):
            since = parse(text.sent_at or text.at).timestamp()
            log.measure({"TextsTakenTwice": 1}, campaign=text.campaign, lane=text.lane, at=since)


def twice(text: Text, payload: Payload) -> bool:
    """Whether an acknowledgement says that the network took this hand-off of the text once more."""
    other = str(payload.get("messageId", ""))
    same_claim = text.token == _token(payload)
    return text.status in TAKEN and same_claim and bool(text.message_id) and other != text.message_id


def record_refused(payloads: Sequence[Payload], now: datetime) -> list[Payload]:
    """Record refusals; returns those whose hand-off is not recorded yet, to be shown again."""
    known = conversations.find(Text, dict.fromkeys(map(_key, payloads)))
    early: list[Payload] = []
    writes: list[Statement] = []
    stopped: dict[tuple[str, str], tuple[Text, str]] = {}
    for payload in payloads:
        text = known.get(_key(payload))
        if text is None or text.token != _token(payload):
            continue
        if text.status == "sending":
            early.append(payload)
            continue
        error = payload.get("error") or {}
        code, reason = str(error.get("code", "")), str(error.get("reason", ""))
        outcome = outcome_of(code, reason)
        writes.append(after_refusal(text, outcome, f"{code} {reason}".strip(), now))
        if isinstance(outcome, StopLane):
            stopped[text.originator, outcome.reason] = (text, outcome.reason)
    conversations.write_surely(writes)
    for text, reason in stopped.values():
        _stop(text, reason, now)
    return early


def after_refusal(text: Text, outcome: Outcome, error: str, now: datetime) -> Statement:
    """The write that ends what the network refused, or parks it for another try."""
    where = Text.token.equals(text.token) & Text.status.one_of(LEFT_WITH_US)
    match outcome:
        case GiveUp(reason):
            return conversations.update(
                text.key,
                Text.status.to("failed"),
                Text.reason.to(reason),
                Text.error.to(error[:200]),
                remove=(Text.due_partition, Text.due, Text.job),
                where=where,
            )
        case Retry():
            wait = AGAIN_AFTER
        case StopLane():
            wait = STOPPED_FOR
        case InDoubt(reason):
            return in_doubt(text.key, text.token, reason, now)
    return conversations.update(
        text.key,
        Text.status.to("held"),
        Text.reason.to("throttled"),
        Text.due_partition.to(due_partition("time", text.item)),
        Text.due.to(iso(now + wait)),
        where=where,
    )


def in_doubt(key: Key, token: str, reason: str, now: datetime) -> Statement:
    """The write that makes a doubt of a text that was handed over; its job is kept already."""
    handed_over = Text.status.equals("handed_over")
    return conversations.update(
        key,
        Text.status.to("in_doubt"),
        Text.reason.to(reason),
        Text.due_partition.to(due_partition("doubt", key.range)),
        Text.due.to(iso(now + DOUBT_WAIT)),
        where=handed_over & Text.token.equals(token) if token else handed_over,
    )


def _stop(text: Text, reason: str, now: datetime) -> None:
    """Say that an originator is of no use; its backup, if it has one, takes over."""
    log.warn("lane stopped", originator=text.originator, reason=reason, lane=text.lane)
    log.measure({"LaneStopped": 1}, campaign=text.campaign, lane=text.lane, at=now.timestamp())
    brand = live(catalogue.control()).brands.get(text.brand)
    originators = brand.originators if brand else ()
    if any(one.identity == text.originator and one.backup for one in originators):
        catalogue.spare(text.originator, iso(now + SPARED_FOR))


def _key(payload: Payload) -> Key:
    return text_key(str(payload["destinationPhoneNumber"]), str((payload.get("context") or {})["item"]))


def _token(payload: Payload) -> str:
    return str((payload.get("context") or {}).get("token", ""))
