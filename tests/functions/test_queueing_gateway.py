"""The life of a text with a gateway that only queues: Kannel's reports, on the real DynamoDB."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

import boto3
import pytest

from chalicelib import log
from chalicelib.clock import iso, parse
from chalicelib.delivery import ports, release
from chalicelib.functions import outbox, receipts, sweeping
from chalicelib.job import Job
from chalicelib.sms.gateways import NotSent, kannel, kannel_settings
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
    for one in brand["originators"][1:]:
        one["backup"] = brand["originators"][0]["identity"]  # each is the other's
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


def called(reference: str, *kinds: str, words: str = "", network_id: str = "7") -> None:
    """Kannel calls with reports on a text."""
    for kind in kinds:
        assert call("GET", "/kannel/dlr", {"r": reference, "t": kind, "id": network_id, "w": words}) == 202


def recorded(service: Service) -> list[str]:
    """All that it called with in one batch; the receipts that came back."""
    return service.feed(receipts.receipt, service.aws.messages("receipts"))


def reports(
    service: Service, reference: str, *kinds: str, words: str = "", network_id: str = "7"
) -> list[str]:
    """Kannel reports on a text; the receipts that came back."""
    called(reference, *kinds, words=words, network_id=network_id)
    return recorded(service)


def sent(service: Service, queueing: Kannel) -> str:
    """The reference of one usage alert that was handed over."""
    service.usage(85)
    service.deliver()
    assert service.texts()[ABOUT].status == "handed_over"
    return queueing.references[-1]


def twice_handed_over(service: Service, queueing: Kannel) -> tuple[str, str]:
    """The references of two hand-offs of one text: the first was never acknowledged."""
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
    return text, queueing.references[-1]


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


def test_what_the_network_refuses_again_and_again_is_tried_ever_later(
    service: Service, queueing: Kannel
) -> None:
    waits = []
    reference = sent(service, queueing)
    for _ in range(7):
        reports(service, reference, "16", words="NACK/Retries Exceeded")
        due = parse(service.texts()[ABOUT].due)
        waits.append((due - service.now).total_seconds())
        service.now = due + timedelta(seconds=1)
        service.schedule(sweeping.sweep)
        service.feed(outbox.deliver_urgent, service.aws.messages("outbox-urgent"))
        reference = queueing.references[-1]
    assert waits == [30, 60, 120, 240, 480, 900, 900]


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
    text, _ = twice_handed_over(service, queueing)
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


def test_an_acknowledgement_without_an_id_is_no_second_one(
    service: Service, queueing: Kannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[str] = []
    monkeypatch.setattr(log, "measure", lambda values, **_: counted.extend(values))
    text = sent(service, queueing)
    reports(service, text, "8")
    reports(service, text, "8", "1", network_id="")
    assert counted == []
    kept = service.texts()[ABOUT]
    assert (kept.status, kept.message_id) == ("delivered", "7"), "what was known of it is lost"


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_acknowledgements_of_two_hand_offs_in_one_batch_are_each_heard(
    service: Service, queueing: Kannel, order: tuple[int, int]
) -> None:
    both = twice_handed_over(service, queueing)
    for n in order:
        called(both[n], "8", network_id=str(n))
    assert recorded(service) == []
    kept = service.texts()[ABOUT]
    assert (kept.status, kept.message_id) == ("sent", "1")


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_two_ends_in_one_batch_the_text_that_arrived_counts(
    service: Service, queueing: Kannel, order: tuple[int, int]
) -> None:
    both = twice_handed_over(service, queueing)
    for n in order:
        called(both[n], "21"[n], words="stat:UNDELIV")
    recorded(service)
    assert service.texts()[ABOUT].status == "delivered"


TOGETHER = {
    "the same twice": (("58", "58"), ("held", "throttled")),
    "the same twice, for good": (("0b", "0b"), ("failed", "invalid_request")),
    "two that contradict each other": (("58", "0b"), ("held", "throttled")),
    "with an acknowledgement": (("58", ""), ("sent", "")),
}


@pytest.mark.parametrize(("numbers", "then"), TOGETHER.values(), ids=TOGETHER.keys())
def test_refusals_of_one_text_in_one_batch_are_one(
    service: Service, queueing: Kannel, numbers: tuple[str, ...], then: tuple[str, str]
) -> None:
    text = sent(service, queueing)
    for one in numbers:
        called(text, "16" if one else "8", words=f"NACK/0x000000{one}/no" if one else "ACK/")
    assert recorded(service) == []
    kept = service.texts()[ABOUT]
    assert (kept.status, kept.reason) == then


SENDER_REFUSED = "NACK/0x0000000a/Invalid Source"


def test_a_text_whose_sender_was_refused_goes_by_the_backup_itself(
    service: Service, queueing: Kannel
) -> None:
    reports(service, sent(service, queueing), "16", words=SENDER_REFUSED)
    service.schedule(sweeping.sweep)
    service.feed(outbox.deliver_urgent, service.aws.messages("outbox-urgent"))
    assert [text.originator for text in service.network.texts] == ["YUNTONG"]
    assert service.texts()[ABOUT].status == "sent"


def test_a_text_whose_senders_are_refused_in_turn_waits(service: Service, queueing: Kannel) -> None:
    text = sent(service, queueing)
    tried = replace(Job.loads(service.texts()[ABOUT].job), refusals=3).dumps()
    key = text_key(WANG.msisdn, f"mt#usage-alert/s-1/{ABOUT}")
    assert conversations.write([conversations.update(key, Text.job.to(tried))]) == ["ok"]
    reports(service, text, "16", words=SENDER_REFUSED)
    assert parse(service.texts()[ABOUT].due) == service.now + timedelta(minutes=15)


@pytest.mark.parametrize("before", ["16", "8"], ids=["said before", "contradicted before"])
def test_a_refusal_that_says_nothing_new_spares_nobody(
    service: Service, queueing: Kannel, before: str
) -> None:
    text = sent(service, queueing)
    reports(service, text, before, words=SENDER_REFUSED)
    spared = catalogue.control().failing
    service.now += timedelta(minutes=4)
    reports(service, text, "16", words=SENDER_REFUSED)
    assert catalogue.control().failing == spared


def test_what_expired_at_the_gateway_has_expired(service: Service, queueing: Kannel) -> None:
    text = sent(service, queueing)
    service.now += timedelta(hours=7)
    reports(service, text, "16", words="NACK/validity expired")
    service.now += timedelta(seconds=31)
    service.schedule(sweeping.sweep)
    service.feed(outbox.deliver_urgent, service.aws.messages("outbox-urgent"))
    assert service.texts()[ABOUT].status == "expired"


LATE: dict[str, tuple[Callable[[datetime], int], str]] = {
    "ends no doubt": (release.end_doubts, "in_doubt"),
    "makes none": (release.doubt_unacknowledged, "handed_over"),
}


@pytest.mark.parametrize(("step", "stays"), LATE.values(), ids=LATE.keys())
def test_a_sweeper_that_stood_still_is_about_the_hand_off_that_it_looked_at(
    service: Service,
    queueing: Kannel,
    monkeypatch: pytest.MonkeyPatch,
    step: Callable[[datetime], int],
    stays: str,
) -> None:
    sent(service, queueing)
    if stays == "in_doubt":
        service.now += timedelta(minutes=6)
        service.schedule(sweeping.sweep)
    service.now += timedelta(minutes=16)
    write = conversations.write

    def later(statements: Any) -> Any:
        key = text_key(WANG.msisdn, f"mt#usage-alert/s-1/{ABOUT}")
        monkeypatch.setattr(conversations, "write", write)
        assert write([conversations.update(key, Text.due.to("2026-11-24T09:00:00.000Z"))]) == ["ok"]
        return write(statements)

    monkeypatch.setattr(conversations, "write", later)
    step(service.now)
    assert service.texts()[ABOUT].status == stays


NO_CONTEXTS: list[Any] = ["x", {"item": "x" * 3000}, {"item": ["x"]}, {"item": ""}, []]
UNREADABLE: list[Any] = [
    *({"context": about} for about in NO_CONTEXTS),
    {"destinationPhoneNumber": ""},
    {"destinationPhoneNumber": "1" * 3000},
    {"eventTimestamp": float("inf")},
    {"eventTimestamp": "now"},
    {"eventType": ["TEXT_ACCEPTED"]},
    {"messageId": "\ud800"},
    *({"eventType": "TEXT_REFUSED", "error": error} for error in ("no", ["no"], None)),
]


def test_a_receipt_that_is_none_does_not_hold_up_the_others(service: Service, queueing: Kannel) -> None:
    text = sent(service, queueing)
    called(text, "8")
    (good,) = service.aws.messages("receipts")
    broken = [json.dumps(json.loads(good) | one) for one in UNREADABLE[:-3]]
    nobodys = {"context": {"item": "mt#a/b/c/d", "token": "t"}}
    broken += [json.dumps(json.loads(good) | nobodys | one) for one in UNREADABLE[-3:]]
    assert service.feed(receipts.receipt, [*broken, *("[]", "7", "null", '"x"'), good]) == []
    assert service.texts()[ABOUT].status == "sent"


@pytest.mark.usefixtures("queueing")
def test_a_text_that_no_originator_can_send_waits_and_is_no_dead_letter(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RINGBACK_KANNEL_PARAMETER")
    service.network.refuse = NotSent("AccessDeniedException")
    service.usage(85)
    back = service.deliver()
    receives = 1
    while back:
        receives += 1
        service.now += timedelta(seconds=1)
        back = service.feed(outbox.deliver_urgent, back, receives)
    assert receives < 10
    kept = service.texts()[ABOUT]
    assert (kept.status, kept.reason) == ("held", "throttled")
    assert kept.due > iso(service.now)
