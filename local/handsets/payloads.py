"""What AWS End User Messaging publishes to SNS: delivery events and inbound texts, field by field."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

DESCRIPTIONS = {
    "PENDING": "Message is on its way to the carrier",
    "DELIVERED": "Message has been accepted by phone",
    "CARRIER_UNREACHABLE": "The carrier cannot reach the phone",
    "TTL_EXPIRED": "Time to live has passed before the phone was reached",
}


def delivery_event(
    *,
    message_id: str,
    to: str,
    originator: str,
    status: str,
    final: bool,
    at: datetime,
    parts: int,
    price: float,
    carrier_fee: float,
    context: Mapping[str, str],
) -> str:
    """The JSON of one delivery event. `price` and `carrier_fee` are for the whole text; AWS's are in dollars,
    ours in what the price list says."""
    event: dict[str, Any] = {
        "eventType": f"TEXT_{status}",
        "eventTimestamp": int(at.timestamp() * 1000),
        "isFinal": final,
        "originationPhoneNumber": originator,
        "destinationPhoneNumber": to,
        "messageId": message_id,
        "messageStatus": status,
        "messageStatusDescription": DESCRIPTIONS[status],
        "context": dict(context),
        "totalMessageParts": parts,
        "totalMessagePrice": round(price, 6),
        "totalCarrierFee": round(carrier_fee, 6),
    }
    return json.dumps(event, ensure_ascii=False)


def inbound(*, sender: str, originator: str, body: str, inbound_id: str, previous: str) -> str:
    """The JSON of a text that a subscriber wrote. `previous`: the text it answers, or ""."""
    event = {
        "originationNumber": sender,
        "destinationNumber": originator,
        "messageKeyword": "KEYWORD_000000000000",
        "messageBody": body,
        "inboundMessageId": inbound_id,
    }
    if previous:
        event["previousPublishedMessageId"] = previous
    return json.dumps(event, ensure_ascii=False)
