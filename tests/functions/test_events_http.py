"""`POST /events` through the function that API Gateway gives it to."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from chalice.test import Client

from app import app
from chalicelib.functions import web
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
def key(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> str:
    """The key that senders have, in the parameter store."""
    assert aws
    monkeypatch.setenv("RINGBACK_API_KEY_PARAMETER", "/ringback/test/api-key")
    monkeypatch.setattr(web, "_key", (0.0, ""))  # what was fetched before
    boto3.client("ssm").put_parameter(Name="/ringback/test/api-key", Value="the-key", Type="SecureString")
    return "the-key"


EVENT = {"type": "number.released", "id": "e-1", "time": "2026-11-24T12:00:00+08:00", "subscriber_id": "s-1"}


def test_events_that_are_posted_wait_for_intake(key: str, aws: Aws) -> None:
    body = [EVENT | {"msisdn": "+8613900000001"}]
    with Client(app) as client:
        answer = client.lambda_.invoke("events_http", request("/events", key, body))
    assert answer.payload["statusCode"] == 202
    assert json.loads(answer.payload["body"])["accepted"] == 1
    assert len(aws.messages("intake")) == 1


def test_without_the_key_nothing_is_taken(key: str, aws: Aws) -> None:
    with Client(app) as client:
        answer = client.lambda_.invoke("events_http", request("/events", f"not {key}", [EVENT]))
    assert answer.payload["statusCode"] == 401
    assert not aws.messages("intake")
