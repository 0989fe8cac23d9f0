"""HTTP: `POST /events` for systems that have no bus."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from chalice import Blueprint, Response

from chalicelib import clock
from chalicelib.functions.guard import guarded
from chalicelib.i18n.problems import words
from chalicelib.i18n.translations import fitting
from chalicelib.intake.intake_codes import IntakeCode
from chalicelib.problems import Problem

web = Blueprint(__name__)
SOURCE = "operator.http"


@web.route("/events", methods=["POST"], content_types=["application/json"])
@guarded
def post_events() -> Response:
    """Take up to 100 events; each is accepted, or rejected and set aside, on its own."""
    from chalicelib import queues  # the console starts without what only this needs
    from chalicelib.campaigns.live import live
    from chalicelib.intake.event import BadEvent, envelope, events_from_post, raw_envelope
    from chalicelib.store import api_keys, catalogue

    request = web.current_request
    language = fitting(request.headers.get("accept-language", ""))
    if api_keys.sender_of(request.headers.get("x-api-key", ""), clock.now()) is None:
        return _json(401, _said(Problem(IntakeCode.POST_KEY), language))
    try:
        posted = events_from_post(request.raw_body, clock.now(), live(catalogue.control()).vocabulary)
    except BadEvent as error:
        return _json(400, _said(error.problem, language))
    accepted = [envelope(event, SOURCE) for event in posted.events]
    # Intake refuses these as it does what comes by the bus: a dead letter and an outcome each.
    queues.send("intake", accepted + [raw_envelope(one, SOURCE) for one in posted.refused])
    said = [_rejected(index, problems, language) for index, problems in posted.rejected]
    status = 422 if said and not accepted else 202
    return _json(status, {"accepted": len(accepted), "rejected": said})


def _rejected(index: int, problems: Sequence[Problem], language: str) -> dict[str, Any]:
    """What is wrong with the event of this index: its first bad field, and the others under `more`."""
    first, *more = [_said(one, language) for one in problems]
    return {"index": index, **first, **({"more": more} if more else {})}


def in_one_shape(answer: dict[str, Any], accept_language: str) -> dict[str, Any]:
    """An answer of `POST /events`, in the proxy integration's form; Chalice's own errors look as all do."""
    code = _OF_CHALICE.get(int(answer["statusCode"]))
    if code is None or '"code"' in str(answer["body"]):
        return answer
    return {**answer, "body": json.dumps(_said(Problem(code), fitting(accept_language)), ensure_ascii=False)}


_OF_CHALICE = {405: IntakeCode.POST_METHOD, 415: IntakeCode.POST_CONTENT_TYPE, 500: IntakeCode.POST_FAILED}


def _said(problem: Problem, language: str) -> dict[str, str]:
    return {"field": problem.place, "code": problem.code, "error": words(problem, language)}


def _json(status: int, body: dict[str, Any]) -> Response:
    return Response(
        json.dumps(body, ensure_ascii=False), status_code=status, headers={"Content-Type": "application/json"}
    )
