"""The console's address: every page behind one pattern."""

from __future__ import annotations

from urllib.parse import parse_qs, unquote

from chalice import Blueprint, Response

from chalicelib.console.requests import Answer, answer
from chalicelib.functions.guard import guarded

console = Blueprint(__name__)
FORM = "application/x-www-form-urlencoded"


@console.route("/")
@guarded
def home() -> Response:
    """The first page of a role."""
    return _response(answer("GET", "/", {}, {}, console.current_request.headers))


@console.route("/{proxy+}", methods=["GET"])
@guarded
def get() -> Response:
    """Any page."""
    return _response(answer("GET", _path(), _query(), {}, console.current_request.headers))


@console.route("/{proxy+}", methods=["POST"], content_types=[FORM])
@guarded
def post() -> Response:
    """Any form."""
    request = console.current_request
    lists = parse_qs(_text(request.raw_body), keep_blank_values=True)
    return _response(answer("POST", _path(), _query(), lists, request.headers))


def _path() -> str:
    given = console.current_request.uri_params or {}
    return unquote("/" + str(given.get("proxy", "")).strip("/"))


def _text(body: str | bytes) -> str:
    return body.decode() if isinstance(body, bytes) else body


def _query() -> dict[str, str]:
    return dict(console.current_request.query_params or {})


def _response(found: Answer) -> Response:
    return Response(found.body, status_code=found.status_code, headers=dict(found.headers))
