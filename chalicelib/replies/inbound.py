"""An inbound text as AWS End User Messaging publishes it on SNS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Inbound:
    """What a subscriber wrote (an MO), as the bytes said."""

    id: str  # inboundMessageId, unique
    msisdn: str  # who wrote, E.164
    to: str  # our originator
    body: str
    previous: str  # message id of our last text to them, as the network knows it; "" when it does not


def inbound_from(payload: Mapping[str, Any]) -> Inbound:
    """Read the notification. Raises KeyError for a missing field and TypeError for one that is no text,
    each with its name."""
    if not isinstance(payload, Mapping):
        raise TypeError("inboundMessageId")
    values = {name: payload[name] for name in ("inboundMessageId", "originationNumber", "destinationNumber")}
    body, previous = payload["messageBody"], payload.get("previousPublishedMessageId") or ""
    for name, value in {**values, "messageBody": body, "previousPublishedMessageId": previous}.items():
        if not isinstance(value, str):
            raise TypeError(name)
    return Inbound(
        id=values["inboundMessageId"],
        msisdn=values["originationNumber"],
        to=values["destinationNumber"],
        body=body,
        previous=previous,
    )
