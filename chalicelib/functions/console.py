"""The console's address: every page behind one pattern."""

from __future__ import annotations

from urllib.parse import parse_qs, unquote

from chalice import Blueprint, Response

from chalicelib.console.http_answers import Answer
from chalicelib.console.requests import Request, answer, broken
from chalicelib.functions.guard import guarded

console = Blueprint(__name__)
FORM = "application/x-www-form-urlencoded"


@console.route("/")
@guarded
def home() -> Response:
    """The first page of a role."""
    return _answer("GET", "/", {})


@console.route("/{proxy+}", methods=["GET"])
@guarded
def get() -> Response:
    """Any page."""
    return _answer("GET", _path(), {})


@console.route("/{proxy+}", methods=["POST"], content_types=[FORM])
@guarded
def post() -> Response:
    """Any form."""
    body = console.current_request.raw_body
    return _answer("POST", _path(), parse_qs(_text(body), keep_blank_values=True))


def _path() -> str:
    given = console.current_request.uri_params or {}
    return unquote("/" + str(given.get("proxy", "")).strip("/"))


def _text(body: str | bytes) -> str:
    return body.decode("utf-8", "replace") if isinstance(body, bytes) else body


def _answer(method: str, path: str, lists: dict[str, list[str]]) -> Response:
    came = console.current_request
    stage = str((came.context or {}).get("stage", ""))
    found = _found(Request(method, path, dict(came.query_params or {}), lists, came.headers, stage))
    return Response(found.body, status_code=found.status_code, headers=dict(found.headers))


def _found(request: Request) -> Answer:
    """The answer of the console; a page that says so when one fails, which the log has then."""
    try:
        return guarded(answer)(request)
    except Exception:
        return broken(request)
