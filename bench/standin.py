"""Stand-in transports: botocore does everything but the socket, and the answers cost next to nothing.

Both sides of a comparison go through the same: `before-send`, where botocore would hand the signed
request to its HTTP session.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from botocore.awsrequest import AWSResponse

from chalicelib import queues
from chalicelib.campaigns.files import load_folder
from chalicelib.store import dynamodb
from chalicelib.store.schema.base import replace
from chalicelib.store.schema.subscribers import Subscriber
from local.msisdns import msisdn
from tests.support.factories import TEMPLATES, WANG

_HEADERS: Any = {"Content-Type": "application/json"}
Answer = Callable[[bytes], bytes]
NAMES = ("conversations", "subscribers", "cases", "catalogue", "results")
RATE = 10_000.0  # message parts a second: no text waits for its turn, so that CPU is all there is


def environment() -> None:
    """Names and credentials, so that clients can be made; nothing of it exists."""
    os.environ |= {f"RINGBACK_{name.upper()}": f"bench-{name}" for name in NAMES}
    for queue in ("outbox-urgent", "outbox-bulk", "receipts", "intake"):
        for one in (queue, f"{queue}-dead"):
            variable = f"RINGBACK_QUEUE_{one.upper().replace('-', '_')}"
            os.environ[variable] = f"https://sqs.us-east-1.amazonaws.com/000000000000/{one}"
    os.environ |= {
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def answer(client: Any, service: str, operation: str, made: Answer) -> None:
    """Let `made` answer an operation: from the request's body to the answer's, both JSON."""

    def send(request: Any, **_: Any) -> AWSResponse:
        body = request.body
        response: Any = AWSResponse(request.url, 200, _HEADERS, None)
        response._content = made(body if isinstance(body, bytes) else bytes(body or b""))
        return response  # type: ignore[no-any-return]

    client.meta.events.register(f"before-send.{service}.{operation}", send)


def texts_sent(client: Any) -> None:
    """The network takes every text."""
    answer(client, "pinpoint-sms-voice-v2", "SendTextMessage", lambda _: b'{"MessageId":"m-00000001"}')


def messages_queued(client: Any | None = None) -> None:
    """SQS takes every message."""
    everything = {
        "Successful": [{"Id": str(n), "MessageId": f"q-{n}", "MD5OfMessageBody": ""} for n in range(10)]
    }
    said = json.dumps(everything).encode()
    answer(client or queues.sqs(), "sqs", "SendMessageBatch", lambda _: said)


def people(count: int) -> list[Subscriber]:
    """So many subscribers like Wang Fang."""
    return [replace(WANG, subscriber_id=f"s-{n}", msisdn=msisdn(n)) for n in range(1, count + 1)]


def tables(everybody: Iterable[Subscriber], rate: float = RATE) -> None:
    """DynamoDB has these subscribers, the campaigns of templates/ live, and a state for every number;
    every write is taken."""
    documents = load_folder(TEMPLATES)
    for name, document in documents.items():
        if name.startswith("brand#"):
            for originator in document["originators"]:
                originator["per_second"] = rate
    control = {
        "name": "control",
        "version": "-",
        "stamp": 1,
        "revision": 1,
        "live": dict.fromkeys(documents, 1),
        "paused": [],
        "paused_all": False,
        "failing": {},
    }
    versions = [{"name": name, "version": "v00000001", "document": one} for name, one in documents.items()]
    folk = list(everybody)
    states = [{"msisdn": one.msisdn, "item": "state", "version": 1, "recent": []} for one in folk]

    wired = {
        name: [dynamodb.wire_from(row) for row in some]
        for name, some in {
            "bench-conversations": states,
            "bench-subscribers": [one.as_dict() for one in folk],
            "bench-catalogue": [control],
        }.items()
    }
    live = {"bench-catalogue": [dynamodb.wire_from(one) for one in versions]}

    def said(found: Mapping[str, object]) -> bytes:
        return json.dumps({"Responses": found, "UnprocessedKeys": {}}).encode()

    every_version = said(live)

    @cache
    def of_tables(*names: str) -> bytes:
        return said({one: wired[one] for one in names})

    def rows(body: bytes) -> bytes:
        """All of the tables that were asked and of no other: a batch of over 100 keys comes in parts."""
        if b"v00000001" in body:
            return every_version
        return of_tables(*(one for one in wired if one.encode() in body))

    writes = {n: json.dumps({"Responses": [{} for _ in range(n)]}).encode() for n in range(1, 26)}
    client = dynamodb.dynamodb()
    what_is_live = json.dumps({"Item": wired["bench-catalogue"][0]}).encode()
    answer(client, "dynamodb", "BatchGetItem", rows)
    answer(client, "dynamodb", "GetItem", lambda _: what_is_live)
    answer(client, "dynamodb", "BatchExecuteStatement", lambda body: writes[body.count(b'"Statement":')])
    answer(client, "dynamodb", "UpdateItem", lambda _: b'{"Attributes":{"free_at":{"N":"0"}}}')
