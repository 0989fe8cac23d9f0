"""The synthetic text: once a quarter of an hour, to the number that the stack names."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.functions import planning
from tests.support.service import Service

SIMULATOR = "+14254147755"


@pytest.fixture
def wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RINGBACK_SYNTHETIC_NUMBER", SIMULATOR)
    monkeypatch.setenv("RINGBACK_SYNTHETIC_BRAND", "skylark")


def test_nobody_gets_one_unless_it_is_wanted(service: Service) -> None:
    service.schedule(planning.plan)
    service.deliver()
    assert service.network.texts == []


@pytest.mark.usefixtures("wanted")
def test_a_quarter_has_one_however_often_it_is_planned(service: Service) -> None:
    for _ in range(2):
        service.schedule(planning.plan)
        service.deliver()
    (text,) = service.network.texts
    assert (text.to, text.originator) == (SIMULATOR, "72527")
    service.now += timedelta(minutes=15)
    service.schedule(planning.plan)
    service.deliver()
    assert len(service.network.texts) == 2


@pytest.mark.usefixtures("wanted")
def test_its_receipt_says_that_the_way_is_open(service: Service) -> None:
    service.schedule(planning.plan)
    service.deliver()
    (text,) = service.network.texts
    service.receipt(text)
    (kept,) = service.texts(SIMULATOR).values()
    assert kept.status == "delivered"
