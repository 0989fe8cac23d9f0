"""A reply whose handling failed: when it is seen again."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib import queues
from chalicelib.functions import reply_queue
from chalicelib.functions.reply_queue import again_in


def test_a_reply_that_failed_is_seen_again_soon_and_then_ever_later() -> None:
    assert [again_in(receives) for receives in range(1, 7)] == [5, 20, 80, 320, 360, 360]


@pytest.mark.usefixtures("aws")
def test_what_cannot_be_stored_just_now_comes_back_alone_and_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    payload = {"originationNumber": "+8613900000001", "destinationNumber": "1069012300", "messageBody": "TD"}
    payload |= {"messageKeyword": "", "inboundMessageId": "in-1", "previousPublishedMessageId": ""}
    notice = json.dumps({"Type": "Notification", "Message": json.dumps(payload)})
    queues.send("replies", [notice])
    (message,) = queues.sqs().receive_message(QueueUrl=queues.url("replies"))["Messages"]
    asked: list[Any] = []
    queues.sqs().meta.events.register(
        "provide-client-params.sqs.ChangeMessageVisibilityBatch", lambda params, **_: asked.append(params)
    )
    monkeypatch.setenv("RINGBACK_CONVERSATIONS", "absent-conversations")
    record = {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": {"ApproximateReceiveCount": "1"},
    }
    context = SimpleNamespace(get_remaining_time_in_millis=lambda: 60_000)
    answer = reply_queue.reply({"Records": [record]}, context)
    assert answer == {"batchItemFailures": [{"itemIdentifier": message["MessageId"]}]}
    ((entry,),) = [one["Entries"] for one in asked]
    assert (entry["ReceiptHandle"], entry["VisibilityTimeout"]) == (message["ReceiptHandle"], 5)
