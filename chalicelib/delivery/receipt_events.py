"""What a delivery receipt says about a text.

The event types and fields are those of AWS End User Messaging, which the other gateways' receipts are
brought to (docs/gateways.md). Receipts come in any order, more than
once and up to 72 hours late: what one of them does to a text's state is for `states` to allow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Literal

from chalicelib.delivery.states import UndeliveredReason


@dataclass(frozen=True, slots=True)
class ReceiptOutcome:
    """`status` None: the text is still under way. `price` is the message's price and the carrier's fee
    together, in US dollars; None and `parts` 0 mean that the receipt does not say."""

    status: Literal["delivered", "undelivered"] | None
    reason: UndeliveredReason | None
    parts: int
    price: Decimal | None
    at: datetime  # UTC, when it happened


# These two are ours, for a gateway that queues: whether the network took what it was given.
ACCEPTED: Final = "TEXT_ACCEPTED"
REFUSED: Final = "TEXT_REFUSED"
UNDER_WAY: Final = frozenset({"TEXT_PENDING", "TEXT_QUEUED", ACCEPTED, REFUSED})
UNDELIVERED: Final[Mapping[str, UndeliveredReason]] = {
    "TEXT_INVALID": "invalid_number",
    "TEXT_INVALID_MESSAGE": "invalid_message",
    "TEXT_UNREACHABLE": "unreachable",
    "TEXT_CARRIER_UNREACHABLE": "carrier_unreachable",
    "TEXT_BLOCKED": "blocked",
    "TEXT_CARRIER_BLOCKED": "carrier_blocked",
    "TEXT_SPAM": "spam",
    "TEXT_UNKNOWN": "unknown",
    "TEXT_TTL_EXPIRED": "ttl_expired",
    "TEXT_PROTECT_BLOCKED": "protect_blocked",
}


def apply_receipt(event: Mapping[str, Any], *, successful_is_final: bool = False) -> ReceiptOutcome:
    """Read one delivery event (the JSON object inside the notification).

    `successful_is_final` says whether TEXT_SUCCESSFUL is the last that is heard in the recipient's
    country, whatever its `isFinal` says: in some it means what TEXT_DELIVERED means in others. A failure
    that says `isFinal: false`
    is still being tried by the carrier. Raises ValueError, naming the field, when it is no such event.
    """
    kind = str(event.get("eventType"))
    final = event.get("isFinal", True) is not False
    status: Literal["delivered", "undelivered"] | None = None
    reason: UndeliveredReason | None = None
    if kind == "TEXT_DELIVERED" or (
        kind == "TEXT_SUCCESSFUL" and (event.get("isFinal") is True or successful_is_final)
    ):
        status = "delivered"
    elif kind in UNDELIVERED:
        if final:
            status, reason = "undelivered", UNDELIVERED[kind]
    elif kind != "TEXT_SUCCESSFUL" and kind not in UNDER_WAY:
        raise ValueError(f"eventType: {kind!r} is not a text's delivery event")

    price = _amount(event, "totalMessagePrice")
    fee = _amount(event, "totalCarrierFee")
    return ReceiptOutcome(
        status=status,
        reason=reason,
        parts=_whole(event, "totalMessageParts") or 0,
        price=None if price is None and fee is None else (price or Decimal(0)) + (fee or Decimal(0)),
        at=_moment(event),
    )


def _moment(event: Mapping[str, Any]) -> datetime:
    millis = _whole(event, "eventTimestamp")
    if millis is None:
        raise ValueError("eventTimestamp: is missing")
    try:
        return datetime.fromtimestamp(millis / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        raise ValueError(f"eventTimestamp: {millis} is not a time in milliseconds") from None


def _whole(event: Mapping[str, Any], name: str) -> int | None:
    value = event.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value % 1 != 0 or value < 0:
        raise ValueError(f"{name}: {value!r} is not a whole number")
    return int(value)


def _amount(event: Mapping[str, Any], name: str) -> Decimal | None:
    value = event.get(name)
    if value is None:
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        raise ValueError(f"{name}: {value!r} is not an amount") from None
    if not amount.is_finite():
        raise ValueError(f"{name}: {value!r} is not an amount")
    return amount
