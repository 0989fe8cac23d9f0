"""What Kannel may call: reports and answers that are ours wait on their queues, nothing else does."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from encodings.aliases import aliases
from typing import Any

import pytest
from chalice.test import Client
from hypothesis import given
from hypothesis import strategies as st

from app import app
from chalicelib import queues
from chalicelib.functions import kannel_calls
from chalicelib.sms import sealed
from chalicelib.sms.gateways import Outgoing, kannel, kannel_receipts
from chalicelib.sms.gateways.kannel_receipts import answer_from
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


REFUSALS = {
    "NACK/0x00000058/Throttling error      ": ("SMPP", "0x00000058"),
    "NACK/0x00000058": ("SMPP", "0x00000058"),
    "  NACK/0X58/x": ("SMPP", "0x58"),
    "NACK/0x00000450/a vendor's own": ("SMPP", "0x00000450"),
    "NACK/Retries Exceeded": ("Kannel", "retries"),
    "NACK/validity expired": ("Kannel", "expired"),
    "NACK/no SMSC": ("Kannel", "not routable"),
    "NACK/": ("Kannel", "part refused"),
    "NACK/REJECTED": ("Kannel", "refused"),
    "😀\0": ("Kannel", "refused"),
    "": ("Kannel", "refused"),
}


@pytest.mark.parametrize(("words", "error"), REFUSALS.items())
def test_a_refusal_is_told_by_its_number_or_by_kannels_own_words(
    waiting: Sent, words: str, error: tuple[str, str]
) -> None:
    assert report(t="16", w=words) == 202
    assert tuple(waiting[0][1]["error"].values()) == error


def test_what_stands_in_the_place_of_an_id_can_be_stored(waiting: Sent) -> None:
    assert report(t="8", id="7\ud800\0" + "9" * 5000) == 202
    assert waiting[0][1]["messageId"] == "7" + "9" * 99


NOT_OURS: dict[str, dict[str, str]] = {
    "another key": {"key": "somebody's key"},
    "from elsewhere": {"source": "192.0.2.1"},
    "from nowhere": {"source": ""},
    "no reference": {"r": ""},
    "no base64": {"r": "ä"},
    "no kind": {"t": "3"},
    "a mask of several kinds": {"t": "24"},
    "a kind that is not asked for": {"t": "32"},
    "a kind in other digits": {"t": "１"},
    "what Kannel did not fill in": {"t": "%d"},
    "endless": {"r": "A" * 50_000},
}


@pytest.mark.parametrize("wrong", NOT_OURS.values(), ids=NOT_OURS.keys())
def test_a_report_that_is_not_ours_is_refused(waiting: Sent, wrong: dict[str, str]) -> None:
    assert report(**{"t": "1", **wrong}) == 403
    assert waiting == []


LETTERS = st.text("-_+/=! \0aZ9é", max_size=3)
SEALED = sealed.seal(KNOWN.keys[0], kannel.reference_of(TEXT))


@given(st.integers(0, len(SEALED)), st.integers(0, 3), LETTERS)
def test_a_reference_opens_as_it_was_sealed_and_with_no_other_letter(at: int, cut: int, put: str) -> None:
    changed = SEALED[:at] + put + SEALED[at + cut :]
    if changed == SEALED:
        assert sealed.opened(KNOWN.keys, changed) == kannel.reference_of(TEXT)
        return
    with pytest.raises(ValueError, match="not sealed"):
        sealed.opened(KNOWN.keys, changed)


RANGES: dict[tuple[str, str], bool] = {
    ("10.0.0.0/16", "10.0.3.4"): True,
    ("10.0.0.0/16", "::ffff:10.0.3.4"): True,
    ("::ffff:10.0.0.0/112", "10.0.3.4"): True,
    ("::ffff:10.0.0.0/112", "::ffff:10.0.3.4"): True,
    ("::ffff:10.0.0.0/112", "10.1.0.1"): False,
    ("::/0", "10.0.3.4"): False,
    ("0.0.0.0/0", "2001:db8::1"): False,
    ("2001:db8::/32", "2001:db8:1::7"): True,
    ("2001:DB8::7", "2001:0db8:0000::0007"): True,
    ("2001:db8::/32", "2001:db9::7"): False,
    ("fe80::/10", "fe80::1%eth0"): True,
    ("10.0.0.7/16", "10.0.200.1"): True,
    ("10.0.0.0/16", "10.0.3.4, 192.0.2.1"): False,
    ("10.0.0.0/16", "10.0.3.0/24"): False,
    ("10.0.0.0/16", "010.0.3.4"): False,
}


@pytest.mark.parametrize(("range", "source"), RANGES, ids=str)
def test_where_calls_may_come_from(range: str, source: str) -> None:
    assert kannel_receipts.may_call(replace(KNOWN, sources=(range,)), source) == RANGES[range, source]


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
    "UCS-2 with its order in front": ("\ufeff好".encode("utf-16-be"), "2", "好"),
    "UCS-2 in the other order": ("\ufeff好".encode("utf-16-le"), "2", "好"),
    "UCS-2 that is no character": (b"\xff\xff\x00A", "2", "\uffffA"),
    "zeros": (b"\0\0\0A", "2", "\0A"),
    "a coding with a blank": ("好".encode("utf-16-be"), " 2", "好"),
    "no coding that Kannel has": (b"STOP", "9", "STOP"),
    "UTF-8 that an SMSC called Latin-1": ("满意😀".encode().decode("latin-1").encode(), "0", "满意😀"),
    "what looks so and is GSM-7": ("Å¿".encode(), "0", "Å¿"),
}
CHARSETS = {
    "UTF-8 in the place of Latin-1": ("满意".encode(), "ISO-8859-1", "满意"),
    "UTF-8 in the place of ASCII": ("满意".encode(), "us-ascii", "满意"),
    "Latin-1": ("señor".encode("latin-1"), "ISO-8859-1", "señor"),
    "of Windows": ("5 €".encode("cp1252"), "windows-1252", "5 €"),
    "GBK that could be UTF-8": ("一".encode("gbk"), "GBK", "一"),
    "UTF-16 that does not say its order": ("满意".encode("utf-16-be"), "UTF-16", "满意"),
    "UTF-16 that does": ("\ufeff满意".encode("utf-16-le"), "utf-16", "满意"),
    "UTF-16 by its order's name": ("满意😀".encode("utf-16-be"), "UTF-16BE", "满意😀"),
    "and by the other's": ("满意😀".encode("utf-16-le"), "UTF-16LE", "满意😀"),
    "UCS-2": ("满意".encode("utf-16-be"), "ISO-10646-UCS-2", "满意"),
    "UCS-2 by its short name": ("STOP".encode("utf-16-be"), "ucs-2", "STOP"),
    "none that there is": ("满意".encode(), "klingon", "满意"),
    "one for names of hosts": ("满意".encode(), "idna", "满意"),
    "one that fails always": (b"STOP", "undefined", "STOP"),
    "one that makes half pairs": (b"a\\ud800", "unicode_escape", "a\\ud800"),
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


@pytest.mark.parametrize(("body", "charset", "words"), CHARSETS.values(), ids=CHARSETS.keys())
def test_what_is_said_of_the_letters_is_believed_where_they_bear_it_out(
    waiting: Sent, body: bytes, charset: str, words: str
) -> None:
    assert posted(body, "0", **{"content-type": f'text/plain; charset="{charset}"'}) == 202
    assert waiting[0][1]["messageBody"] == words


WRITTEN = st.builds(
    answer_from,
    st.binary(max_size=12),
    st.fixed_dictionaries(
        {
            "x-kannel-coding": st.sampled_from(["0", "1", "2", "", "x"]),
            "content-type": st.sampled_from(["", *(f"text/plain; charset={name}" for name in aliases)]),
        }
    ),
    st.just("7"),
    st.just("one"),
    st.just(WANG.msisdn),
)


@given(WRITTEN)
def test_whatever_the_bytes_and_their_coding_it_can_be_stored(answer: dict[str, Any]) -> None:
    assert json.dumps(answer, ensure_ascii=False).encode()


@given(st.text(st.characters() | st.sampled_from("\0\ud800\ufffe\uffff\\\x7f"), max_size=8))
def test_sqs_takes_every_letter_that_a_phone_can_send(words: str) -> None:
    put = queues.taken_by_sqs(json.dumps({"messageBody": words}, ensure_ascii=False))
    assert json.loads(put) == {"messageBody": words}
    assert re.fullmatch("[\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*", put)


def test_what_is_longer_than_any_text_is_refused_and_not_tried_for_ever(waiting: Sent) -> None:
    assert posted("好".encode() * 10_000, "0") == 202  # of 150 parts
    assert posted(b"\1" * 100_000, "0") == posted(b"x" * 2_000_000, "1") == 413
    assert len(waiting) == 1


@pytest.mark.parametrize(("secret", "answer"), [("old secret", 202), ("", 401), ("a guess", 401)])
def test_an_answer_needs_a_secret_of_its_kannel(waiting: Sent, secret: str, answer: int) -> None:
    assert posted(b"STOP", "0", secret) == answer
    assert len(waiting) == (answer == 202)


SENDERS = {
    "+8613900000001": WANG.msisdn,
    "008613900000001": WANG.msisdn,
    "13900000001": WANG.msisdn,
    "+85298765432": "+85298765432",
    **{one: one for one in ("10086", "00123", "Alipay", "0", "00", "000", "+", "1E99")},
    "": "unknown",
    "  ": "unknown",
    "9" * 5000: "9" * 100,
}


@pytest.mark.parametrize(("sender", "stored"), SENDERS.items(), ids=[one[:20] for one in SENDERS])
def test_who_wrote_is_a_number_as_it_is_stored_or_what_came(waiting: Sent, sender: str, stored: str) -> None:
    assert posted(b"STOP", "0", **{"x-kannel-from": sender}) == 202
    assert waiting[0][1]["originationNumber"] == stored


def test_the_address_for_reports_says_nothing_of_number_or_words() -> None:
    address = kannel.headers_of(TEXT, KNOWN)["X-Kannel-DLR-URL"]
    assert "139" not in address.partition("?r=")[0]
    assert "s-1" not in address
    assert sealed.opened(KNOWN.keys, address.partition("?r=")[2].partition("&")[0]) == kannel.reference_of(
        TEXT
    )
