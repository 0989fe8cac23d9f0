"""The life of a text with a gateway that only queues: Kannel's reports, on the real DynamoDB."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import boto3
import pytest

from chalicelib import log
from chalicelib.delivery import ports
from chalicelib.functions import outbox, receipts, sweeping
from chalicelib.sms.gateways import kannel, kannel_settings
from chalicelib.store import catalogue, conversations, versions
from chalicelib.store.schema.conversations import Text, text_key
from tests.functions.test_kannel_routes import KNOWN, call, posted
from tests.sms.gateway_servers import Seen, serving
from tests.support.factories import WANG
from tests.support.service import Service

ABOUT = "2026-11/2026-11-30/100/data/80/text"


class Kannel:
    """An smsbox on this machine: queues everything, or says that no SMSC is connected."""

    def __init__(self, seen: Seen, say: Callable[[str], None], vanish: Callable[[], None]) -> None:
        self.seen = seen
        self.say = say
        self.vanish = vanish

    @property
    def references(self) -> list[str]:
        """What came with each text and will come back in reports."""
        addresses = [one["x-kannel-dlr-url"] for one in self.seen.headers]
        return [one.partition("?r=")[2].partition("&")[0] for one in addresses]


@pytest.fixture
def queueing(service: Service, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kannel]:
    """The brand's texts go through Kannel; another originator, with AWS, backs that one up."""
    known = catalogue.documents([("brand#yuntong", catalogue.control().live["brand#yuntong"])])
    brand: dict[str, Any] = json.loads(json.dumps(known["brand#yuntong"], default=float))
    brand["originators"][0] |= {"gateway": "kannel", "backup": "YUNTONG"}
    version = versions.save("brand#yuntong", brand, by="t", at="", status="live")
    catalogue.go_live({"brand#yuntong": version})
    monkeypatch.setattr(ports, "GATEWAYS", {"aws": service.network.send, "kannel": kannel.send})
    answers = {"accept": (202, b"0: Accepted for delivery"), "stuck": (202, b"3: Queued for later delivery")}
    with serving(answers) as (url, seen, say, vanish):
        monkeypatch.setenv("RINGBACK_KANNEL_PARAMETER", "/ringback/test/kannel")
        monkeypatch.setattr(kannel_settings, "_known", (0.0, None))
        boto3.client("ssm").put_parameter(
            Name="/ringback/test/kannel",
            Value=json.dumps(asdict(KNOWN) | {"urls": [url]}),
            Type="SecureString",
        )
        yield Kannel(seen, say, vanish)


def reports(
    service: Service, reference: str, *kinds: str, words: str = "", network_id: str = "7"
) -> list[str]:
    """Kannel reports on a text; the receipts that came back."""
    for kind in kinds:
        assert call("GET", "/kannel/dlr", {"r": reference, "t": kind, "id": network_id, "w": words}) == 202
    return service.feed(receipts.receipt, service.aws.messages("receipts"))


def sent(service: Service, queueing: Kannel) -> str:
    """The reference of one usage alert that was handed over."""
    service.usage(85)
    service.deliver()
    assert service.texts()[ABOUT].status == "handed_over"
    return queueing.references[-1]


@pytest.mark.usefixtures("queueing")
def test_what_a_subscriber_writes_comes_in_by_the_settings_that_are_stored(service: Service) -> None:
    assert posted(b"STOP", "0") == 202
    (message,) = service.aws.messages("replies")
    assert json.loads(message)["messageBody"] == "STOP"


ORDERS = {
    "only taken": ((("8",),), "sent"),
    "the end before the acknowledgement": ((("1",), ("8",)), "delivered"),
    "taken twice and not delivered, in one batch": ((("8", "8", "2"),), "undelivered"),
}


@pytest.mark.parametrize(("batches", "ends"), ORDERS.values(), ids=ORDERS.keys())
def test_reports_end_a_text_in_any_order(
    service: Service, queueing: Kannel, batches: tuple[tuple[str, ...], ...], ends: str
) -> None:
    text = sent(service, queueing)
    for kinds in batches:
        assert reports(service, text, *kinds) == []
    kept = service.texts()[ABOUT]
    assert (kept.status, kept.message_id, kept.due, kept.job) == (ends, "7", "", "")


REFUSED = {
    "throttled": ("NACK/0x00000058/Throttling", ("held", "throttled"), 31),
    "number refused": ("NACK/0x0000000b/Invalid Destination", ("failed", "invalid_request"), 0),
}


@pytest.mark.parametrize(("words", "then", "again"), REFUSED.values(), ids=REFUSED.keys())
def test_a_refusal_is_tried_again_or_has_failed_with_its_number(
    service: Service, queueing: Kannel, words: str, then: tuple[str, str], again: int
) -> None:
    text = sent(service, queueing)
    assert reports(service, text, "16", words=words) == []
    kept = service.texts()[ABOUT]
    assert (kept.status, kept.reason) == then
    if not again:
        assert "0x0000000b" in kept.error
        return
    service.now += timedelta(seconds=again)
    service.schedule(sweeping.sweep)
    service.feed(outbox.deliver_bulk, service.aws.messages("outbox-urgent"))
    assert len(queueing.references) == 2


def test_a_sender_that_is_refused_is_spared_and_its_backup_takes_over(
    service: Service, queueing: Kannel
) -> None:
    reports(service, sent(service, queueing), "16", words="NACK/0x0000000a/Invalid Source")
    service.usage(95)
    service.deliver()
    assert [text.originator for text in service.network.texts] == ["YUNTONG"]
    service.now += timedelta(minutes=6)
    service.usage(100)
    service.deliver()
    assert len(queueing.references) == 2, "it is not given back"


def test_a_gateway_that_is_stuck_is_spared_at_once_and_keeps_what_it_has(
    service: Service, queueing: Kannel
) -> None:
    queueing.say("stuck")
    sent(service, queueing)
    service.usage(95)
    service.deliver()
    assert [text.originator for text in service.network.texts] == ["YUNTONG"]
    assert service.texts()[ABOUT].status == "handed_over", "never both ways but by the doubt's rule"


def test_a_gateway_where_nobody_answers_is_spared_by_a_lone_texts_third_try(
    service: Service, queueing: Kannel
) -> None:
    queueing.vanish()
    service.usage(85)
    back = service.deliver()  # again after a second at most, two, and four
    for receives in (2, 3, 4):
        assert service.network.texts == []
        back = service.feed(outbox.deliver_urgent, back, receives)
    assert [text.originator for text in service.network.texts] == ["YUNTONG"]
    assert service.texts()[ABOUT].status == "sent"


def test_what_the_network_never_acknowledges_is_a_doubt_and_ends_by_its_rule(
    service: Service, queueing: Kannel
) -> None:
    text = sent(service, queueing)
    service.now += timedelta(minutes=6)
    service.schedule(sweeping.sweep)
    kept = service.texts()[ABOUT]
    assert (kept.status, kept.reason) == ("in_doubt", "no_acknowledgement")
    service.now += timedelta(minutes=16)
    service.schedule(sweeping.sweep)
    service.schedule(sweeping.sweep)
    service.feed(outbox.deliver_bulk, service.aws.messages("outbox-urgent"))
    assert len(queueing.references) == 2
    reports(service, text, "8")
    assert service.texts()[ABOUT].status == "handed_over", (
        "a word about the first hand-off is not the second's"
    )


def test_a_doubt_is_ended_by_a_late_acknowledgement(service: Service, queueing: Kannel) -> None:
    text = sent(service, queueing)
    service.now += timedelta(minutes=6)
    service.schedule(sweeping.sweep)
    reports(service, text, "8")
    assert service.texts()[ABOUT].status == "sent"


def _still_sending() -> None:
    """As if the worker had not recorded the hand-off yet."""
    key = text_key(WANG.msisdn, f"mt#usage-alert/s-1/{ABOUT}")
    assert conversations.write([conversations.update(key, Text.status.to("sending"))]) == ["ok"]


def test_an_acknowledgement_may_be_faster_than_the_record(service: Service, queueing: Kannel) -> None:
    text = sent(service, queueing)
    _still_sending()
    assert reports(service, text, "8") == []
    assert service.texts()[ABOUT].status == "sent"


def test_a_refusal_that_is_faster_than_the_record_comes_back(service: Service, queueing: Kannel) -> None:
    text = sent(service, queueing)
    _still_sending()
    assert len(reports(service, text, "16", words="NACK/0x00000058/Throttling")) == 1
    assert service.texts()[ABOUT].status == "sending"


def test_a_text_that_the_network_took_twice_is_counted(
    service: Service, queueing: Kannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[str] = []
    monkeypatch.setattr(log, "measure", lambda values, **_: counted.extend(values))
    text = sent(service, queueing)
    reports(service, text, "8", network_id="7")
    reports(service, text, "8", network_id="7")
    assert counted == []
    reports(service, text, "8", network_id="9")
    assert counted == ["TextsTakenTwice"]
