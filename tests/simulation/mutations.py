"""Bugs put in on purpose, so that it is seen that the simulation finds such bugs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any
from unittest import mock

from chalicelib.delivery import caps, decide, record_receipts
from chalicelib.delivery.states import ALLOWED
from chalicelib.delivery.windows import opening
from chalicelib.store.catalogue import Control

_opening: Callable[..., Any] = opening


def _opening_in_utc(*args: Any) -> Any:
    return _opening(*args[:-2], "UTC", args[-1])


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
}
