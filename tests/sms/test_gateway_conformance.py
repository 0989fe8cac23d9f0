"""What every way to send must do (docs/gateways.md), asked of each module through a server of its own kind.

A new gateway passes it with one more entry in `gateway_servers.GATEWAYS`.
"""

from __future__ import annotations

from asyncio import CancelledError
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.delivery import ports
from chalicelib.delivery.outcomes import GiveUp, InDoubt, Outcome, Retry, StopLane, outcome_of
from chalicelib.sms import gateways
from chalicelib.sms.gateways import NotSent, Outgoing, Queued, answer_of
from tests.sms.gateway_servers import GATEWAYS, Behind

TO, WORDS = "+8613900000001", "您的流量已用90%，退订回T"
CONTEXT = {"item": "mt#usage-alert/s-1/2026-11/data/90/text", "token": "00000000000000ff"}
TEXT = Outgoing(TO, "1069012300", WORDS, promotional=False, seconds_to_live=3600, context=CONTEXT)


@pytest.fixture(params=GATEWAYS, ids=list(GATEWAYS))
def gateway(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Behind]:
    with GATEWAYS[request.param](monkeypatch) as behind:
        yield behind


def outcome(gateway: Behind) -> Outcome:
    """What delivery makes of a text that the gateway did not say yes to."""
    with pytest.raises(NotSent) as refused:
        gateway.send(TEXT)
    said = str(refused.value)
    assert TO[1:] not in said
    assert WORDS not in said
    return outcome_of(refused.value.code, refused.value.reason)


def test_the_names_an_originator_may_give_are_the_gateways_there_are() -> None:
    assert set(gateways.NAMES) == set(ports.GATEWAYS) == set(GATEWAYS)


def test_a_text_is_accepted_under_an_id_or_queued(gateway: Behind) -> None:
    answer = gateway.send(TEXT)
    assert answer == Queued() or (isinstance(answer, str) and answer)


def test_item_and_token_come_back_with_receipts(gateway: Behind) -> None:
    gateway.send(TEXT)
    assert {name: gateway.context()[name] for name in CONTEXT} == CONTEXT


def test_neither_number_nor_words_are_in_an_address(gateway: Behind) -> None:
    gateway.send(TEXT)
    addresses = gateway.seen.paths + [h.get("x-kannel-dlr-url", "") for h in gateway.seen.headers]
    assert not [one for one in addresses if TO[1:] in one or "90" in one.partition("r=")[0]]


def test_the_network_is_told_how_long_to_try(gateway: Behind) -> None:
    gateway.send(TEXT)
    assert gateway.life() == TEXT.seconds_to_live


@pytest.mark.parametrize(
    ("said", "means"),
    [("busy", Retry), ("denied", StopLane), ("refused", GiveUp), ("broken", InDoubt), ("cut", InDoubt)],
)
def test_what_is_said_means(gateway: Behind, said: str, means: type[Outcome]) -> None:
    gateway.say(said)
    assert isinstance(outcome(gateway), means)
    assert len(gateway.seen.paths) == 1, "a library tried again by itself"


@pytest.mark.parametrize("since", ["status", "headers", "body"])
def test_an_answer_that_trickles_is_a_doubt_once_the_whole_exchange_took_too_long(
    gateway: Behind, since: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway.say("accept")
    gateway.send(TEXT)  # so that there is a connection
    gateway.say(f"slow {since}")  # a whole answer in the end, and never long without a byte
    with monkeypatch.context() as patch:
        patch.setattr(gateways, "ANSWERED_WITHIN", 0.25)
        answer = answer_of(gateway.send, TEXT)
    assert isinstance(answer, NotSent)
    assert outcome_of(answer.code, answer.reason) == InDoubt("timeout")
    gateway.say("accept")
    again = answer_of(gateway.send, TEXT)
    assert isinstance(again, Queued | str), "the connection of the answer before is used again"


def test_a_deadline_that_is_over_before_the_text_leaves_is_no_doubt(
    gateway: Behind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateways, "ANSWERED_WITHIN", 0.0)
    answer = answer_of(gateway.send, TEXT)
    assert isinstance(answer, NotSent)
    assert isinstance(outcome_of(answer.code, answer.reason), Retry)
    assert gateway.seen.paths == []


def test_nobody_there_is_another_try_and_known_as_silence(gateway: Behind) -> None:
    gateway.vanish()
    found = outcome(gateway)
    assert isinstance(found, Retry)
    assert found.silent


def test_what_a_gateway_raises_beside_is_a_doubt_without_its_words() -> None:
    def broken(text: Outgoing) -> str:
        raise ZeroDivisionError(f"cannot send {text.body} to {text.to}")

    answer = answer_of(broken, TEXT)
    assert isinstance(answer, NotSent)
    assert str(answer) == "ZeroDivisionError"
    assert isinstance(outcome_of(answer.code, answer.reason), InDoubt)


class Worst(BaseException):
    """No `except Exception` catches it."""


RAISED = [ZeroDivisionError(), SystemExit(1), Worst(), CancelledError(), NotSent("SMPP", None)]  # type: ignore[arg-type]
ANSWERED: list[Any] = [None, "", b"m-1", 7, True, [], NotSent, Queued, NotSent("Kannel", "busy")]
BROKEN = [*((one, None) for one in RAISED), *((None, one) for one in ANSWERED)]


@pytest.mark.parametrize(("raised", "answered"), BROKEN, ids=map(repr, [*RAISED, *ANSWERED]))
def test_a_worker_and_the_other_texts_outlive_whatever_a_gateway_raises_or_answers(
    raised: BaseException | None, answered: Any
) -> None:
    def now_and_then(text: Outgoing) -> Any:
        if not text.to.endswith("3"):
            return text.to
        if raised:
            raise raised
        return answered

    texts = [Outgoing(f"+861390000000{n}", "1", "x", False, 60) for n in range(6)]
    answers = ports.all_at_once(now_and_then, texts)
    assert [one for one in answers if isinstance(one, str)] == [one.to for one in (*texts[:3], *texts[4:])]
    assert isinstance(answers[3], NotSent)
    assert isinstance(outcome_of(answers[3].code, answers[3].reason), InDoubt)


def test_an_originator_with_a_gateway_of_no_such_name_stops_and_says_so() -> None:
    answer = answer_of(gateways.unknown, TEXT)
    assert isinstance(answer, NotSent)
    assert outcome_of(answer.code, answer.reason) == StopLane("no_such_gateway")
