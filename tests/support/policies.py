"""A function's policy beside the calls it makes: what is missing, and what nothing needs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.resources import rights
from tests.support.in_functions.needs import Need

POLLS = ("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage")
STREAMS = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator")
FED_BY = {
    "intake": "IntakeQueue",
    "drop": "DropsQueue",
    "run": "RunsQueue",
    "deliver_urgent": "OutboxUrgentQueue",
    "deliver_bulk": "OutboxBulkQueue",
    "receipt": "ReceiptsQueue",
    "reply": "RepliesQueue",
}


def on_its_own_behalf(function: str, action: str) -> bool:
    """Whether Lambda itself needs this of the function's role: for logs, traces and what feeds it."""
    return action.startswith(("logs:", "xray:")) or (
        function == "count" and action in (*STREAMS, "dynamodb:ListStreams", "sqs:SendMessage")
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """`missing`: called and not allowed. `unused`: allowed and never called."""

    missing: frozenset[Need]
    unused: frozenset[Need]


def policy(function: str) -> dict[str, Any]:
    """The policy document of a function of app.py, as it is merged into the stack."""
    return rights.policy(function)


def short(function: str) -> str:
    """`deliver_bulk` -> `deliver-bulk`; the API's handler is called `api`."""
    return "api" if function == "api_handler" else function.replace("_", "-")


def allowed(document: Mapping[str, Any]) -> Iterator[Need]:
    """Every pair of action and resource that a policy allows."""
    for statement in document["Statement"]:
        actions, resources = statement["Action"], statement["Resource"]
        for action in [actions] if isinstance(actions, str) else actions:
            for resource in resources if isinstance(resources, list) else [resources]:
                yield action, named(resource)


def named(resource: Any) -> str:
    """A resource of a policy as `tests.support.calls` calls it."""
    if resource == "*":
        return "*"
    if "Fn::GetAtt" in resource:
        return str(resource["Fn::GetAtt"][0])
    text = str(resource["Fn::Sub"])
    if found := re.fullmatch(r"\$\{(\w+)\.Arn\}/index/\*", text):
        return f"{found[1]}/index"
    if found := re.search(r":parameter/ringback/\$\{Stage\}/([\w*-]+)$", text):
        return f"parameter/{found[1]}"
    if found := re.fullmatch(r"\$\{(\w+)\.Arn\}/\*", text):
        return f"{found[1]}/*"
    if ":sms-voice:" in text:
        return "originators"
    return text


def unseen() -> dict[str, set[Need]]:
    """What is allowed although no recorded test comes to it, by function: `unseen.json`, which only shrinks.
    Each entry says what it is for.

    Each line was there before calls were recorded; a test that reaches it takes it off the list.
    """
    found: dict[str, set[Need]] = {}
    for function, action, resource, why in json.loads(Path(__file__).with_name("unseen.json").read_text()):
        if not why:
            raise ValueError(f"unseen.json: say what {function} needs {action} on {resource} for")
        found.setdefault(function, set()).add((action, resource))
    return found


def compare(function: str, document: Mapping[str, Any], calls: Iterable[Need]) -> Difference:
    """The policy of `function` against the calls it was seen to make, both ways."""
    given = {one for one in allowed(document) if not on_its_own_behalf(function, one[0])}
    polled = {(action, FED_BY[function]) for action in POLLS} if function in FED_BY else set()
    wanted = set(calls) | polled
    return Difference(frozenset(wanted - given), frozenset(given - wanted))
