"""A reply whose worker died: whoever applies it anew goes by what it was first read as, and for whom."""

from __future__ import annotations

import pytest

from chalicelib.care.inbox_decisions import find
from chalicelib.store import conversations
from chalicelib.store.relationship import proofs_of
from tests.support.factories import WANG
from tests.support.service import Service


def dies_while_it_is_applied(
    service: Service, monkeypatch: pytest.MonkeyPatch, body: str, inbound_id: str = "in-1"
) -> None:
    """The worker gets as far as telling other systems."""
    with monkeypatch.context() as broken:
        broken.delenv("RINGBACK_BUS")
        service.write(body, inbound_id)
    assert not find(WANG.msisdn, inbound_id).applied


def test_a_no_is_confirmed_to_whom_it_came_from_though_the_number_changed_hands_meanwhile(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.usage(85)
    service.settle()
    dies_while_it_is_applied(service, monkeypatch, "STOP")
    service.happen("number.assigned", msisdn="+8613900000077")
    service.write("STOP")
    service.settle()
    service.write("STOP")
    service.settle()
    reply = find(WANG.msisdn, "in-1")
    assert (reply.applied, reply.subscriber, reply.brand) == (True, "s-1", "yuntong")
    assert [one.to for one in service.network.texts[1:]] == [WANG.msisdn]
    assert [one.what for one in proofs_of(WANG.msisdn)] == ["opt_out"]


def test_an_answer_stays_the_score_that_it_was_though_its_survey_asks_on(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.complain()
    service.settle()
    dies_while_it_is_applied(service, monkeypatch, "1")
    read = find(WANG.msisdn, "in-1").reading
    service.write("1")
    reply = find(WANG.msisdn, "in-1")
    assert (reply.applied, reply.reading) == (True, read)
    assert (reply.reading["kind"], reply.reading["score"]) == ("rating", 1)


def test_a_no_brought_again_after_a_later_yes_undoes_nothing(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.usage(85)
    service.settle()
    dies_while_it_is_applied(service, monkeypatch, "STOP")
    assert conversations.state(WANG.msisdn).optouts
    service.write("START", "in-2")
    service.write("STOP")
    assert not conversations.state(WANG.msisdn).optouts
    assert [one.what for one in proofs_of(WANG.msisdn)] == ["opt_out", "opt_in"]
