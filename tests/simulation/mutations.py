"""Bugs put in on purpose, so that it is seen that the simulation finds such bugs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any
from unittest import mock

from chalicelib.delivery import caps, claims, decide, drafting, outcomes, record_receipts
from chalicelib.delivery.states import ALLOWED
from chalicelib.delivery.windows import opening
from chalicelib.store import conversations
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


@dataclass(frozen=True)
class Mutation:
    """One bug: `put_in` has it in place while its context lasts."""

    what: str
    put_in: Callable[[], AbstractContextManager[Any]]


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
    "hold-forgets-partition": Mutation(
        "what is held is in no partition that is looked at",
        lambda: mock.patch.object(drafting, "parked", _nowhere),
    ),
}
