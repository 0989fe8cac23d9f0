"""What each function may do: a least-privilege policy per function, from a table of resources and actions.

`tests/test_policies.py` compares the table with the calls that the functions were seen to make.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

Document = dict[str, Any]

POLL = "DeleteMessage GetQueueAttributes ReceiveMessage"  # what Lambda needs of a queue that feeds a function
# Dead letters, counted, looked at and sent on.
RESEND = "ChangeMessageVisibility DeleteMessage GetQueueAttributes ReceiveMessage"
LOOK = "GetQueueAttributes"  # how full a queue is
STREAM = "DescribeStream GetRecords GetShardIterator"  # what Lambda needs of a table's stream
CLAIM = "BatchGetItem GetItem PartiQLInsert PartiQLUpdate Query"
CASE = "BatchGetItem GetItem PutItem Query UpdateItem"

# Function of app.py -> resource -> actions. The resource is a logical id of the template, or one of:
# <table>/index, <table>/stream, <bucket>/*, parameter/<name> of the stage, originators.
RIGHTS: dict[str, dict[str, str]] = {
    "intake": {
        "IntakeQueue": f"{POLL} SendMessage",
        "IntakeDeadQueue": "SendMessage",
        "OutboxUrgentQueue": "SendMessage",
        "OutboxBulkQueue": "SendMessage",
        "RunsQueue": "SendMessage",
        "SubscribersTable": "BatchGetItem GetItem PartiQLInsert PartiQLUpdate",
        "SubscribersTable/index": "Query",
        "ConversationsTable": f"{CLAIM} PutItem",
        "CatalogueTable": "BatchGetItem GetItem PartiQLInsert PartiQLUpdate PutItem Query UpdateItem",
        "ResultsTable": "PartiQLInsert PartiQLUpdate",
        "parameter/erasure-key": "GetParameter",
    },
    "drop": {
        "DropsQueue": POLL,
        "DropsDeadQueue": "SendMessage",
        "IntakeQueue": "SendMessage",
        "DropBucket/*": "GetObject PutObject",
        "SubscribersTable": "BatchGetItem PartiQLInsert PartiQLUpdate",
        "ConversationsTable": f"{CLAIM} PutItem",
        "CatalogueTable": "BatchGetItem GetItem PutItem Query UpdateItem",
        "ResultsTable": "PartiQLInsert PartiQLUpdate",
        "parameter/erasure-key": "GetParameter",
    },
    "plan": {
        "RunsQueue": "SendMessage",
        "Bus": "PutEvents",
        "CatalogueTable": "BatchGetItem GetItem PartiQLInsert PartiQLUpdate PutItem Query",
        "ResultsTable": "BatchGetItem",
    },
    "run": {
        "RunsQueue": f"{POLL} SendMessage",
        "OutboxUrgentQueue": "SendMessage",
        "OutboxBulkQueue": "SendMessage",
        "SubscribersTable": "BatchGetItem Scan",
        "SubscribersTable/index": "Query",
        "ConversationsTable": "BatchGetItem",
        "CatalogueTable": "BatchGetItem GetItem PartiQLInsert PartiQLUpdate PutItem Query",
    },
    "deliver_urgent": {
        "OutboxUrgentQueue": f"{POLL} ChangeMessageVisibility",
        "OutboxUrgentDeadQueue": "SendMessage",
        "ConversationsTable": f"{CLAIM} PutItem",
        "SubscribersTable": "BatchGetItem",
        "CatalogueTable": "BatchGetItem GetItem PartiQLUpdate UpdateItem",
        "Bus": "PutEvents",
        "originators": "SendTextMessage",
        "parameter/kannel": "GetParameter",
    },
    "deliver_bulk": {
        "OutboxBulkQueue": f"{POLL} ChangeMessageVisibility",
        "OutboxBulkDeadQueue": "SendMessage",
        "ConversationsTable": f"{CLAIM} PutItem",
        "SubscribersTable": "BatchGetItem",
        "CatalogueTable": "BatchGetItem GetItem PartiQLUpdate UpdateItem",
        "Bus": "PutEvents",
        "originators": "SendTextMessage",
        "parameter/kannel": "GetParameter",
    },
    "receipt": {
        "ReceiptsQueue": f"{POLL} ChangeMessageVisibility",
        "ReceiptsDeadQueue": "SendMessage",
        "ConversationsTable": CLAIM,
        "CatalogueTable": "BatchGetItem GetItem PartiQLUpdate",
        "Bus": "PutEvents",
    },
    "sweep": {
        "OutboxUrgentQueue": f"{LOOK} SendMessage",
        "OutboxBulkQueue": f"{LOOK} SendMessage",
        "RunsQueue": f"{LOOK} SendMessage",
        "IntakeQueue": LOOK,
        "DropsQueue": LOOK,
        "ReceiptsQueue": LOOK,
        "RepliesQueue": LOOK,
        "IntakeDeadQueue": LOOK,
        "DropsDeadQueue": LOOK,
        "RunsDeadQueue": LOOK,
        "OutboxUrgentDeadQueue": LOOK,
        "OutboxBulkDeadQueue": LOOK,
        "ReceiptsDeadQueue": LOOK,
        "RepliesDeadQueue": LOOK,
        "ConversationsTable": CLAIM,
        "ConversationsTable/index": "Query",
        "CatalogueTable": "BatchGetItem GetItem PartiQLUpdate Query",
        "Bus": "PutEvents",
        "CasesTable": CASE,
        "CasesTable/index": "Query",
        "ResultsTable": "UpdateItem",
    },
    "reply": {
        "RepliesQueue": f"{POLL} ChangeMessageVisibility",
        "RepliesDeadQueue": "SendMessage",
        "OutboxUrgentQueue": "SendMessage",
        "ConversationsTable": f"{CLAIM} PutItem",
        "SubscribersTable": "BatchGetItem GetItem",
        "SubscribersTable/index": "Query",
        "CatalogueTable": "BatchGetItem GetItem Query",
        "Bus": "PutEvents",
        "CasesTable": CASE,
        "CasesTable/index": "Query",
        "ResultsTable": "Query UpdateItem",
    },
    "count": {
        "ConversationsTable.StreamArn": STREAM,
        "ConversationsTable/stream": "ListStreams",
        "CountDeadQueue": "SendMessage",
        "ConversationsTable": "BatchGetItem Query",
        "CatalogueTable": "BatchGetItem GetItem",
        "ResultsTable": "BatchGetItem PutItem UpdateItem",
    },
    "events_http": {
        "IntakeQueue": "SendMessage",
        "ReceiptsQueue": "SendMessage",
        "RepliesQueue": "SendMessage",
        "parameter/kannel": "GetParameter",
        "CatalogueTable": "BatchGetItem GetItem PartiQLUpdate",
    },
    "api_handler": {
        "IntakeQueue": "SendMessage",
        "OutboxUrgentQueue": "SendMessage",
        "OutboxBulkQueue": "SendMessage",
        "RunsQueue": "SendMessage",
        "DropsQueue": "SendMessage",
        "ReceiptsQueue": "SendMessage",
        "RepliesQueue": "SendMessage",
        "IntakeDeadQueue": RESEND,
        "DropsDeadQueue": RESEND,
        "RunsDeadQueue": RESEND,
        "OutboxUrgentDeadQueue": RESEND,
        "OutboxBulkDeadQueue": RESEND,
        "ReceiptsDeadQueue": RESEND,
        "RepliesDeadQueue": RESEND,
        "CasesTable": CASE,
        "CasesTable/index": "Query",
        "ResultsTable": "GetItem Query UpdateItem",
        "ResultsTable/index": "Query",
        "ConversationsTable": f"{CLAIM} DescribeTable PutItem Scan",
        "ConversationsTable/index": "Query",
        "SubscribersTable": "BatchGetItem DescribeTable GetItem Scan",
        "SubscribersTable/index": "Query",
        "CatalogueTable": f"{CLAIM} BatchWriteItem PutItem UpdateItem",
        "Bus": "PutEvents",
        "DropBucket": "ListBucket",
        "DropBucket/*": "DeleteObject GetObject PutObject",
        "parameter/sign-in": "GetParameter",
        "parameter/sign-in-secret": "GetParameter",
        "Users": "AdminAddUserToGroup AdminCreateUser AdminDeleteUser AdminDisableUser AdminEnableUser"
        " AdminGetUser AdminListGroupsForUser AdminRemoveUserFromGroup ListUsers ListUsersInGroup",
    },
}

ORIGINATORS = ("phone-number", "pool", "sender-id")
ORIGINATORS_TAG = (
    "ringback-stage"  # its value on a number, pool or sender ID is the stage that may text from it
)


def _here(service: str, rest: str) -> Document:
    """The ARN of something of this account and region."""
    return {"Fn::Sub": f"arn:${{AWS::Partition}}:{service}:${{AWS::Region}}:${{AWS::AccountId}}:{rest}"}


EVERY_FUNCTION: tuple[Document, ...] = (
    {
        "Effect": "Allow",
        "Action": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": [
            _here("logs", f"log-group:{group}")
            for group in ("/ringback/${Stage}/*", "/aws/lambda/${AWS::StackName}-*")
        ],
    },
    {"Effect": "Allow", "Action": ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "Resource": "*"},
)


def policy(function: str) -> Document:
    """The policy document of a function of app.py."""
    return {
        "Version": "2012-10-17",
        "Statement": [*EVERY_FUNCTION, *(_allow(*one) for one in RIGHTS[function].items())],
    }


def policies(resources: Collection[str]) -> Iterator[tuple[str, Document]]:
    """Every function's policy by the name of its file, which `.chalice/config.json` gives to Chalice.

    What is not among the template's `resources` (a region may lack it) is left out.
    """
    for function in RIGHTS:
        document = policy(function)
        document["Statement"] = [one for one in document["Statement"] if _is_there(one, resources)]
        yield file_of(function), document


def _is_there(statement: Document, resources: Collection[str]) -> bool:
    if any(action.startswith("sms-voice:") for action in statement["Action"]):
        return "InboundTopic" in resources  # a package for another gateway does without it
    resource = statement["Resource"]
    id_ = resource.get("Fn::GetAtt", [""])[0] if isinstance(resource, dict) else ""
    return not id_ or id_ in resources


def file_of(function: str) -> str:
    """The name of a function's policy file."""
    return f"policy-{'api' if function == 'api_handler' else function.replace('_', '-')}.json"


def _allow(resource: str, actions: str) -> Document:
    allowed: Document = {
        "Effect": "Allow",
        "Action": [f"{_service(resource)}:{action}" for action in actions.split()],
        "Resource": _arn(resource),
    }
    if resource == "originators":
        allowed["Condition"] = {"StringEquals": {f"aws:ResourceTag/{ORIGINATORS_TAG}": {"Ref": "Stage"}}}
    return allowed


def _service(resource: str) -> str:
    if resource == "originators":
        return "sms-voice"
    if resource.startswith("parameter/"):
        return "ssm"
    id_ = resource.partition("/")[0].partition(".")[0]
    services = {"Table": "dynamodb", "Queue": "sqs", "Bus": "events", "Bucket": "s3", "Users": "cognito-idp"}
    return next(service for ending, service in services.items() if id_.endswith(ending))


def _arn(resource: str) -> Any:
    if resource == "originators":
        return [_here("sms-voice", f"{kind}/*") for kind in ORIGINATORS]
    if resource.startswith("parameter/"):
        return _here("ssm", f"parameter/ringback/${{Stage}}/{resource.removeprefix('parameter/')}")
    id_, _, part = resource.partition("/")
    if part:
        return {"Fn::Sub": f"${{{id_}.Arn}}/{part}" + ("" if part == "*" else "/*")}
    id_, _, attribute = resource.partition(".")
    return {"Fn::GetAtt": [id_, attribute or "Arn"]}
