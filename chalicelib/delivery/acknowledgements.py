"""What the network says to a text that a gateway has queued: it takes it, refuses it, or says nothing.

kind              row                                   then
TEXT_ACCEPTED     sending, handed over, in doubt, held  sent
                  sent or later, another id             the network took it twice: counted
TEXT_REFUSED      sending                               the hand-off is not recorded yet: it comes back
                  handed over, in doubt                 held for another try, or failed, as the refusal says
                  anything else                         said before, or contradicted: nothing
neither, in time  handed over                           in doubt

A claim's token tells the hand-offs of one text apart: this table is about the last one's. A word about an
earlier one is noted, and counts once the last one came to nothing (`hand_offs`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib import log
from chalicelib.campaigns.live import live
from chalicelib.clock import iso, parse
from chalicelib.delivery.hand_offs import CLOSED, IN_PART, HandOffWord, noted, words_of
from chalicelib.delivery.hear import ROUNDS, ended, hear, settled, unchanged
from chalicelib.delivery.outcomes import (
    DOUBT_WAIT,
    PART_REFUSED,
    SPARED_FOR,
    STOPPED_FOR,
    GiveUp,
    InDoubt,
    Retry,
    StopLane,
    outcome_of,
)
from chalicelib.job import Job
from chalicelib.sms.gateways import NotSent
from chalicelib.store import catalogue, conversations
from chalicelib.store.conversations import Statement
from chalicelib.store.schema.base import Change, Condition, Key
from chalicelib.store.schema.conversations import Text, due_partition, text_key

AGAIN_AFTER = timedelta(seconds=30)  # a text that the network could not take now; doubled with each refusal
LONGEST = timedelta(minutes=15)
PARTS_TRIED = 8  # times, in about an hour: then a text in parts has failed, if nobody says why
BACKUPS = 3  # so often a text whose sender was refused is sent by the next backup at once
LEFT_WITH_US = ("handed_over", "in_doubt")
WITH_US = ("sending", *LEFT_WITH_US)
NOT_TAKEN = (*WITH_US, "held")  # as far as is known: a refusal may be taken back
TAKEN = ("sent", "delivered", "undelivered")
Payload = Mapping[str, Any]


def accepted(key: Key, payload: Payload, at: datetime) -> Statement:
    """The write for an acknowledgement: the network has the text, under this id."""
    where = Text.token.equals(_token(payload)) & Text.status.one_of(NOT_TAKEN) & Text.said.missing()
    return ended(key, "sent", _taken(payload, at), at, where)


def _taken(payload: Payload, at: datetime) -> HandOffWord:
    return HandOffWord("taken", str(payload.get("messageId", "")), iso(at))


def record_accepted(payloads: Sequence[Payload], at: Sequence[datetime], now: datetime) -> None:
    """Record acknowledgements, one write each. One that a hand-off had before under another id is counted:
    the network took it twice, as after the death of a gateway that keeps its queue."""
    # Of each hand-off, for a text may have had several.
    first: dict[tuple[Key, str], tuple[Payload, datetime]] = {}
    late: list[tuple[Key, Payload, datetime]] = []
    for payload, moment in zip(payloads, at, strict=True):
        hand_off = _key(payload), _token(payload)
        if hand_off in first:
            late.append((hand_off[0], payload, moment))
        first.setdefault(hand_off, (payload, moment))
    answers = conversations.write_in_turn([(key, accepted(key, *one)) for (key, _), one in first.items()])
    late += [
        (key, *one) for ((key, _), one), answer in zip(first.items(), answers, strict=True) if answer != "ok"
    ]
    known = conversations.find(Text, dict.fromkeys(key for key, _, _ in late))
    news: dict[Key, list[tuple[str, HandOffWord]]] = {}
    for key, payload, moment in late:
        text = known.get(key)
        if text is None:
            continue
        if twice(text, payload):
            since = parse(text.sent_at or text.at).timestamp()
            log.measure({"TextsTakenTwice": 1}, campaign=text.campaign, lane=text.lane, at=since)
        elif settled(text, one := [(_token(payload), _taken(payload, moment))], now):
            news.setdefault(key, []).extend(one)
    hear(news, now)


def twice(text: Text, payload: Payload) -> bool:
    """Whether an acknowledgement says that the network took this hand-off of the text once more. One without
    an id says nothing of it."""
    token, other = _token(payload), str(payload.get("messageId", ""))
    before = words_of(text).get(token)
    known = before.id if before else text.message_id if token == text.token else ""
    return text.status in TAKEN and bool(other and known) and other != known


def record_refused(payloads: Sequence[Payload], now: datetime, rounds: int = ROUNDS) -> list[Payload]:
    """Record refusals; returns those whose hand-off is not recorded yet, to be shown again.

    Raises RuntimeError when others keep changing a row: then the batch comes back.
    """
    known = conversations.find(Text, dict.fromkeys(map(_key, payloads)))
    early: list[Payload] = []
    parts: dict[Key, list[tuple[str, HandOffWord]]] = {}
    refused: dict[Key, tuple[Text, Payload]] = {}  # each text once, however often it is said
    for payload in payloads:
        text = known.get(_key(payload))
        if text is None or text.token != _token(payload):
            continue
        if text.status == "sending":
            early.append(payload)
            if _closed(payload) is IN_PART:  # its worker may be dead: it must not be forgotten by then
                parts[text.key] = [(text.token, IN_PART)]
        elif text.status in LEFT_WITH_US:
            refused.setdefault(text.key, (text, payload))
    hear(parts, now)
    stopped: dict[tuple[str, str], Text] = {}
    for text, payload in refused.values():
        outcome = outcome_of(*_error(payload))
        if isinstance(outcome, StopLane):
            stopped[text.originator, outcome.reason] = text
    # First, so that what is tried again at once finds the backup in its place.
    spared = {text.originator for (_, reason), text in stopped.items() if _stop(text, reason, now)}
    answers = conversations.write_surely(
        [
            # An earlier hand-off that the network has, or had, stands in for the one that it refused.
            settled(text, [(text.token, _closed(payload))], now)
            or after_refusal(text, NotSent(*_error(payload)), now, text.originator in spared)
            for text, payload in refused.values()
        ]
    )
    changed = [
        payload for (_, payload), answer in zip(refused.values(), answers, strict=True) if answer != "ok"
    ]
    if changed and not rounds:
        raise RuntimeError(f"others kept changing {len(changed)} texts that the network refused")
    return early + (record_refused(changed, now, rounds - 1) if changed else [])


def after_refusal(text: Text, error: NotSent, now: datetime, spared: bool = False) -> Statement:
    """The write that ends what the network refused, or parks it for another try: at once where the originator
    is `spared`, for then its backup sends it."""
    where = unchanged(text)
    job = Job.loads(text.job)
    again = replace(job, refusals=job.refusals + 1)
    said: tuple[Change, ...] = ()
    outcome = outcome_of(error.code, error.reason)
    if (error.code, error.reason) == PART_REFUSED:
        if job.refusals >= PARTS_TRIED:
            outcome = GiveUp("refused")
        said = (Text.said.to(noted(words_of(text) | {text.token: IN_PART})),)
    match outcome:
        case GiveUp(reason):
            return conversations.update(
                text.key,
                Text.status.to("failed"),
                Text.reason.to(reason),
                Text.error.to(str(error)[:200]),
                remove=(Text.due_partition, Text.due, Text.job),
                where=where,
            )
        case Retry():
            wait = min(LONGEST, AGAIN_AFTER * 2 ** min(job.refusals, 8))
        case StopLane():  # several in a row: the backups are of no use either
            wait = timedelta(0) if spared and job.refusals < BACKUPS else STOPPED_FOR
        case InDoubt(reason):
            return in_doubt(text.key, where, reason, now)
    return conversations.update(
        text.key,
        Text.status.to("held"),
        Text.reason.to("throttled"),
        Text.job.to(again.dumps()),
        Text.due_partition.to(due_partition("time", text.item)),
        Text.due.to(iso(now + wait)),
        *said,
        where=where,
    )


def _closed(payload: Payload) -> HandOffWord:
    return IN_PART if _error(payload) == PART_REFUSED else CLOSED


def in_doubt(key: Key, where: Condition, reason: str, now: datetime) -> Statement:
    """The write that makes a doubt of a text that was handed over, if `where` says that it is the one that is
    meant; its job is kept already."""
    return conversations.update(
        key,
        Text.status.to("in_doubt"),
        Text.reason.to(reason),
        Text.due_partition.to(due_partition("doubt", key.range)),
        Text.due.to(iso(now + DOUBT_WAIT)),
        where=where,
    )


def _stop(text: Text, reason: str, now: datetime) -> bool:
    """Say that an originator is of no use; its backup, if it has one, takes over. Whether it has."""
    log.warn("lane stopped", originator=text.originator, reason=reason, lane=text.lane)
    log.measure({"LaneStopped": 1}, campaign=text.campaign, lane=text.lane, at=now.timestamp())
    brand = live(catalogue.control()).brands.get(text.brand)
    originators = brand.originators if brand else ()
    if not any(one.identity == text.originator and one.backup for one in originators):
        return False
    catalogue.spare(text.originator, iso(now + SPARED_FOR))
    return True


def _error(payload: Payload) -> tuple[str, str]:
    """Code and reason."""
    error = payload.get("error")
    known: Payload = error if isinstance(error, Mapping) else {}
    return str(known.get("code", "")), str(known.get("reason", ""))


def _key(payload: Payload) -> Key:
    return text_key(str(payload["destinationPhoneNumber"]), str((payload.get("context") or {})["item"]))


def _token(payload: Payload) -> str:
    return str((payload.get("context") or {}).get("token", ""))
