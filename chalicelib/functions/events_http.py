"""`POST /events` and what Kannel calls with, in a function of its own: what a burst takes, the console keeps.

API Gateway gives it these routes; the rest of the app it shares with the console is not reachable here.
"""

from __future__ import annotations

from typing import Any

from chalice import Blueprint

from chalicelib.functions.api import app
from chalicelib.functions.web import in_one_shape

events_posted = Blueprint(__name__)


@events_posted.lambda_function(name="events_http")
def events_http(event: dict[str, Any], context: Any) -> Any:
    """Answer one request of API Gateway (proxy integration)."""
    answer: dict[str, Any] = app(event, context)
    if event.get("path") != "/events":
        return answer
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    return in_one_shape(answer, headers.get("accept-language", ""))
