"""Whoever answers a byte at a time holds nobody longer than one whole exchange may take. Gateways are asked
in tests/sms/test_gateway_conformance.py."""

from __future__ import annotations

import ast
import time
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib import deadline
from chalicelib.commands import doctor_kannel
from chalicelib.console import issuer
from chalicelib.console.openid import SignInFailed
from chalicelib.store import bedrock
from tests.sms.gateway_servers import serving
from tests.test_architecture import modules

SHORT = 0.25  # seconds
LATE = 0.5  # after it, on a busy machine


def doctor(url: str) -> None:
    if not doctor_kannel._answers(url):
        raise TimeoutError


def sign_in(url: str) -> None:
    issuer._asked(url)


def proposal(_: str) -> None:
    bedrock.converse({"messages": [{"role": "user", "content": [{"text": "?"}]}]})


CALLERS: dict[str, tuple[Callable[[str], None], Any, str]] = {
    "doctor": (doctor, doctor_kannel, "PATIENCE"),
    "sign-in": (sign_in, issuer, "SECONDS"),
    "proposal": (proposal, bedrock, "ANSWERED_WITHIN"),
}
FAILS = (TimeoutError, SignInFailed, BotoCoreError, ClientError)


@pytest.mark.parametrize("since", ["status", "headers", "body"])
@pytest.mark.parametrize("name", CALLERS)
def test_every_caller_gives_up_an_answer_that_trickles(
    name: str, since: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    call, module, setting = CALLERS[name]
    monkeypatch.setattr(module, setting, SHORT)
    with serving({"accept": (200, b'{"output": {}, "usage": {}, "x": 1}')}) as (url, _, say, _):
        monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", url)
        monkeypatch.setenv("RINGBACK_BEDROCK_MODEL", "a-model")
        for one in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
            monkeypatch.setenv(one, "us-east-1")
        monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)  # which would keep these for whoever comes later
        bedrock._client.cache_clear()
        say(f"slow {since}")
        begun = time.monotonic()
        with pytest.raises(FAILS):
            call(url)
        assert time.monotonic() - begun < SHORT + LATE
        bedrock._client.cache_clear()


def test_a_deadline_within_another_is_the_nearer_one() -> None:
    assert deadline._left() is None
    with deadline.within(1.0):
        with deadline.within(60.0):
            left = deadline._left()
            assert left is not None
            assert left <= 1.0
        with deadline.within(0.1):
            left = deadline._left()
            assert left is not None
            assert left <= 0.1
        left = deadline._left()
        assert left is not None
        assert left > 0.1
    assert deadline._left() is None


def test_no_module_opens_a_connection_without_a_deadline() -> None:
    opening = {"urlopen", "PoolManager", "HTTPConnection", "HTTPSConnection", "create_connection"}
    found = {
        name
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute | ast.Name)
        and (node.attr if isinstance(node, ast.Attribute) else node.id) in opening
    }
    keeping = {
        name
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "chalicelib.deadline"
    }
    assert found - keeping == set()
    assert found
