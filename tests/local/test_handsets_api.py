"""The SMS API as boto3 sees it: answers, errors, paces, what each network does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, HTTPClientError, ReadTimeoutError

from tests.local.handsets_server import RECEIPTS, Handsets, running_handsets

TO, FROM = "+8613800000001", "1069012300"


@pytest.fixture(scope="module")
def server() -> Iterator[Handsets]:
    with running_handsets() as handsets:
        yield handsets


@pytest.fixture
def handsets(server: Handsets) -> Handsets:
    server.post("/reset", {})
    server.topic_is_down = False
    server.receipts()
    server.inbound()
    server.published.clear()
    return server


def refused(handsets: Handsets, **asked: Any) -> dict[str, Any]:
    """The error that SendTextMessage raises."""
    complete: dict[str, Any] = {"DestinationPhoneNumber": TO, "OriginationIdentity": FROM, "MessageBody": "x"}
    client = handsets.sms(parameter_validation=False)
    with pytest.raises(ClientError) as caught:
        client.send_text_message(**{k: v for k, v in (complete | asked).items() if v is not None})
    assert type(caught.value).__name__ == caught.value.response["Error"]["Code"], (
        "modelled, not a bare ClientError"
    )
    return dict(caught.value.response)


def test_a_text_arrives_and_both_receipts_follow(handsets: Handsets) -> None:
    context = {"item": "mt#usage-alert/s1/2026-11/data/80/text"}
    sent = handsets.send(body="【云通】您本月国内流量已使用80%", Context=context)
    assert handsets.get("/messages", to=TO)["messages"] == [
        {
            "id": sent,
            "to": TO,
            "from": FROM,
            "body": "【云通】您本月国内流量已使用80%",
            "sent_at": handsets.get("/messages")["messages"][0]["sent_at"],
            "segments": 1,
            "state": "accepted",
            "context": context,
        }
    ]
    handsets.pass_time(1)
    assert handsets.get("/messages", to=TO)["messages"][0]["state"] == "delivered"
    pending, delivered = handsets.receipts(sent)
    assert pending == {
        "eventType": "TEXT_PENDING",
        "eventTimestamp": delivered["eventTimestamp"] - 150,
        "isFinal": False,
        "originationPhoneNumber": FROM,
        "destinationPhoneNumber": TO,
        "messageId": sent,
        "messageStatus": "PENDING",
        "messageStatusDescription": "Message is on its way to the carrier",
        "context": context,
        "totalMessageParts": 1,
        "totalMessagePrice": 0.045,
        "totalCarrierFee": 0.0,
    }
    assert (delivered["eventType"], delivered["isFinal"]) == ("TEXT_DELIVERED", True)


@pytest.mark.parametrize(
    ("to", "body", "parts"),
    [
        pytest.param("+13125550142", "x" * 161, 2, id="GSM-7 abroad"),
        pytest.param("+13125550142", "x" * 160, 1, id="GSM-7 abroad, just one"),
        pytest.param(TO, "x" * 71, 2, id="every character counts one in mainland China"),
    ],
)
def test_parts_are_counted_as_the_country_does(handsets: Handsets, to: str, body: str, parts: int) -> None:
    handsets.post("/rates", {"counted": 100})
    sent = handsets.send(to, "counted", body)
    handsets.pass_time(1)
    assert {one["totalMessageParts"] for one in handsets.receipts(sent)} == {parts}


MISSING, INVALID = "MISSING_PARAMETER", "FIELD_VALIDATION_FAILED"


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        pytest.param("DestinationPhoneNumber", None, MISSING, id="no number"),
        pytest.param("DestinationPhoneNumber", "12", INVALID, id="not a number"),
        pytest.param("MessageBody", None, MISSING, id="no body"),
        pytest.param("MessageBody", "", INVALID, id="empty body"),
        pytest.param("MessageBody", " \n", INVALID, id="only spaces"),
        pytest.param("MessageBody", "x" * 1601, INVALID, id="1601 characters"),
        pytest.param("MessageType", "MARKETING", INVALID, id="unknown type"),
        pytest.param("TimeToLive", 4, INVALID, id="dies too soon"),
        pytest.param("TimeToLive", 259_201, INVALID, id="lives too long"),
        pytest.param("Context", {str(n): "v" for n in range(6)}, INVALID, id="six entries"),
        pytest.param("Context", {"k": ""}, INVALID, id="empty value"),
        pytest.param("Context", {"k": "v "}, INVALID, id="space at the end"),
        pytest.param("MaxPrice", "cheap", INVALID, id="not an amount"),
    ],
)
def test_what_aws_refuses_is_refused(handsets: Handsets, name: str, value: Any, reason: str) -> None:
    error = refused(handsets, **{name: value})
    assert (error["Error"]["Code"], error["Reason"]) == ("ValidationException", reason)
    assert name in error["Error"]["Message"]
    assert [one["Name"] for one in error["Fields"]] == [name]
    assert error["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert handsets.get("/messages")["messages"] == []


def test_a_text_from_nobody_is_a_conflict(handsets: Handsets) -> None:
    error = refused(handsets, OriginationIdentity=None)
    assert (error["Error"]["Code"], error["Reason"]) == (
        "ConflictException",
        "NO_ORIGINATION_IDENTITIES_FOUND",
    )


@pytest.mark.parametrize(
    ("error", "code", "status"),
    [
        ("MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT", "ServiceQuotaExceededException", 400),
        ("DESTINATION_PHONE_NUMBER_OPTED_OUT", "ConflictException", 400),
        ("DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION", "ConflictException", 400),
        ("AccessDeniedException", "AccessDeniedException", 400),
        ("ResourceNotFoundException", "ResourceNotFoundException", 400),
        ("InternalServerException", "InternalServerException", 500),
    ],
)
def test_the_api_says_no_as_it_is_told_to(handsets: Handsets, error: str, code: str, status: int) -> None:
    handsets.post("/network", {"to": TO, "mode": "error", "error": error})
    found = refused(handsets)
    assert (found["Error"]["Code"], found["ResponseMetadata"]["HTTPStatusCode"]) == (code, status)
    assert found.get("Reason") == (None if error == code else error)
    handsets.send("+8613800000002")
    handsets.pass_time(1)
    assert {one["destinationPhoneNumber"] for one in handsets.receipts()} == {"+8613800000002"}


def test_a_dry_run_is_accepted_and_nothing_arrives(handsets: Handsets) -> None:
    handsets.post("/rates", {"dry": 1})
    assert len({handsets.send(sender="dry", DryRun=True) for _ in range(3)}) == 3
    handsets.pass_time(1)
    assert handsets.get("/messages")["messages"] == []
    assert handsets.receipts() == []


def test_an_originator_keeps_its_pace_whatever_is_sent(handsets: Handsets) -> None:
    handsets.post("/rates", {"slow": 2, "fast": 100})
    handsets.send(sender="slow", MessageType="TRANSACTIONAL")
    handsets.send(sender="slow", MessageType="PROMOTIONAL")
    error = refused(handsets, OriginationIdentity="slow")
    assert error["Error"]["Code"] == "ThrottlingException"
    for _ in range(20):
        handsets.send(sender="fast")
    handsets.pass_time(0.5)
    handsets.send(sender="slow")
    refused(handsets, OriginationIdentity="slow")
    stats = handsets.get("/stats")
    slow = stats["originators"]["slow"]
    assert (slow["accepted"], slow["throttled"], stats["accepted"]) == (3, 2, 23)
    assert stats["throttled"] == 2


def test_an_originator_nobody_has_set_sends_ten_parts_a_second(handsets: Handsets) -> None:
    for number in range(5):
        handsets.send(sender="new-one", body="字" * 71, to=f"+861380000010{number}")  # two parts each
    assert refused(handsets, OriginationIdentity="new-one")["Error"]["Code"] == "ThrottlingException"


def test_fail_is_accepted_and_never_arrives(handsets: Handsets) -> None:
    handsets.post("/network", {"to": TO, "mode": "fail"})
    sent = handsets.send()
    handsets.pass_time(1)
    assert [one["eventType"] for one in handsets.receipts(sent)] == [
        "TEXT_PENDING",
        "TEXT_CARRIER_UNREACHABLE",
    ]
    assert handsets.get("/messages", to=TO)["messages"][0]["state"] == "undelivered"


def test_delay_brings_text_and_receipt_later(handsets: Handsets) -> None:
    handsets.post("/network", {"to": TO, "mode": "delay", "seconds": 30})
    sent = handsets.send()
    handsets.pass_time(29)
    assert [one["eventType"] for one in handsets.receipts(sent)] == ["TEXT_PENDING"]
    assert handsets.get("/messages", to=TO)["messages"][0]["state"] == "accepted"
    handsets.pass_time(1)
    assert [one["eventType"] for one in handsets.receipts(sent)] == ["TEXT_PENDING", "TEXT_DELIVERED"]
    assert handsets.get("/messages", to=TO)["messages"][0]["state"] == "delivered"


def test_a_text_that_dies_on_the_way_says_so(handsets: Handsets) -> None:
    handsets.post("/network", {"to": "*", "mode": "delay", "seconds": 30})
    sent = handsets.send(TimeToLive=5)
    handsets.pass_time(31)
    assert [one["eventType"] for one in handsets.receipts(sent)] == ["TEXT_PENDING", "TEXT_TTL_EXPIRED"]


def test_a_lost_receipt_leaves_a_text_that_arrived(handsets: Handsets) -> None:
    handsets.post("/network", {"to": TO, "mode": "lose_receipt"})
    sent = handsets.send()
    handsets.pass_time(100)
    assert handsets.receipts(sent) == []
    assert handsets.get("/messages", to=TO)["messages"][0]["state"] == "delivered"


def test_out_of_order_receipts_come_twice_and_backwards(handsets: Handsets) -> None:
    handsets.post("/network", {"to": TO, "mode": "out_of_order"})
    sent = handsets.send()
    handsets.pass_time(10)
    found = handsets.receipts(sent)
    assert [one["isFinal"] for one in found] == [True, True, False, False]
    assert found[0] == found[1]
    assert found[2]["eventTimestamp"] < found[0]["eventTimestamp"]


def test_throttle_refuses_and_deliver_lets_one_phone_through(handsets: Handsets) -> None:
    handsets.post("/network", {"to": "*", "mode": "throttle"})
    assert refused(handsets)["Error"]["Code"] == "ThrottlingException"
    handsets.post("/network", {"to": TO, "mode": "deliver"})
    handsets.send()
    handsets.post("/network", {"to": TO, "mode": "inherit"})
    assert refused(handsets)["Error"]["Code"] == "ThrottlingException"
    assert handsets.get("/network") == {"*": {"mode": "throttle"}}


def test_timeout_after_accept_takes_the_text_and_never_answers(handsets: Handsets) -> None:
    handsets.post("/network", {"to": TO, "mode": "timeout_after_accept"})
    client = handsets.sms(read_timeout=0.3)
    with pytest.raises(ReadTimeoutError):
        client.send_text_message(DestinationPhoneNumber=TO, OriginationIdentity=FROM, MessageBody="x")
    handsets.pass_time(1)
    [text] = handsets.get("/messages", to=TO)["messages"]
    assert text["state"] == "delivered"
    assert [one["eventType"] for one in handsets.receipts(text["id"])] == ["TEXT_PENDING", "TEXT_DELIVERED"]


def test_the_connection_breaks_when_the_time_of_silence_is_over(handsets: Handsets) -> None:
    handsets.post("/network", {"to": TO, "mode": "timeout_after_accept", "seconds": 0})
    with pytest.raises((ConnectionClosedError, HTTPClientError)):
        handsets.send()
    assert len(handsets.get("/messages", to=TO)["messages"]) == 1


def test_aws_s_own_failing_number_fails(handsets: Handsets) -> None:
    delivers, fails = handsets.send("+14254147755"), handsets.send("+14254147167")
    handsets.pass_time(1)
    assert handsets.receipts(delivers)[-1]["eventType"] == "TEXT_DELIVERED"
    assert handsets.receipts(fails)[-1]["eventType"] == "TEXT_CARRIER_UNREACHABLE"


def test_a_reset_forgets_what_was_on_its_way(handsets: Handsets) -> None:
    handsets.post("/network", {"to": "*", "mode": "delay", "seconds": 30})
    handsets.send()
    handsets.receipts()
    handsets.post("/reset", {})
    handsets.pass_time(100)
    assert [one["eventType"] for one in handsets.receipts()] == ["TEXT_PENDING"]
    assert handsets.get("/messages")["messages"] == []
    assert handsets.get("/network") == {}
    assert handsets.get("/stats")["accepted"] == 0


def test_what_a_doctor_asks_for_is_answered(handsets: Handsets) -> None:
    handsets.post("/rates", {"+13125550100": 3, "SKYLARK": 3})
    client = handsets.sms()
    numbers = {one["PhoneNumber"]: one for one in client.describe_phone_numbers()["PhoneNumbers"]}
    assert numbers["+13125550100"]["SelfManagedOptOutsEnabled"] is True
    assert numbers["+13125550100"]["TwoWayEnabled"] is True
    assert "SKYLARK" not in numbers, "a sender ID is not a number"
    handsets.send(ConfigurationSetName="mine")
    [found] = client.describe_configuration_sets(ConfigurationSetNames=["mine"])["ConfigurationSets"]
    assert found["EventDestinations"][0]["SnsDestination"]["TopicArn"] == RECEIPTS
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.describe_configuration_sets(ConfigurationSetNames=["nobody's"])
    assert client.describe_opt_out_lists()["OptOutLists"][0]["OptOutListName"] == "Default"


def test_an_operation_we_do_not_have_and_what_is_not_json_are_errors(handsets: Handsets) -> None:
    with pytest.raises(ClientError, match="UnknownOperationException"):
        handsets.sms().describe_keywords(OriginationIdentity="1")
    code, found = handsets.ask("/", b"{", **{"X-Amz-Target": "PinpointSMSVoiceV2.SendTextMessage"})
    assert code == 400
    assert found["__type"].endswith("#SerializationException")


def test_receipts_and_answers_reach_sns(monkeypatch: pytest.MonkeyPatch) -> None:
    """All the way through the real SNS client: topic, queue, the payload as it is read."""
    moto = pytest.importorskip("moto")
    boto3 = pytest.importorskip("boto3")
    from local.handsets import sns

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "local")
    sns.client.cache_clear()
    endpoint, region = "https://sns.us-east-1.amazonaws.com", "us-east-1"
    with moto.mock_aws():
        topics, queues = boto3.client("sns", region), boto3.client("sqs", region, config=Config())
        topic = topics.create_topic(Name="receipts")["TopicArn"]
        queue = queues.create_queue(QueueName="receipts")["QueueUrl"]
        topics.subscribe(
            TopicArn=topic, Protocol="sqs", Endpoint="arn:aws:sqs:us-east-1:123456789012:receipts"
        )

        def publish(to: str, bodies: Any) -> list[int]:
            return sns.publish_batch(endpoint, region, to, bodies)

        with running_handsets(publish) as handsets:
            handsets.post("/connect", {"receipts_topic_arn": topic, "inbound_topic_arn": topic})
            sent = handsets.send()
            handsets.pass_time(1)
            handsets.on_loop(handsets.simulator.receipts.drained())
            handsets.post("/reply", {"from": TO, "body": "退订"})
        found = queues.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    sns.client.cache_clear()
    bodies = [json.loads(json.loads(one["Body"])["Message"]) for one in found]
    assert [one.get("eventType", "answer") for one in bodies] == ["TEXT_PENDING", "TEXT_DELIVERED", "answer"]
    assert (bodies[2]["messageBody"], bodies[2]["previousPublishedMessageId"]) == ("退订", sent)
