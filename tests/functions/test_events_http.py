"""`POST /events` through the function that API Gateway gives it to."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from chalice.test import Client

from app import app
from chalicelib import clock, queues
from chalicelib.campaigns import start
from chalicelib.store import api_keys
from tests.support.dynamodb import Aws


def request(path: str, key: str, body: Any) -> dict[str, Any]:
    """What API Gateway hands over (proxy integration)."""
    return {
        "httpMethod": "POST",
        "path": path,
        "headers": {"X-Api-Key": key, "Content-Type": "application/json"},
        "multiValueHeaders": {"X-Api-Key": [key], "Content-Type": ["application/json"]},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {"httpMethod": "POST", "resourcePath": path, "path": path, "identity": {}},
        "body": json.dumps(body),
        "isBase64Encoded": False,
    }


@pytest.fixture
def key(aws: Aws) -> str:
    """The key that a sender has."""
    assert aws
    api_keys.forget()
    return api_keys.make("billing", "ops", clock.now())


EVENT = {"type": "number.released", "id": "e-1", "time": "2026-11-24T12:00:00+08:00", "subscriber_id": "s-1"}


def test_events_that_are_posted_wait_for_intake(key: str, aws: Aws) -> None:
    body = [EVENT | {"msisdn": "+8613900000001"}]
    with Client(app) as client:
        answer = client.lambda_.invoke("events_http", request("/events", key, body))
    assert answer.payload["statusCode"] == 202
    assert json.loads(answer.payload["body"])["accepted"] == 1
    assert len(aws.messages("intake")) == 1


def test_what_is_rejected_is_answered_and_goes_where_all_refusals_go(key: str, aws: Aws) -> None:
    good = EVENT | {"msisdn": "+8613900000001"}
    bad: list[Any] = [EVENT | {"msisdn": "5"}, EVENT | {"msisdn": "\uffff"}, "x"]
    with Client(app) as client:
        some = client.lambda_.invoke("events_http", request("/events", key, [*bad, good])).payload
        none = client.lambda_.invoke("events_http", request("/events", key, bad)).payload
    told = json.loads(some["body"])
    assert (some["statusCode"], told["accepted"]) == (202, 1)
    assert [one["index"] for one in told["rejected"]] == [0, 1, 2]
    assert [[each["field"] for each in one.get("more", ())] for one in told["rejected"]] == [[], [], []]
    assert none["statusCode"] == 422
    assert json.loads(none["body"])["rejected"] == told["rejected"]
    bodies = aws.messages("intake")
    assert len(bodies) == 7
    refused = start.take(bodies, datetime(2026, 11, 24, 12, tzinfo=UTC))
    assert len([one for one in refused if one[1].code != "subscriber.unknown"]) == 6


def test_every_bad_field_is_answered(key: str, aws: Aws) -> None:
    bad = {"type": "number.released", "id": "", "time": "yesterday", "subscriber_id": "s-1", "msisdn": "5"}
    with Client(app) as client:
        told = json.loads(client.lambda_.invoke("events_http", request("/events", key, bad)).payload["body"])
    (one,) = told["rejected"]
    assert [one["field"], *(each["field"] for each in one["more"])] == ["id", "time", "msisdn"]
    ((_, reason),) = start.take(aws.messages("intake"), datetime(2026, 11, 24, 12, tzinfo=UTC))
    assert reason.code == "several"


def test_a_body_that_is_not_utf8_is_refused_whole(key: str, aws: Aws) -> None:
    body = json.dumps([EVENT | {"msisdn": "+8613900000001", "note": "王"}], ensure_ascii=False).encode(
        "gb18030"
    )
    raw = {**request("/events", key, []), "body": base64.b64encode(body).decode(), "isBase64Encoded": True}
    with Client(app) as client:
        answer = client.lambda_.invoke("events_http", raw)
    assert answer.payload["statusCode"] == 400
    assert not aws.messages("intake")


def test_without_the_key_nothing_is_taken(key: str, aws: Aws) -> None:
    with Client(app) as client:
        answer = client.lambda_.invoke("events_http", request("/events", f"not {key}", [EVENT]))
    assert answer.payload["statusCode"] == 401
    assert not aws.messages("intake")


def post(key: str) -> int:
    with Client(app) as client:
        return int(
            client.lambda_.invoke(
                "events_http", request("/events", key, [EVENT | {"msisdn": "+8613900000001"}])
            ).payload["statusCode"]
        )


def test_keys_overlap_while_one_is_exchanged_and_end_then(key: str, aws: Aws) -> None:
    now = clock.now()
    other = api_keys.make("crm", "ops", now)
    new = api_keys.make("billing", "ops", now)
    assert len(api_keys.end("billing", now + timedelta(hours=1), but=new)) == 1
    assert [post(one) for one in (key, new, other)] == [202, 202, 202]
    assert api_keys.sender_of(key, now + timedelta(hours=2)) is None
    assert api_keys.sender_of(new, now + timedelta(hours=2)) == "billing"
    api_keys.end("billing", now)
    api_keys.forget()
    assert [post(one) for one in (key, new, other)] == [401, 401, 202]
    assert key not in str(aws.rows("catalogue"))
    assert all(one.last_used for one in api_keys.all_keys())


def test_no_key_and_an_odd_one_are_none(key: str) -> None:
    assert [post(one) for one in ("", " ", "\u00fc", key[:-1], f"{key} ", "x" * 5000)] == [401] * 6


def test_an_event_too_large_to_be_set_aside_whole_is_no_trouble_to_the_others(key: str, aws: Aws) -> None:
    good = EVENT | {"msisdn": "+8613900000001"}
    body = [good, *(EVENT | {"id": f"e-{n}", "msisdn": "5", "note": "x" * 1_100_000} for n in range(3)), good]
    with Client(app) as client:
        told = client.lambda_.invoke("events_http", request("/events", key, body)).payload
    assert told["statusCode"] == 202
    answer = json.loads(told["body"])
    assert (answer["accepted"], [one["field"] for one in answer["rejected"]]) == (2, ["msisdn"] * 3)
    refused = start.take(aws.messages("intake"), datetime(2026, 11, 24, 12, tzinfo=UTC))
    assert [one[1].code for one in refused] == ["event.kind"] * 3
    queues.dead_letter("intake", refused * 4)
    assert len(queues.letters("intake")) == 12, "more than one call takes"


def test_another_method_is_answered_as_every_error_is(key: str) -> None:
    asked = request("/events", key, EVENT) | {"httpMethod": "GET"}
    asked["requestContext"]["httpMethod"] = "GET"
    with Client(app) as client:
        told = client.lambda_.invoke("events_http", asked).payload
    assert told["statusCode"] == 405
    assert json.loads(told["body"]).keys() == {"field", "code", "error"}
