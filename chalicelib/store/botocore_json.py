"""Requests and answers of botocore as `json` writes and reads them.

Where an operation's parameters and answers are JSON on the wire just as they are given, botocore would
still walk every value along its model, there and back: for a claim twice as much CPU as all else about
it (docs/bench.md).
"""

from __future__ import annotations

import json
from typing import Any


def as_json(client: Any, service: str, *operations: str) -> None:
    """Let `json` write and read the bodies of these operations, which must have nothing in their parameters
    but JSON. An error's answer is read by botocore as before."""
    for operation in operations:
        client.meta.events.register_last(f"before-parameter-build.{service}.{operation}", _write)
        client.meta.events.register(f"before-call.{service}.{operation}", _give)
        client.meta.events.register(f"before-parse.{service}.{operation}", _read)


def _write(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
    context["ringback_body"] = json.dumps(params, separators=(",", ":")).encode()
    params.update({name: _outline(value) for name, value in params.items()})


def _outline(value: Any) -> Any:
    """What the rules of the endpoint may look at: a text, such as a table's name."""
    if isinstance(value, dict):
        return {name: {} for name in value}
    return [] if isinstance(value, list) else value


def _give(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
    params["body"] = context["ringback_body"]


def _read(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: Any) -> None:
    if response_dict["status_code"] < 300:
        customized_response_dict.update(json.loads(response_dict["body"]))
        response_dict["body"] = b"{}"
