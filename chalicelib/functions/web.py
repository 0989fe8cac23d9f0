"""HTTP: `POST /events` for systems that have no bus."""

from __future__ import annotations

import hmac
import json
from typing import Any

from chalice import Blueprint, Response

from chalicelib import queues
from chalicelib.functions.guard import guarded
from chalicelib.intake.event import BadEvent, envelope, events_from_post
from chalicelib.store import parameters

web = Blueprint(__name__)


@web.route("/events", methods=["POST"], content_types=["application/json"])
@guarded
def post_events() -> Response:
    """Take up to 100 events; each is accepted or rejected on its own."""
    request = web.current_request
    key, given = parameters.value("RINGBACK_API_KEY_PARAMETER"), request.headers.get("x-api-key", "")
    if not key or not hmac.compare_digest(given.encode(), key.encode()):
        return _json(401, {"error": "X-Api-Key is missing or wrong"})
    try:
        events, rejected = events_from_post(request.raw_body)
    except BadEvent as error:
        return _json(400, {"error": error.error, "field": error.field})
    queues.send("intake", [envelope(event, "operator.http") for event in events])
    return _json(202, {"accepted": len(events), "rejected": rejected})


def _json(status: int, body: dict[str, Any]) -> Response:
    return Response(
        json.dumps(body, ensure_ascii=False), status_code=status, headers={"Content-Type": "application/json"}
    )
