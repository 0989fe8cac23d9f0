"""Bugs put in on purpose, so that it is seen that the simulation finds such bugs."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from typing import Any
from unittest import mock

from chalicelib.care import follow, rechecks
from chalicelib.delivery import (
    acknowledgements,
    caps,
    claims,
    decide,
    drafting,
    outcomes,
    record_receipts,
    sending,
)
from chalicelib.delivery.refusal import identities
from chalicelib.delivery.states import ALLOWED
from chalicelib.delivery.windows import opening
from chalicelib.intake import event
from chalicelib.replies import answers, first_reading, question, reading, send_back, wishes
from chalicelib.replies.conversation import Asked
from chalicelib.replies.own_words import Apart
from chalicelib.store import conversations, dynamodb, event_history
from chalicelib.store.schema.base import Change, replace
from chalicelib.store.schema.catalogue import Control
from chalicelib.store.schema.conversations import NumberState, Text

_opening: Callable[..., Any] = opening


def _opening_in_utc(*args: Any) -> Any:
    return _opening(*args[:-2], "UTC", args[-1])


_settle: Callable[..., Any] = claims.settle
_parked: Callable[..., Any] = drafting.parked
_change_state: Callable[..., Any] = conversations.change_state


def _not_even_own(drafts: Any, now: Any) -> Any:
    texts = conversations.find(Text, [one.key for one in drafts]) if drafts else {}
    own = {one.token for one in drafts if one.key in texts and texts[one.key].token == one.token}
    return _settle([one for one in drafts if one.token not in own], now)


def _nowhere(*args: Any) -> Any:
    return replace(_parked(*args), due_partition="")


def _whatever_it_was(before: NumberState, *changes: Change) -> Any:
    """A place under the cap is written over what somebody else wrote meanwhile."""
    if before.version == 0:
        return _change_state(before, *changes)
    return conversations.update(before.key, *changes, NumberState.version.to(before.version + 1))


_put_many: Callable[..., Any] = event_history.put_many


def _of_texts(found: Any) -> None:
    _put_many([one for one in found if one.texts])


def _first_stays(found: Any) -> None:
    dynamodb.write_surely([dynamodb.insert(one) for one in found])


_opt_ins: Callable[..., Any] = wishes.opt_ins
_of_text: Callable[..., Any] = question._of_text


def _without_doubts(text: str) -> Any:
    return (dataclasses.replace(one, doubts=frozenset()) for one in _opt_ins(text))


def _no_question(part: str) -> Callable[..., Any]:
    """What a text asks, but for those that have this in their key: they ask nothing."""

    def of_text(text: Text, *more: Any) -> Any:
        found = _of_text(text, *more)
        return question.Question(Asked.NOTICE, text) if part in text.item else found

    return of_text


def _first_of_the_number(_: Any, __: Any, inbound: Any, current: Any) -> str:
    return next((one.id for one in current.brands.values() if inbound.to in identities(one)), "")


def _as_if_sent(one: Any, now: Any) -> Any:
    return sending.record(one, "queued", now, mock.Mock())[0]


def _as_if_busy(one: Any, now: Any) -> Any:
    return sending._instead(one, _parked(one.text, one.job, now, "throttled", now))


_change: Callable[..., Any] = record_receipts.change


def _whoever_failed(key: Any, token: str, payload: Any, outcome: Any, now: Any) -> Any:
    return _change(key, "" if outcome.status == "undelivered" else token, payload, outcome, now)


def _first_is_all(key: Any, token: str, payload: Any, outcome: Any, now: Any) -> Any:
    return _change(key, token, {**payload, "firstPart": False}, outcome, now)


def _too_late() -> AbstractContextManager[Any]:
    """Only what is under way is taken: not what waits for another try."""
    both = ExitStack()
    both.enter_context(mock.patch.object(acknowledgements, "NOT_TAKEN", acknowledgements.WITH_US))
    both.enter_context(mock.patch.object(acknowledgements, "hear"))
    return both


def _not_heard() -> AbstractContextManager[Any]:
    both = ExitStack()
    for one in (acknowledgements, record_receipts):
        both.enter_context(mock.patch.object(one, "hear"))
    return both


@dataclass(frozen=True)
class Mutation:
    """One bug: `put_in` has it in place while its context lasts."""

    what: str
    put_in: Callable[[], AbstractContextManager[Any]]
    gateway: str = "aws"  # that the runs use


MUTATIONS: Mapping[str, Mutation] = {
    "opt-out-ignored": Mutation(
        "no opt-out stops a text", lambda: mock.patch.object(decide, "stopped_by", return_value=None)
    ),
    "window-in-utc": Mutation(
        "send windows are looked at in UTC", lambda: mock.patch.object(decide, "opening", _opening_in_utc)
    ),
    "cap-ignored": Mutation(
        "there is always a place under the cap",
        lambda: mock.patch.object(caps, "place", return_value=caps.FREE),
    ),
    "pause-ignored": Mutation(
        "the kill switch holds nothing back",
        lambda: mock.patch.object(Control, "holds_back", return_value=False),
    ),
    "receipt-steps-back": Mutation(
        "a receipt changes a final state",
        lambda: mock.patch.object(record_receipts, "before", return_value=[one for one in ALLOWED if one]),
    ),
    "claim-without-condition": Mutation(
        "a worker goes on though another has the text",
        lambda: mock.patch.object(claims, "settle", lambda drafts, _: (list(drafts), [])),
    ),
    "retry-on-time-out": Mutation(
        "no answer from the gateway means another try",
        lambda: mock.patch.dict(outcomes.OUTCOMES, {("ReadTimeoutError", ""): outcomes._RETRY}),
    ),
    "own-claim-a-repeat": Mutation(
        "a claim whose answer was lost is taken for a repeat",
        lambda: mock.patch.object(claims, "settle", _not_even_own),
    ),
    "cap-read-then-write": Mutation(
        "a place under the cap is taken without a look at who else took one",
        lambda: mock.patch.object(conversations, "change_state", _whatever_it_was),
    ),
    "ttl-too-short": Mutation(
        "a text's row goes before its event can come again",
        lambda: mock.patch.object(drafting, "RETENTION_DAYS", 0.005),
    ),
    "own-words-stay": Mutation(
        "our own words are read as the subscriber's",
        lambda: mock.patch.object(reading, "take_out", lambda text, _: Apart(text, text)),
    ),
    "opt-in-before-guards": Mutation(
        "an opt-in is believed wherever it is spoken of",
        lambda: mock.patch.object(wishes, "opt_ins", _without_doubts),
    ),
    "reminder-asks-nothing": Mutation(
        "a reminder is no question",
        lambda: mock.patch.object(question, "_of_text", _no_question("/reminder")),
    ),
    "agent-asks-nothing": Mutation(
        "what an agent wrote is a notice",
        lambda: mock.patch.object(question, "_of_text", _no_question("mt#care/")),
    ),
    "words-dropped": Mutation(
        "words that answer nothing end by no rule",
        lambda: mock.patch.object(follow, "_by_words", return_value=follow.BY_RULE),
    ),
    "machines-are-people": Mutation(
        "what phones and robots write by themselves is read as somebody's",
        lambda: mock.patch.object(reading, "machine", return_value=None),
    ),
    "no-brake": Mutation(
        "every reply gets its automatic answer",
        lambda: mock.patch.object(send_back, "may_answer", return_value=True),
    ),
    "brand-of-the-number": Mutation(
        "a reply is for the first brand that sends from its number",
        lambda: mock.patch.object(first_reading, "brand_of", _first_of_the_number),
    ),
    "recheck-stays": Mutation(
        "a re-check still goes out when its case is worked on again",
        lambda: mock.patch.object(rechecks, "withdraw", return_value=None),
    ),
    "later-score-ignored": Mutation(
        "what comes after a survey's end reaches nobody",
        lambda: mock.patch.object(answers, "_after_the_end", return_value=answers.Answered()),
    ),
    "queued-is-sent": Mutation(
        "what a gateway has only queued is taken for sent",
        lambda: mock.patch.object(sending, "handed_over", _as_if_sent),
        "kannel",
    ),
    "queued-is-forgotten": Mutation(
        "nobody looks again for what was queued and never acknowledged",
        lambda: mock.patch.object(sending, "due_partition", return_value=""),
        "kannel",
    ),
    "queued-is-no": Mutation(
        "what a gateway has queued is handed off again",
        lambda: mock.patch.object(sending, "handed_over", _as_if_busy),
        "kannel",
    ),
    "acknowledgement-steps-back": Mutation(
        "an acknowledgement that comes last makes a delivered text a sent one",
        lambda: mock.patch.object(acknowledgements, "NOT_TAKEN", ("sending", "handed_over", "delivered")),
        "kannel",
    ),
    "whoever-failed": Mutation(
        "a late failure of an earlier hand-off ends a text that another one carries",
        lambda: mock.patch.object(record_receipts, "change", _whoever_failed),
        "kannel",
    ),
    "whoever-failed-on-aws": Mutation(
        "a late failure of an earlier hand-off ends a text that another one carries",
        lambda: mock.patch.object(record_receipts, "change", _whoever_failed),
    ),
    "first-part-is-all": Mutation(
        "a text is delivered with its first part, whatever becomes of the others",
        lambda: mock.patch.object(record_receipts, "change", _first_is_all),
        "kannel",
    ),
    "taken-too-late": Mutation(
        "an acknowledgement does not stop the next try",
        _too_late,
        "kannel",
    ),
    "earlier-words-lost": Mutation(
        "what is said of an earlier hand-off while the last is under way is forgotten",
        _not_heard,
        "kannel",
    ),
    "clock-believed": Mutation(
        "an event is as of whatever its sender's clock says",
        lambda: mock.patch.object(event, "_not_ahead", lambda _, at, *__: at),
    ),
    "no-text-no-trace": Mutation(
        "an event that leads to no text leaves no trace",
        lambda: mock.patch.object(event_history, "put_many", _of_texts),
    ),
    "first-outcome-stays": Mutation(
        "what was recorded of an event first stays",
        lambda: mock.patch.object(event_history, "put_many", _first_stays),
    ),
    "hold-forgets-partition": Mutation(
        "what is held is in no partition that is looked at",
        lambda: mock.patch.object(drafting, "parked", _nowhere),
    ),
}
