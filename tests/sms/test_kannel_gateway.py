"""What Kannel's answers to a text mean, and what goes wrong before the text leaves."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from chalicelib.delivery.outcomes import GiveUp, InDoubt, Outcome, Retry, StopLane, outcome_of
from chalicelib.sms.gateways import NotSent, Outgoing, Queued, answer_of, kannel, kannel_settings
from chalicelib.sms.gateways.kannel_settings import Settings, settings_from
from tests.sms.gateway_servers import serving

TEXT = Outgoing("+8613900000001", "1069012300", "您的流量已用90%", promotional=False, seconds_to_live=3600)
NOWHERE = "http://127.0.0.1:9/cgi-bin/sendsms"
STORED = {"urls": [NOWHERE], "username": "u", "password": "p", "callback": "https://t.example", "keys": ["k"]}


def meaning(text: Outgoing = TEXT) -> Queued | Outcome:
    """What delivery makes of what becomes of a text; its number and its words are not said."""
    answer = answer_of(kannel.send, text)
    if isinstance(answer, Queued):
        return answer
    assert isinstance(answer, NotSent)
    assert text.to[1:] not in str(answer)
    assert text.body not in str(answer)
    return outcome_of(answer.code, answer.reason)


def known_by(patch: pytest.MonkeyPatch, *urls: str) -> None:
    patch.setattr(kannel, "settings", lambda: Settings(urls, "u", "p", "https://t.example/kannel", ("k",)))
    kannel.pool.cache_clear()


ANSWERS: dict[tuple[int, bytes], Any] = {
    (202, b"0: Accepted for delivery"): Queued(),
    (202, b"3: Queued for later delivery"): Queued(stuck=True),
    (202, b""): Queued(),
    (202, b"<html>"): Queued(),
    (400, b"Sender missing and no global set, rejected"): GiveUp("invalid_request"),
    (403, b"Authorization failed for sendsms"): StopLane("access_denied"),
    (403, b"Not routable. Do not try again."): GiveUp("no_gateway_originator"),
    (404, b""): StopLane("originator_missing"),
    (408, b""): Retry,
    (429, b"<html>slow down</html>"): Retry,
    (503, b"Temporal failure, try again later."): Retry,
    (200, b"Sent."): InDoubt,
    (307, b""): InDoubt,
    (500, b"<html>"): InDoubt,
    (504, b""): InDoubt,
}


@pytest.mark.parametrize("said", ANSWERS, ids=str)
def test_an_answer_means(said: tuple[int, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    with serving({"accept": said}) as (url, seen, _, _):
        known_by(monkeypatch, url)
        found = meaning()
    assert len(seen.paths) == 1
    wanted = ANSWERS[said]
    assert isinstance(found, wanted) if isinstance(wanted, type) else found == wanted


UNSPEAKABLE: dict[str, tuple[Outgoing, Outcome]] = {
    "a sender in Chinese": (Outgoing(TEXT.to, "云通", "x", False, 60), StopLane("originator_unusable")),
    "a sender of two lines": (
        Outgoing(TEXT.to, "1\r\nX: y", "x", False, 60),
        StopLane("originator_unusable"),
    ),
    "a sender that SMPP has no room for": (
        Outgoing(TEXT.to, "1" * 21, "x", False, 60),
        StopLane("originator_unusable"),
    ),
    "a number of two lines": (Outgoing("+86\n1", "1", "x", False, 60), GiveUp("invalid_request")),
    "half a pair": (Outgoing(TEXT.to, "1", "x\ud800", False, 60), GiveUp("invalid_request")),
}


@pytest.mark.parametrize(("text", "means"), UNSPEAKABLE.values(), ids=UNSPEAKABLE.keys())
def test_what_no_call_can_be_made_of_is_never_sent_and_no_doubt(
    text: Outgoing, means: Outcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving({"accept": (202, b"")}) as (url, seen, _, _):
        known_by(monkeypatch, url)
        assert meaning(text) == means
    assert seen.paths == []


def test_the_other_smsbox_has_what_the_first_never_got(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving({"accept": (202, b"")}) as (url, _, _, _):
        known_by(monkeypatch, NOWHERE, "nonsense://", url)
        assert meaning() == Queued()


PATIENCE = 30.0  # seconds for a thread to begin


class Ssm:
    """The parameter store: says what `does` returns."""

    class exceptions:
        class ParameterNotFound(Exception):
            """As botocore's."""

    def __init__(self, does: Callable[[], str]) -> None:
        self.does = does
        self.asked = 0

    def get_parameter(self, **_: Any) -> Any:
        self.asked += 1
        return {"Parameter": {"Value": self.does()}}


@pytest.fixture
def ssm(monkeypatch: pytest.MonkeyPatch) -> Ssm:
    made = Ssm(lambda: json.dumps(STORED))
    monkeypatch.setattr(boto3, "client", lambda *_, **__: made)
    monkeypatch.setenv("RINGBACK_KANNEL_PARAMETER", "/ringback/test/kannel")
    monkeypatch.setattr(kannel_settings, "_known", (0.0, None))
    return made


def away() -> str:
    raise ClientError({"Error": {"Code": "ThrottlingException"}}, "GetParameter")


def silent() -> str:
    raise ReadTimeoutError(endpoint_url="https://ssm.test")


def none_there() -> str:
    raise Ssm.exceptions.ParameterNotFound


LOOKED_UP: dict[str, tuple[Callable[[], str], type[Outcome]]] = {
    "there is none": (none_there, StopLane),
    "SSM is busy": (away, Retry),
    "SSM is silent": (silent, Retry),
    "it is no JSON": (lambda: "{", StopLane),
    "it says too little": (lambda: "{}", StopLane),
    "it has one key in the place of a list": (lambda: json.dumps(STORED | {"keys": "secret"}), StopLane),
}


@pytest.mark.parametrize(("does", "means"), LOOKED_UP.values(), ids=LOOKED_UP.keys())
def test_settings_that_are_not_there_are_no_doubt(
    ssm: Ssm, does: Callable[[], str], means: type[Outcome]
) -> None:
    ssm.does = does
    assert isinstance(meaning(), means)


def test_settings_are_used_on_while_they_cannot_be_read_again(
    ssm: Ssm, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert kannel_settings.settings() is not None
    monkeypatch.setattr(kannel_settings, "USED_FOR", -1.0)
    ssm.does = away
    assert kannel_settings.settings() is not None
    assert "not read anew" in capsys.readouterr().out
    ssm.does = none_there
    assert kannel_settings.settings() is None


def test_the_threads_of_a_batch_look_settings_up_once(ssm: Ssm) -> None:
    asked, answer = threading.Event(), threading.Event()

    def when_told() -> str:
        asked.set()
        assert answer.wait(PATIENCE)
        return json.dumps(STORED)

    ssm.does = when_told
    with ThreadPoolExecutor(8) as pool:
        found = [pool.submit(kannel_settings.settings)]
        assert asked.wait(PATIENCE)
        found += [pool.submit(kannel_settings.settings) for _ in range(7)]
        answer.set()
    assert [one.result() for one in found] == [settings_from(STORED)] * 8
    assert ssm.asked == 1
