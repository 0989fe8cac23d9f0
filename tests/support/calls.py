"""Which AWS calls each function makes, recorded in `calls.json` while other tests run (`make policies`).

    python -m pytest -p tests.support.calls tests/functions tests/simulation     # CALLS=file: elsewhere

Every call of the SDK passes `BaseClient._make_api_call`; whose it is says the entry point that is on the
stack. A call becomes what IAM checks: an action on a resource of the template.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from botocore.client import BaseClient

from tests.simulation.aws import Aws

RECORDING = Path(os.environ.get("CALLS", Path(__file__).with_name("calls.json")))
Need = tuple[str, str]  # an action and the resource it is on: ("dynamodb:Query", "CasesTable/index")

ENTRIES = {
    ("intake", "intake"): "intake",
    ("drops", "drop"): "drop",
    ("planning", "plan"): "plan",
    ("runs", "run"): "run",
    ("sweeping", "sweep"): "sweep",
    ("outbox", "deliver_urgent"): "deliver_urgent",
    ("outbox", "deliver_bulk"): "deliver_bulk",
    ("receipts", "receipt"): "receipt",
    ("inbound", "reply"): "reply",
    ("counting", "count"): "count",
    ("requests", "answer"): "api_handler",
    ("web", "post_events"): "events_http",
}
ACTIONS = {
    "SendMessageBatch": "SendMessage",
    "ChangeMessageVisibilityBatch": "ChangeMessageVisibility",
    "DeleteMessageBatch": "DeleteMessage",
    "HeadObject": "GetObject",
}
TRANSACTED = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}
PARTIQL = {"INSERT": "PartiQLInsert", "UPDATE": "PartiQLUpdate", "DELETE": "PartiQLDelete"}
STATEMENT = re.compile(r'^(INSERT|UPDATE|DELETE)\b[^"]*"([^"]+)"')


def table(name: str) -> str:
    """`test-conversations` -> `ConversationsTable`."""
    return f"{name.rpartition('-')[2].capitalize()}Table"


def queue(address: str) -> str:
    """The template's name of a queue whose address is one of RINGBACK_QUEUE_<NAME>."""
    for name, value in os.environ.items():
        if value == address and name.startswith("RINGBACK_QUEUE_"):
            words = name.removeprefix("RINGBACK_QUEUE_").split("_")
            return "".join(word.capitalize() for word in words) + "Queue"
    raise LookupError(f"no variable names the queue {address}")


def parameter(name: str) -> str:
    """Which of the stage's keys a parameter is."""
    if os.environ.get("RINGBACK_ERASURE_KEY_PARAMETER") == name:
        return "parameter/erasure-key"
    if name.startswith("sign-in"):  # tests/support/issuer.py
        return f"parameter/{name}"
    raise LookupError(f"no variable names the parameter {name}")


def needs(service: str, operation: str, given: Mapping[str, Any]) -> Iterator[Need]:
    """What IAM has to allow for one call."""
    action = ACTIONS.get(operation, operation)
    if service == "dynamodb":
        yield from _of_tables(operation, given)
    elif service == "sqs":
        yield f"sqs:{action}", queue(given["QueueUrl"])
    elif service == "events":
        yield f"events:{action}", "Bus"
    elif service == "ssm":
        yield f"ssm:{action}", parameter(given["Name"])
    elif service == "s3":
        yield f"s3:{action}", "DropBucket/*"
    elif service == "pinpoint-sms-voice-v2":
        yield f"sms-voice:{action}", "originators"
    elif service == "cognito-idp":
        yield f"cognito-idp:{operation}", "Users"
    else:
        raise LookupError(f"what does {service} {operation} need? Say so here")


def _of_tables(operation: str, given: Mapping[str, Any]) -> Iterator[Need]:
    if operation in ("BatchExecuteStatement", "ExecuteStatement"):
        for one in given.get("Statements", [given]):
            found = STATEMENT.match(one["Statement"])
            if found is None:
                raise LookupError(f"what does this statement need? {one['Statement']}")
            yield f"dynamodb:{PARTIQL[found[1]]}", table(found[2])
    elif operation in ("BatchGetItem", "BatchWriteItem"):
        for name in given["RequestItems"]:
            yield f"dynamodb:{operation}", table(name)
    elif operation == "TransactWriteItems":
        for item in given["TransactItems"]:
            for kind, one in item.items():
                yield f"dynamodb:{TRANSACTED[kind]}", table(one["TableName"])
    else:
        index = "/index" if given.get("IndexName") else ""
        yield f"dynamodb:{operation}", table(given["TableName"]) + index


def caller() -> str | None:
    """The function whose entry point is on the stack."""
    frame = sys._getframe(3)
    found = None
    while frame is not None:
        code = frame.f_code
        if "/functions/" in code.co_filename or code.co_filename.endswith("console/requests.py"):
            found = ENTRIES.get((Path(code.co_filename).stem, code.co_name), found)
        frame = frame.f_back  # type: ignore[assignment]
    return found


_made: set[tuple[str, str, str]] = set()
_last: str | None = None  # whose turn it is: texts are sent from threads of their own


def recorded() -> dict[str, set[Need]]:
    """What each function was seen to call, by its name in app.py."""
    found: dict[str, set[Need]] = {}
    for function, action, resource in json.loads(RECORDING.read_text()):
        found.setdefault(function, set()).add((action, resource))
    return found


def pytest_configure() -> None:
    """Listen in on every call of this process."""
    real = BaseClient._make_api_call  # type: ignore[attr-defined]

    def listening(self: Any, operation: str, given: Mapping[str, Any]) -> Any:
        _heard(self.meta.service_model.service_name, operation, given)
        return real(self, operation, given)

    BaseClient._make_api_call = listening  # type: ignore[attr-defined]
    simulated = Aws.call

    def simulating(self: Aws, service: str, operation: str, given: Mapping[str, Any]) -> Any:
        _heard(service, operation, given)
        return simulated(self, service, operation, given)

    Aws.call = simulating  # type: ignore[method-assign, assignment]


def _heard(service: str, operation: str, given: Mapping[str, Any]) -> None:
    global _last
    who = caller()
    if who is None and service == "pinpoint-sms-voice-v2":
        who = _last
    if who is not None:
        _last = who
        _made.update((who, *need) for need in needs(service, operation, given))


def pytest_unconfigure() -> None:
    """Write down what was heard."""
    lines = ",\n".join(json.dumps(one) for one in sorted(_made))
    RECORDING.write_text(f"[\n{lines}\n]\n")
