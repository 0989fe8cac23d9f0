"""HTTP: the addresses that Kannel calls. What they do is in `kannel_calls`."""

from __future__ import annotations

from chalice import Blueprint, Response

from chalicelib.functions.guard import guarded

kannel = Blueprint(__name__)
# Both are binary types of the API, else API Gateway would make UTF-8 of the bytes.
POSTED = ["text/plain", "application/octet-stream"]


@kannel.route("/kannel/dlr", methods=["GET"])
@guarded
def report() -> Response:
    """A delivery report (DLR) of a text whose reference opens."""
    from chalicelib.functions import kannel_calls

    return kannel_calls.report(kannel.current_request)


@kannel.route("/kannel/mo", methods=["POST"], content_types=POSTED)
@guarded
def written() -> Response:
    """A text that a subscriber wrote (MO), from a Kannel that gives its secret."""
    from chalicelib.functions import kannel_calls

    return kannel_calls.written(kannel.current_request)
