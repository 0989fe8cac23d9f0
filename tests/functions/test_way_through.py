"""The entry points, one after the other, on the real DynamoDB: an event becomes a text, once."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib import queues
from chalicelib.care import arrivals, reads
from chalicelib.functions import drops, intake, outbox, sweeping
from chalicelib.intake import subscriber_changes
from chalicelib.sms.gateways import NotSent, Outgoing
from chalicelib.store import catalogue, conversations, versions
from chalicelib.store.relationship import conversation_with, proofs_of, relationship
from tests.support.factories import WANG
from tests.support.service import Service


def test_usage_going_from_40_to_95_is_one_text_about_the_highest_threshold(service: Service) -> None:
    service.usage(40)
    assert service.deliver() == []
    assert service.network.texts == []
    service.usage(95)
    service.deliver()
    assert [text.body[:4] for text in service.network.texts] == ["【云通】"]
    assert {about: text.status for about, text in service.texts().items()} == {
        "2026-11/2026-11-30/100/data/80/text": "suppressed",
        "2026-11/2026-11-30/100/data/90/text": "sent",
    }


def test_a_late_event_about_a_lower_threshold_adds_nothing(service: Service) -> None:
    service.usage(95)
    service.deliver()
    service.usage(85)
    service.deliver()
    assert len(service.network.texts) == 1


def test_the_same_event_again_adds_nothing(service: Service) -> None:
    for _ in range(3):
        service.usage(85)
    service.deliver()
    service.usage(85)
    service.deliver()
    assert len(service.network.texts) == 1


def test_a_receipt_ends_a_text_and_a_later_one_changes_nothing(service: Service) -> None:
    service.usage(85)
    service.deliver()
    (text,) = service.network.texts
    service.receipt(text, "TEXT_PENDING")
    assert service.texts()["2026-11/2026-11-30/100/data/80/text"].status == "sent"
    service.receipt(text)
    service.receipt(text, "TEXT_UNREACHABLE")
    kept = service.texts()["2026-11/2026-11-30/100/data/80/text"]
    assert (kept.status, kept.price, kept.parts) == ("delivered", 0.05, 1)


def test_a_receipt_that_is_not_ours_is_passed_over(service: Service) -> None:
    stranger = Outgoing(to="+8613900000009", originator="1", body="x", promotional=False, seconds_to_live=60)
    service.receipt(stranger)
    assert relationship("+8613900000009") == []


def test_what_is_throttled_comes_back_and_goes_out_then(service: Service) -> None:
    service.network.refuse = NotSent("ThrottlingException")
    service.usage(85)
    back = service.deliver()
    assert len(back) == 1
    assert service.texts()["2026-11/2026-11-30/100/data/80/text"].status == "held"
    service.network.refuse = None
    assert service.feed(outbox.deliver_urgent, back, receives=2) == []
    assert service.texts()["2026-11/2026-11-30/100/data/80/text"].status == "sent"


def test_a_lost_answer_is_a_doubt_until_the_receipt_shows_what_happened(service: Service) -> None:
    service.network.accept_and_fall_silent = True
    service.usage(85)
    assert service.deliver() == []
    assert service.texts()["2026-11/2026-11-30/100/data/80/text"].status == "in_doubt"
    service.receipt(service.network.texts[0])
    assert service.texts()["2026-11/2026-11-30/100/data/80/text"].status == "delivered"
    service.now += timedelta(hours=1)
    service.schedule(sweeping.sweep)
    service.deliver()
    assert len(service.network.texts) == 1


def test_a_doubt_that_nothing_resolves_ends_as_the_campaign_says(service: Service) -> None:
    service.network.accept_and_fall_silent = True
    service.usage(85)
    service.deliver()
    service.network.accept_and_fall_silent = False
    service.now += timedelta(minutes=16)
    service.schedule(sweeping.sweep)
    service.deliver()
    text = service.texts()["2026-11/2026-11-30/100/data/80/text"]
    assert (text.status, text.resends, len(service.network.texts)) == ("sent", 1, 2)


def test_a_receipt_that_comes_before_the_second_try_of_a_doubt_prevents_it(service: Service) -> None:
    service.network.accept_and_fall_silent = True
    service.usage(85)
    service.deliver()
    service.network.accept_and_fall_silent = False
    service.now += timedelta(minutes=16)
    service.schedule(sweeping.sweep)
    assert service.texts()["2026-11/2026-11-30/100/data/80/text"].status == "held"
    service.receipt(service.network.texts[0])
    service.deliver()
    assert service.texts()["2026-11/2026-11-30/100/data/80/text"].status == "delivered"
    assert len(service.network.texts) == 1


def test_the_birthday_is_planned_once_on_the_subscribers_own_morning(service: Service) -> None:
    service.now = datetime(2026, 11, 24, 0, 59, tzinfo=UTC)
    service.plan()
    assert service.deliver("bulk") == []
    assert service.network.texts == []
    service.now = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    service.plan()
    service.plan()
    service.deliver("bulk")
    assert [text.promotional for text in service.network.texts] == [True]


def test_a_survey_waits_its_time_and_a_digit_answers_it(service: Service) -> None:
    resolved = (service.now - timedelta(minutes=10)).isoformat()
    complaint = {"complaint_id": "C-1", "topic": "network", "opened_at": resolved, "resolved_at": resolved}
    service.happen("complaint.resolved", **complaint)
    service.happen("complaint.resolved", **complaint)
    service.deliver("bulk")
    assert service.network.texts == []
    assert service.texts()["C-1/invitation"].status == "held"
    service.now += timedelta(minutes=21)
    service.schedule(sweeping.sweep)
    service.deliver("bulk")
    service.write("５")
    service.write("５")
    service.deliver()
    bodies = [text.body for text in service.network.texts]
    assert len(bodies) == 2, bodies
    (survey,) = conversation_with(WANG.msisdn).surveys
    assert (survey.status, survey.score) == ("answered", 5)
    replies = [detail for kind, detail in service.aws.announced() if kind == "reply.received"]
    assert [(one["kind"], one["score"], one["msisdn"]) for one in replies] == [
        ("rating", 5, "+86 139 •••• 0001")
    ]


def test_an_unanswered_survey_is_reminded_once_and_expires(service: Service) -> None:
    resolved = (service.now - timedelta(minutes=31)).isoformat()
    service.happen(
        "complaint.resolved", complaint_id="C-1", topic="x", opened_at=resolved, resolved_at=resolved
    )
    service.deliver("bulk")
    for hours in (24, 1, 48, 1):
        service.now += timedelta(hours=hours, minutes=1)
        service.schedule(sweeping.sweep)
        service.deliver("bulk")
    steps = [text.context["item"].rsplit("/", 1)[1] for text in service.network.texts]
    assert steps == ["invitation", "reminder"]
    service.write("5")
    (survey,) = conversation_with(WANG.msisdn).surveys
    assert (survey.status, survey.score) == ("expired", None)


def test_stop_is_confirmed_once_and_obeyed_until_an_explicit_start(service: Service) -> None:
    service.write("退订", "in-1")
    service.write("退订", "in-2")
    service.usage(85)
    service.deliver()
    assert len(service.network.texts) == 1, "one confirmation, no alert"
    assert service.texts()["2026-11/2026-11-30/100/data/80/text"].reason == "opted_out"
    service.write("yes", "in-3")
    service.usage(95)
    service.deliver()
    assert len(service.network.texts) == 1
    service.write("START", "in-4")
    service.usage(100, cycle="2026-12")
    service.deliver()
    assert len(service.network.texts) == 3


def test_importing_subscribers_again_does_not_revive_consent(service: Service) -> None:
    service.write("STOP")
    subscriber_changes.put_many([WANG])
    service.usage(85)
    service.deliver()
    assert [text.context["campaign"] for text in service.network.texts] == ["automatic"]


def test_a_pause_holds_texts_back_and_resuming_loses_and_repeats_none(service: Service) -> None:
    catalogue.pause("usage-alert")
    service.usage(85)
    service.deliver()
    service.schedule(sweeping.sweep)
    service.deliver()
    assert service.network.texts == []
    assert service.texts()["2026-11/2026-11-30/100/data/80/text"].reason == "paused"
    catalogue.resume("usage-alert")
    service.schedule(sweeping.sweep)
    service.schedule(sweeping.sweep)
    service.deliver()
    assert len(service.network.texts) == 1


def test_a_pause_that_the_record_does_not_know_of_is_over_within_the_hour(service: Service) -> None:
    catalogue.pause("usage-alert")
    service.usage(85)
    service.deliver()
    catalogue.resume("usage-alert")
    assert catalogue.control().ever_paused == ("usage-alert",)
    row = {"name": {"S": "control"}, "version": {"S": "-"}}
    change = {"ever_paused": {"Action": "PUT", "Value": {"L": []}}}  # as in a backup
    service.aws.dynamodb.update_item(TableName="test-catalogue", Key=row, AttributeUpdates=change)  # type: ignore[arg-type]
    for minutes, texts in ((58, 0), (1, 1)):
        service.now += timedelta(minutes=minutes)
        service.schedule(sweeping.sweep)
        service.deliver()
        assert len(service.network.texts) == texts


def test_an_event_with_a_missing_field_goes_to_the_dead_letters_with_the_field(service: Service) -> None:
    service.feed(intake.intake, [json.dumps({"detail-type": "usage.reported", "detail": {"id": "x"}})])
    (letter,) = service.aws.messages("intake-dead")
    assert json.loads(letter)["detail"] == {"id": "x"}
    assert service.aws.messages("outbox-urgent") == []


def test_a_released_number_is_clean_for_its_next_holder(service: Service) -> None:
    service.write("STOP")
    service.now += timedelta(minutes=1)
    service.happen("number.released", msisdn=WANG.msisdn)
    service.now += timedelta(minutes=1)
    service.happen(
        "subscriber.changed", subscriber_id="s-2", msisdn=WANG.msisdn, brand="yuntong", language="en"
    )
    service.usage(85, subscriber_id="s-2")
    service.deliver()
    assert [text.context["campaign"] for text in service.network.texts] == ["automatic", "usage-alert"]
    assert [proof.words for proof in proofs_of(WANG.msisdn)] == ["STOP"]


def test_a_file_in_the_drop_bucket_becomes_events(service: Service) -> None:
    import boto3

    s3 = boto3.client("s3", region_name="us-east-1")
    s3.create_bucket(Bucket="drops")
    line = {
        "type": "number.released",
        "id": "1",
        "time": service.now.isoformat(),
        "subscriber_id": "s-1",
        "msisdn": WANG.msisdn,
    }
    s3.put_object(Bucket="drops", Key="events/a.jsonl", Body=f"{json.dumps(line)}\nnonsense\n".encode())
    created = {"detail": {"bucket": {"name": "drops"}, "object": {"key": "events/a.jsonl"}}}
    service.feed(drops.drop, [json.dumps(created)])
    (event,) = service.aws.messages("intake")
    assert json.loads(event)["detail-type"] == "number.released"
    (letter,) = service.aws.messages("drops-dead")
    assert json.loads(letter)["line"] == 2


def with_backup() -> None:
    """The brand's mainland originator gets another one that takes over."""
    live = catalogue.control().live
    brand = catalogue.documents([("brand#yuntong", live["brand#yuntong"])])["brand#yuntong"]
    first, *others = brand["originators"]
    backup = {**first, "identity": "10690999", "countries": ["none"]}
    brand = {**brand, "originators": [{**first, "backup": "10690999"}, *others, backup]}
    version = versions.save("brand#yuntong", brand, by="t", at="", status="live")
    catalogue.go_live({"brand#yuntong": version})


def test_a_blocked_originator_is_taken_over_by_its_backup_and_given_back(service: Service) -> None:
    with_backup()
    service.network.refuse = NotSent("ConflictException", "RESOURCE_NOT_ACTIVE")
    service.usage(85)
    back = service.deliver()
    service.network.refuse = None
    service.feed(outbox.deliver_urgent, back, receives=2)
    service.usage(95)
    service.deliver()
    service.now += timedelta(minutes=6)
    service.usage(100)
    service.deliver()
    assert [text.originator for text in service.network.texts] == ["10690999", "10690999", "1069012300"]


def test_a_spend_limit_without_a_backup_parks_the_text_until_the_lane_is_tried_again(
    service: Service,
) -> None:
    service.network.refuse = NotSent("ServiceQuotaExceededException", "MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT")
    service.usage(85)
    assert service.deliver() == []
    assert service.texts()["2026-11/2026-11-30/100/data/80/text"].status == "held"
    service.network.refuse = None
    service.now += timedelta(minutes=16)
    service.settle()
    assert len(service.network.texts) == 1


def test_what_the_gateway_will_never_take_has_failed_with_its_reason(service: Service) -> None:
    service.network.refuse = NotSent("ConflictException", "DESTINATION_PHONE_NUMBER_OPTED_OUT")
    service.usage(85)
    assert service.deliver() == []
    text = service.texts()["2026-11/2026-11-30/100/data/80/text"]
    assert (text.status, text.reason) == ("failed", "gateway_opted_out")


def test_a_bad_score_whose_worker_died_is_a_case_though_more_was_said_meanwhile(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.complain()
    service.settle()

    def die(*_: Any) -> None:
        raise ConnectionError("the worker was lost")

    with monkeypatch.context() as broken:
        broken.setattr(arrivals, "open_or_join", die)
        service.write("1", "in-1")
    service.write("4", "in-2")
    assert reads.open_of_subscriber("s-1") == []
    service.write("1", "in-1")
    assert [case.score for case in reads.open_of_subscriber("s-1")] == [1]


def test_a_yes_that_is_worked_off_late_does_not_lift_the_no_that_came_after_it(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: Any) -> None:
        raise ConnectionError("the worker was lost")

    with monkeypatch.context() as broken:
        broken.setattr(queues, "announce", die)
        service.write("START", "in-1")
    service.now += timedelta(seconds=20)
    service.write("STOP", "in-2")
    service.write("START", "in-1")
    assert "yuntong|all" in conversations.state(WANG.msisdn).optouts
