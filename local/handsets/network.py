"""What the network does to a text: the modes a phone (or all of them) can be set to, as a pure table."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

DELIVER, FAIL, DELAY, LOSE = "deliver", "fail", "delay", "lose_receipt"
THROTTLE, TIMEOUT, DISORDER, ERROR = "throttle", "timeout_after_accept", "out_of_order", "error"
MODES = (DELIVER, FAIL, DELAY, LOSE, THROTTLE, TIMEOUT, DISORDER, ERROR)
INHERIT = "inherit"  # a phone goes back to what "*" says
DEFAULT_SECONDS = {DELAY: 10.0, TIMEOUT: 20.0}
LONGEST_SECONDS = 86_400.0

# What the API may be told to answer: its reasons, and exceptions that have none
# (API page of SendTextMessage).
ERRORS: Mapping[str, tuple[str, str]] = {
    "MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT": (
        "ServiceQuotaExceededException",
        "The monthly spend limit is reached",
    ),
    "DESTINATION_PHONE_NUMBER_OPTED_OUT": ("ConflictException", "The destination phone number is opted out"),
    "DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION": (
        "ConflictException",
        "A protect configuration blocks the destination country",
    ),
    "DESTINATION_PHONE_NUMBER_NOT_VERIFIED": (
        "ConflictException",
        "The destination phone number is not verified",
    ),
    "NO_ORIGINATION_IDENTITIES_FOUND": (
        "ConflictException",
        "No origination identity serves this destination",
    ),
    "PRICE_OVER_THRESHOLD": ("ValidationException", "The price is over MaxPrice"),
    "COUNTRY_NOT_ENABLED": ("ValidationException", "The destination country is not enabled"),
    "ACCOUNT_DISABLED": ("AccessDeniedException", "The account is disabled"),
    "AccessDeniedException": (
        "AccessDeniedException",
        "Not authorized to perform: sms-voice:SendTextMessage",
    ),
    "ResourceNotFoundException": ("ResourceNotFoundException", "The origination identity does not exist"),
    "InternalServerException": ("InternalServerException", "An internal error"),
}


@dataclass(frozen=True, slots=True)
class Condition:
    """What a phone's network is set to. `seconds` counts for delay and timeout, `error` for error."""

    mode: str = DELIVER
    seconds: float = 0.0
    error: str = ""

    def as_json(self) -> dict[str, Any]:
        """Only what counts for the mode."""
        found: dict[str, Any] = {"mode": self.mode}
        if self.mode in DEFAULT_SECONDS:
            found["seconds"] = self.seconds
        if self.mode == ERROR:
            found["error"] = self.error
        return found


@dataclass(frozen=True, slots=True)
class Receipt:
    """One delivery event to come: published `after` so many seconds, with the time of `stamped`."""

    after: float
    stamped: float
    status: str  # "PENDING", "DELIVERED", ... ; the event's type is TEXT_ and this
    final: bool


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of an accepted text, in seconds after it was accepted."""

    settles_after: float
    state: str  # "delivered" | "undelivered" | "expired"
    receipts: tuple[Receipt, ...]
    answer_withheld: float | None = None  # the API's answer never comes; the connection ends after this


def condition(raw: Mapping[str, Any]) -> Condition | None:
    """The condition that `{"mode", "seconds"?, "error"?}` asks for; None for `inherit`.

    Raises ValueError that names the field.
    """
    mode = raw.get("mode")
    if mode == INHERIT:
        return None
    if mode not in MODES:
        raise ValueError(f"mode: {mode!r} is none of {', '.join((*MODES, INHERIT))}")
    seconds = raw.get("seconds", DEFAULT_SECONDS.get(mode, 0.0))
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not math.isfinite(seconds):
        raise ValueError(f"seconds: {seconds!r} is not a number")
    if not 0 <= seconds <= LONGEST_SECONDS:
        raise ValueError(f"seconds: {seconds} is not within 0 and {LONGEST_SECONDS:.0f}")
    error = raw.get("error", "")
    if mode == ERROR and error not in ERRORS:
        raise ValueError(f"error: {error!r} is none of {', '.join(ERRORS)}")
    return Condition(mode, float(seconds), error if mode == ERROR else "")


def fate(set_to: Condition, seconds_to_live: float, latency: float) -> Fate:
    """What becomes of a text that the API accepts while the network is `set_to`.

    `latency`: seconds that a text takes to the phone on a good day. `throttle` and `error` never come here:
    the API does not accept.
    """
    arrives = set_to.seconds if set_to.mode == DELAY else latency
    state, status = "delivered", "DELIVERED"
    if arrives > seconds_to_live:
        arrives, state, status = seconds_to_live, "expired", "TTL_EXPIRED"
    elif set_to.mode == FAIL:
        state, status = "undelivered", "CARRIER_UNREACHABLE"
    pending, final = Receipt(0.0, 0.0, "PENDING", False), Receipt(arrives, arrives, status, True)
    receipts: tuple[Receipt, ...] = (pending, final)
    if set_to.mode == LOSE:
        receipts = ()
    elif set_to.mode == DISORDER:
        late = Receipt(arrives + latency, 0.0, "PENDING", False)
        receipts = (final, late, late, final)
    return Fate(arrives, state, receipts, set_to.seconds if set_to.mode == TIMEOUT else None)
