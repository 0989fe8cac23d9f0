"""What IAM has to allow for a call of the SDK: an action on a resource of the template.

Standard library only, for it also runs inside the functions on the emulator (`sitecustomize.py` beside it).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from typing import Any

Need = tuple[str, str]  # an action and the resource it is on: ("dynamodb:Query", "CasesTable/index")

ACTIONS = {
    "SendMessageBatch": "SendMessage",
    "ChangeMessageVisibilityBatch": "ChangeMessageVisibility",
    "DeleteMessageBatch": "DeleteMessage",
    "HeadObject": "GetObject",
    "ListObjectsV2": "ListBucket",
}
TRANSACTED = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}
PARTIQL = {"INSERT": "PartiQLInsert", "UPDATE": "PartiQLUpdate", "DELETE": "PartiQLDelete"}
# The user's own token says who may, not the role.
NEEDS_NO_POLICY = {"AssociateSoftwareToken", "VerifySoftwareToken", "SetUserMFAPreference"}
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
    """Which of the stage's parameters this is: `/ringback/dev/api-key` -> `parameter/api-key`."""
    if os.environ.get("RINGBACK_ERASURE_KEY_PARAMETER") == name:
        return "parameter/erasure-key"
    if name.startswith(("/ringback/", "sign-in")):  # as tests/support/issuer.py has them, without the stage
        return f"parameter/{name.rpartition('/')[2]}"
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
        if action == "CopyObject":  # within the bucket
            yield from (("s3:GetObject", "DropBucket/*"), ("s3:PutObject", "DropBucket/*"))
        else:
            yield f"s3:{action}", "DropBucket" if action == "ListBucket" else "DropBucket/*"
    elif service == "pinpoint-sms-voice-v2":
        yield f"sms-voice:{action}", "originators"
    elif service == "cognito-idp":
        if operation not in NEEDS_NO_POLICY:
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
