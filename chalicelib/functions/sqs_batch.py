"""What SQS hands to a function, and what a function answers it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.letter_codes import LetterCode
from chalicelib.problems import Problem


@dataclass(frozen=True, slots=True)
class Message:
    """One SQS message of a batch."""

    id: str
    handle: str
    body: str
    receives: int  # how often it has been handed out, this time included


def messages(event: Mapping[str, Any]) -> list[Message]:
    """The messages of a Lambda SQS event."""
    return [
        Message(
            id=record["messageId"],
            handle=record["receiptHandle"],
            body=record["body"],
            receives=int(record.get("attributes", {}).get("ApproximateReceiveCount", 1)),
        )
        for record in event["Records"]
    ]


def from_sns(body: str) -> Any:
    """The payload of an SNS notification, wrapped in its envelope or delivered raw.

    Raises ValueError when it is not JSON.
    """
    outer = json.loads(body)
    if isinstance(outer, dict) and outer.get("Type") == "Notification" and "Message" in outer:
        return json.loads(outer["Message"])
    return outer


def not_json(error: ValueError) -> Problem:
    """Why a message that is no JSON was set aside; the words of Python's parser would quote it."""
    line, column = getattr(error, "lineno", 1), getattr(error, "colno", 1)
    return Problem(LetterCode.NOT_JSON, {"line": line, "column": column})


def failures(ids: Iterable[str]) -> dict[str, Sequence[dict[str, str]]]:
    """A partial batch answer: only these messages come back, the others are done."""
    return {"batchItemFailures": [{"itemIdentifier": one} for one in ids]}
