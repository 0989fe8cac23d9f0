"""The synthetic event: onto the bus, through intake, and its text once a quarter of an hour to the number
that the stack names."""

from __future__ import annotations

import json
from datetime import timedelta

import boto3
import pytest

from chalicelib import queues
from chalicelib.campaigns.synthetic import EVENT, SOURCE
from chalicelib.functions import intake, planning
from tests.support.service import Service

SIMULATOR = "+14254147755"


@pytest.fixture
def wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RINGBACK_SYNTHETIC_NUMBER", SIMULATOR)
    monkeypatch.setenv("RINGBACK_SYNTHETIC_BRAND", "skylark")


def on_the_bus(service: Service) -> list[str]:
    """What operators' systems have put on the bus, as intake gets it."""
    return service.aws.messages("intake")


@pytest.fixture
def fed(service: Service) -> Service:
    """The service, with the rule that brings operators' events from the bus to intake."""
    sqs, url = queues.sqs(), queues.url("intake")
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events, bus = boto3.client("events", region_name="us-east-1"), "test-bus"
    pattern = json.dumps({"source": [{"prefix": "operator."}]})
    events.put_rule(Name="operators", EventBusName=bus, EventPattern=pattern)
    events.put_targets(Rule="operators", EventBusName=bus, Targets=[{"Id": "intake", "Arn": arn}])
    return service


def quarter(service: Service) -> None:
    """The planner's turn, and what comes of it."""
    service.schedule(planning.plan)
    service.feed(intake.intake, on_the_bus(service))
    service.deliver()


def test_nobody_gets_one_unless_it_is_wanted(fed: Service) -> None:
    quarter(fed)
    assert fed.network.texts == []


@pytest.mark.usefixtures("wanted")
def test_a_quarter_has_one_however_often_it_is_planned(fed: Service) -> None:
    quarter(fed)
    quarter(fed)
    (text,) = fed.network.texts
    assert (text.to, text.originator) == (SIMULATOR, "72527")
    fed.now += timedelta(minutes=15)
    quarter(fed)
    assert len(fed.network.texts) == 2


@pytest.mark.usefixtures("wanted")
def test_its_receipt_says_that_the_way_is_open(fed: Service) -> None:
    quarter(fed)
    (text,) = fed.network.texts
    fed.receipt(text)
    (kept,) = fed.texts(SIMULATOR).values()
    assert kept.status == "delivered"


@pytest.mark.usefixtures("wanted")
def test_while_intake_does_not_read_nothing_goes_out(fed: Service) -> None:
    fed.schedule(planning.plan)
    fed.deliver()
    assert fed.network.texts == []
    assert len(on_the_bus(fed)) == 1


@pytest.mark.usefixtures("wanted")
@pytest.mark.parametrize("detail", [{}, {"time": "soon"}, {"time": None}, [], "x"], ids=str)
def test_a_synthetic_event_without_a_time_is_set_aside(fed: Service, detail: object) -> None:
    one = {"source": SOURCE, "detail-type": EVENT, "detail": detail}
    fed.feed(intake.intake, [json.dumps(one)])
    fed.deliver()
    assert fed.network.texts == []
    assert len(fed.aws.messages("intake-dead")) == 1


def test_one_that_nobody_here_wants_is_an_unknown_event(fed: Service) -> None:
    one = {"source": SOURCE, "detail-type": EVENT, "detail": {"id": "x", "time": "2026-11-24T04:00:00Z"}}
    fed.feed(intake.intake, [json.dumps(one)])
    assert len(fed.aws.messages("intake-dead")) == 1
