"""What Kannel calls with: reports of texts, and what subscribers wrote, straight onto the queues of SNS.

Imported with the first of these calls: the console, whose app has the routes too, starts without it.
"""

from __future__ import annotations

import json
from typing import Any

from chalice import Response

from chalicelib import clock, queues
from chalicelib.sms.gateways import kannel_receipts
from chalicelib.sms.gateways.kannel_settings import Settings, settings

LONGEST_SENDER = 100  # characters; SMPP knows 20


def report(request: Any) -> Response:
    """A delivery report (DLR) of a text whose reference opens."""
    known = _known(request)
    try:
        if known is None:
            raise ValueError
        event = kannel_receipts.receipt_from(dict(request.query_params or {}), known, clock.now())
    except ValueError:
        return Response("", status_code=403)
    queues.send("receipts", [json.dumps(event)])
    return Response("", status_code=202)


def written(request: Any) -> Response:
    """A text that a subscriber wrote (MO), from a Kannel that gives its secret. What is longer than any text
    can be is refused."""
    known = _known(request)
    try:
        if known is None:
            raise ValueError
        box = kannel_receipts.box_of(request.headers.get("authorization", ""), known)
    except ValueError:
        return Response("", status_code=401)
    given_id = dict(request.query_params or {}).get("id", "")
    body = request.raw_body
    sender = _e164(request.headers.get("x-kannel-from", ""), known.country)
    try:
        answer = kannel_receipts.answer_from(
            body.encode() if isinstance(body, str) else body, request.headers, given_id, box, sender
        )
    except ValueError:
        return Response("", status_code=400)
    message = json.dumps(answer, ensure_ascii=False)
    if len(message.encode()) > queues.BYTES_A_CALL:
        return Response("", status_code=413)
    queues.send("replies", [message])
    return Response("", status_code=202)


def _known(request: Any) -> Settings | None:
    """The settings, if Kannel is used and the request comes from where it calls from."""
    known = settings()
    source = str(request.context.get("identity", {}).get("sourceIp", ""))
    return known if known is not None and kannel_receipts.may_call(known, source) else None


def _e164(given: str, country: str) -> str:
    """Who wrote, as numbers are stored; what is no number stays as it came, for every reply is kept."""
    from chalicelib.intake.msisdn import e164  # with it comes what knows all numbers
    from chalicelib.intake.values import BadField

    try:
        return e164("from", given, country)
    except BadField:
        return given.strip()[:LONGEST_SENDER] or "unknown"
