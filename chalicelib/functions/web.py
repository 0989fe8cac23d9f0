"""HTTP: `POST /events` for systems that have no bus."""

from __future__ import annotations

import hmac
import json
from typing import Any

from chalice import Blueprint, Response

from chalicelib import clock, queues
from chalicelib.functions.guard import guarded
from chalicelib.intake.event import BadEvent, envelope, events_from_post, raw_envelope
from chalicelib.store import parameters

web = Blueprint(__name__)
SOURCE = "operator.http"


@web.route("/events", methods=["POST"], content_types=["application/json"])
@guarded
def post_events() -> Response:
    """Take up to 100 events; each is accepted, or rejected and set aside, on its own."""
    request = web.current_request
    key, given = parameters.value("RINGBACK_API_KEY_PARAMETER"), request.headers.get("x-api-key", "")
    if not key or not hmac.compare_digest(given.encode(), key.encode()):
        return _json(401, {"error": "X-Api-Key is missing or wrong"})
    try:
        posted = events_from_post(request.raw_body, clock.now())
    except BadEvent as error:
        return _json(400, {"error": error.error, "field": error.field})
    accepted = [envelope(event, SOURCE) for event in posted.events]
    # Intake refuses these as it does what comes by the bus: a dead letter and an outcome each.
    queues.send("intake", accepted + [raw_envelope(one, SOURCE) for one in posted.refused])
    status = 422 if posted.rejected and not accepted else 202
    return _json(status, {"accepted": len(accepted), "rejected": posted.rejected})


def _json(status: int, body: dict[str, Any]) -> Response:
    return Response(
        json.dumps(body, ensure_ascii=False), status_code=status, headers={"Content-Type": "application/json"}
    )
