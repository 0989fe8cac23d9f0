"""What Kannel may call: reports and answers that are ours wait on their queues, nothing else does."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

import pytest
from chalice.test import Client

from app import app
from chalicelib import queues
from chalicelib.functions import kannel_calls
from chalicelib.sms import sealed
from chalicelib.sms.gateways import Outgoing, kannel
from chalicelib.sms.gateways.kannel_settings import Settings
from tests.support.factories import WANG

KNOWN = Settings(
    urls=("http://127.0.0.1:9/",),
    username="u",
    password="p",
    callback="https://texts.example/kannel",
    keys=("new key", "old key"),
    boxes={"one": ("new secret", "old secret")},
    sources=("10.0.0.0/16",),
    country="86",
)
TEXT = Outgoing(
    WANG.msisdn, "1069012300", "您好", False, 60, context={"item": "mt#a/s-1/b/c", "token": "t-1"}
)
Sent = list[tuple[str, Any]]


@pytest.fixture(autouse=True)
def waiting(monkeypatch: pytest.MonkeyPatch) -> Sent:
    """What was put on queues: pairs of queue and message."""
    found: Sent = []
    monkeypatch.setattr(kannel_calls, "settings", lambda: KNOWN)
    monkeypatch.setattr(
        queues, "send", lambda queue, texts: found.extend((queue, json.loads(one)) for one in texts)
    )
    return found


def call(
    method: str,
    path: str,
    query: Mapping[str, str],
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    source: str = "10.0.3.4",
) -> int:
    """What the function answers to a request as API Gateway hands it over."""
    headers = headers or {}
    event = {
        "httpMethod": method,
        "path": path,
        "headers": dict(headers),
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": dict(query),
        "multiValueQueryStringParameters": {name: [value] for name, value in query.items()},
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {
            "httpMethod": method,
            "resourcePath": path,
            "path": path,
            "identity": {"sourceIp": source},
        },
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
    }
    with Client(app) as client:
        return int(client.lambda_.invoke("events_http", event).payload["statusCode"])


def report(key: str = KNOWN.keys[0], source: str = "10.0.3.4", **fields: str) -> int:
    reference = sealed.seal(key, kannel.reference_of(TEXT))
    return call("GET", "/kannel/dlr", {"r": reference, "id": "7", "w": "", **fields}, source=source)


KINDS = {
    "delivered": (
        "1",
        "id:7 sub:001 dlvrd:001 submit date:26 done date:26 stat:DELIVRD err:000",
        "TEXT_DELIVERED",
    ),
    "not delivered": (
        "2",
        "id:7 sub:001 dlvrd:000 submit date:26 done date:26 stat:UNDELIV err:027",
        "TEXT_UNREACHABLE",
    ),
    "too late": (
        "2",
        "id:7 sub:001 dlvrd:000 submit date:26 done date:26 stat:EXPIRED err:000",
        "TEXT_TTL_EXPIRED",
    ),
    "rejected": ("2", "id:7 stat:REJECTD err:012", "TEXT_CARRIER_BLOCKED"),
    "an SMSC's own words": ("2", "gone", "TEXT_UNREACHABLE"),
    "taken": ("8", "ACK/", "TEXT_ACCEPTED"),
    "refused": ("16", "NACK/0x0000000B/Invalid", "TEXT_REFUSED"),
}


@pytest.mark.parametrize(("kind", "words", "event"), KINDS.values(), ids=KINDS.keys())
def test_a_report_waits_as_a_receipt(waiting: Sent, kind: str, words: str, event: str) -> None:
    assert report(t=kind, w=words) == 202
    ((queue, payload),) = waiting
    assert (queue, payload["eventType"], payload["isFinal"]) == ("receipts", event, kind in "12")
    assert payload["destinationPhoneNumber"] == WANG.msisdn
    assert payload["context"] == TEXT.context
    assert payload.get("error") == ({"code": "SMPP", "reason": "0x0000000b"} if kind == "16" else None)


NOT_OURS: dict[str, dict[str, str]] = {
    "another key": {"key": "somebody's key"},
    "from elsewhere": {"source": "192.0.2.1"},
    "from nowhere": {"source": ""},
    "no reference": {"r": ""},
    "no base64": {"r": "ä"},
    "no kind": {"t": "3"},
}


@pytest.mark.parametrize("wrong", NOT_OURS.values(), ids=NOT_OURS.keys())
def test_a_report_that_is_not_ours_is_refused(waiting: Sent, wrong: dict[str, str]) -> None:
    assert report(**{"t": "1", **wrong}) == 403
    assert waiting == []


def test_the_key_before_still_opens(waiting: Sent) -> None:
    assert report(key="old key", t="1") == 202
    assert len(waiting) == 1


def posted(body: bytes, coding: str, secret: str = KNOWN.boxes["one"][0], **headers: str) -> int:
    basic = base64.b64encode(f"one:{secret}".encode()).decode()
    return call(
        "POST",
        "/kannel/mo",
        {"id": "388d43ec-5a44"},
        body,
        {
            "content-type": "application/octet-stream" if coding == "1" else "text/plain",
            "authorization": f"Basic {basic}",
            "x-kannel-from": "13900000001",
            "x-kannel-to": "1069012300",
            "x-kannel-coding": coding,
            **headers,
        },
    )


CODINGS = {
    "GSM-7": (b"STOP \xe2\x82\xac", "0", "STOP €"),
    "eight bits that are text": ("满意".encode(), "1", "满意"),
    "eight bits that are none": (b"\x01\xff", "1", "\x01ÿ"),
    "UCS-2": ("2，宽带还是断😀".encode("utf-16-be"), "2", "2，宽带还是断😀"),
    "UCS-2 that breaks off in a character": ("好".encode("utf-16-be") + b"\x4e", "2", "好\ufffd"),
    "half a pair": (b"\xd8\x3d\x00A", "2", "\ufffdA"),
    "broken UTF-8": (b"ok \xff", "0", "ok \ufffd"),
    "nothing": (b"", "0", ""),
}


@pytest.mark.parametrize(("body", "coding", "words"), CODINGS.values(), ids=CODINGS.keys())
def test_what_was_written_waits_for_reply_as_its_bytes_say(
    waiting: Sent, body: bytes, coding: str, words: str
) -> None:
    assert posted(body, coding) == 202
    ((queue, message),) = waiting
    assert queue == "replies"
    assert message == {
        "originationNumber": WANG.msisdn,
        "destinationNumber": "1069012300",
        "messageKeyword": "",
        "messageBody": words,
        "inboundMessageId": "one-388d43ec-5a44",
    }


@pytest.mark.parametrize(("secret", "answer"), [("old secret", 202), ("", 401), ("a guess", 401)])
def test_an_answer_needs_a_secret_of_its_kannel(waiting: Sent, secret: str, answer: int) -> None:
    assert posted(b"STOP", "0", secret) == answer
    assert len(waiting) == (answer == 202)


@pytest.mark.parametrize(("given", "stored"), [("+8613900000001", WANG.msisdn), ("10086", "10086")])
def test_who_wrote_is_a_number_as_it_is_stored_or_what_came(waiting: Sent, given: str, stored: str) -> None:
    assert posted(b"STOP", "0", **{"x-kannel-from": given}) == 202
    assert waiting[0][1]["originationNumber"] == stored


def test_the_address_for_reports_says_nothing_of_number_or_words() -> None:
    address = kannel.headers_of(TEXT, KNOWN)["X-Kannel-DLR-URL"]
    assert "139" not in address.partition("?r=")[0]
    assert "s-1" not in address
    assert sealed.opened(KNOWN.keys, address.partition("?r=")[2].partition("&")[0]) == kannel.reference_of(
        TEXT
    )
