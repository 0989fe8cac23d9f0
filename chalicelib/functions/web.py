"""HTTP: `POST /events` for systems that have no bus."""

from __future__ import annotations

import hmac
import json
import os
import time
from typing import Any

from chalice import Blueprint, Response

from chalicelib import queues
from chalicelib.functions.guard import guarded
from chalicelib.intake.event import BadEvent, envelope, events_from_post

web = Blueprint(__name__)
KEY_FOR = 300.0  # seconds a fetched key is used before it is looked up again
_key: tuple[float, str] = (0.0, "")


@web.route("/events", methods=["POST"], content_types=["application/json"])
@guarded
def post_events() -> Response:
    """Take up to 100 events; each is accepted or rejected on its own."""
    request = web.current_request
    if not hmac.compare_digest(request.headers.get("x-api-key", "").encode(), _api_key().encode()):
        return _json(401, {"error": "X-Api-Key is missing or wrong"})
    try:
        events, rejected = events_from_post(request.raw_body)
    except BadEvent as error:
        return _json(400, {"error": error.error, "field": error.field})
    queues.send("intake", [envelope(event, "operator.http") for event in events])
    return _json(202, {"accepted": len(events), "rejected": rejected})


def _api_key() -> str:
    """The key that senders use, from the parameter store; kept for some minutes, so it can be rotated."""
    global _key
    if time.monotonic() - _key[0] > KEY_FOR or not _key[1]:
        import boto3

        name = os.environ["RINGBACK_API_KEY_PARAMETER"]
        found = boto3.client("ssm").get_parameter(Name=name, WithDecryption=True)
        _key = (time.monotonic(), found["Parameter"]["Value"])
    return _key[1]


def _json(status: int, body: dict[str, Any]) -> Response:
    return Response(
        json.dumps(body, ensure_ascii=False), status_code=status, headers={"Content-Type": "application/json"}
    )
