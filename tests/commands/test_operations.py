"""`ringback dead`, `campaigns` and `plan`: what an engineer does when something went wrong."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner, Result

from chalicelib import queues
from chalicelib.campaigns import start
from chalicelib.cli import cli
from chalicelib.functions import intake
from chalicelib.intake import subscriber_changes
from chalicelib.job import Job
from chalicelib.problems import Problem
from chalicelib.store.schema.subscribers import Subscriber
from tests.support.factories import WANG
from tests.support.service import Service

MISSING = Problem("field.missing", place="resource")


@pytest.fixture(autouse=True)
def no_stack(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RINGBACK_STACK", "")


def ringback(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


def lines(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_an_event_for_nobody_is_listed_with_its_reason_and_goes_through_once_they_are_there(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start, "WAITS", timedelta(0))
    service.usage(85, subscriber_id="s-2")
    (letter,) = lines(ringback("dead", "list"))
    assert (letter["queue"], letter["about"]) == ("intake", "usage.reported")
    assert "“s-2” is not a subscriber" in letter["reason"]
    assert letter["first"] <= letter["last"]
    subscriber_changes.put_many([Subscriber("s-2", msisdn="+8613900000002", brand="yuntong")])
    assert lines(ringback("dead", "retry", letter["id"])) == [{"put_back": 1}]
    service.feed(intake.intake, service.aws.messages("intake"))
    service.deliver()
    assert [text.to for text in service.network.texts] == ["+8613900000002"]
    assert lines(ringback("dead", "list")) == []


def test_a_letter_is_shown_with_its_numbers_masked(service: Service) -> None:
    queues.dead_letter(
        "replies",
        [(json.dumps({"originationNumber": WANG.msisdn}), Problem("not_a_reply", {"field": "messageBody"}))],
    )
    (letter,) = lines(ringback("dead", "list", "--queue", "replies"))
    (masked,) = lines(ringback("dead", "show", letter["id"]))
    assert "+86 139 •••• 0001" in masked["body"]
    (whole,) = lines(ringback("dead", "show", letter["id"], "--reveal"))
    assert WANG.msisdn in whole["body"]
    assert service.network.texts == []


@pytest.mark.usefixtures("service")
@pytest.mark.parametrize(
    ("attribute", "code", "reason"),
    [
        ('{"code": "text.empty", "place": "unit"}', "text.empty", "unit：内容为空"),
        ("unit: is missing", "as_written", "unit: is missing"),
        ("[1]", "as_written", "[1]"),
        ("", "failed_each_time", "每次处理都失败，原因见函数日志"),
    ],
    ids=["a code", "words of before there were codes", "JSON that is no reason", "given up by SQS"],
)
def test_a_reason_is_said_in_the_language_that_is_asked_for(attribute: str, code: str, reason: str) -> None:
    attributes: Any = {"reason": {"DataType": "String", "StringValue": attribute}} if attribute else {}
    queues.sqs().send_message(
        QueueUrl=queues.url("intake-dead"), MessageBody="{}", MessageAttributes=attributes
    )
    (letter,) = lines(ringback("--language", "zh-CN", "dead", "list"))
    assert (letter["code"], letter["reason"]) == (code, reason)


def test_a_text_that_is_given_up_has_failed(service: Service) -> None:
    job = Job("usage-alert", "s-1", "2026-11/2026-11-30/100/data/80", "text", "urgent")
    queues.dead_letter("outbox-urgent", [(job.dumps(), Problem("failed_each_time"))])
    assert lines(ringback("dead", "drop", "--all", "--yes")) == [{"dropped": 1, "texts_failed": 1}]
    text = service.texts()["2026-11/2026-11-30/100/data/80/text"]
    assert (text.status, text.reason) == ("failed", "dead")
    service.usage(85)
    service.deliver()
    assert service.network.texts == []


@pytest.mark.usefixtures("service")
@pytest.mark.parametrize("action", ["retry", "drop"])
def test_letters_are_named_or_all_are_meant(action: str) -> None:
    assert "--all" in ringback("dead", action).stderr
    assert "no dead letter" in ringback("dead", action, "no-such-id").stderr


@pytest.mark.usefixtures("service")
def test_only_letters_with_a_reason_are_put_back() -> None:
    queues.dead_letter("intake", [("1", MISSING), ("2", Problem("not_json"))])
    assert lines(ringback("dead", "retry", "--all", "--reason", "not_json")) == [{"put_back": 1}]
    assert [letter["reason"] for letter in lines(ringback("dead", "list"))] == [
        "resource: is missing: every event of its kind has it"
    ]


@pytest.mark.usefixtures("service")
def test_letters_by_the_hundred_are_read_and_dropped_with_progress() -> None:
    queues.dead_letter("intake", [(str(n), MISSING) for n in range(110)])
    queues.sqs().send_message(QueueUrl=queues.url("intake-dead"), MessageBody="given up by SQS")
    found = lines(ringback("dead", "list"))
    assert len(found) == 111
    assert [one["code"] for one in found if not one["last"]] == ["failed_each_time"]
    assert lines(ringback("dead", "list")) == found  # looking changes nothing, not even the times
    dropped = ringback("dead", "drop", "--all", "--yes")
    assert lines(dropped) == [{"dropped": 111, "texts_failed": 0}]
    assert "letters dropped: 111 of 111" in dropped.stderr
    assert lines(ringback("dead", "list")) == []


def test_a_campaign_is_paused_and_resumed_by_name(service: Service) -> None:
    assert lines(ringback("campaigns", "pause", "usage-alert")) == [{"paused": "usage-alert"}]
    paused = {one["campaign"] for one in lines(ringback("campaigns", "list")) if one["paused"]}
    assert paused == {"usage-alert"}
    service.usage(85)
    service.settle()
    assert service.network.texts == []
    ringback("campaigns", "resume", "usage-alert")
    service.settle()
    assert len(service.network.texts) == 1


@pytest.mark.usefixtures("service")
def test_an_unknown_campaign_is_refused_with_those_there_are() -> None:
    assert "usage-alert" in ringback("campaigns", "pause", "usage-alrt").stderr


def test_a_daily_campaign_runs_by_hand_and_again_without_a_second_text(service: Service) -> None:
    arguments = ("plan", "run", "birthday-greeting", "--zone", "Asia/Shanghai", "--day", "2026-11-24")
    assert [one["started"] for one in lines(ringback(*arguments))] == [True]
    assert [one["started"] for one in lines(ringback(*arguments))] == [False]
    assert [one["started"] for one in lines(ringback(*arguments, "--again"))] == [True]
    service.plan()
    service.deliver("bulk")
    assert [text.context["campaign"] for text in service.network.texts].count("birthday-greeting") == 1
    done = {one["run"]: one["status"] for one in lines(ringback("plan", "status", "--day", "2026-11-24"))}
    assert done["birthday-greeting/Asia/Shanghai/2026-11-24"] == "done"
