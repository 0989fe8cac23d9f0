"""`ringback events send`: every line is on the bus or told."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from click.testing import CliRunner, Result
from moto import mock_aws

from chalicelib import queues
from chalicelib.cli import cli

EVENT = {
    "type": "number.assigned",
    "time": "2026-11-23T12:00:00-06:00",
    "subscriber_id": "SK-1",
    "msisdn": "+13125550123",
}


@pytest.fixture
def arrived(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """A bus with a queue behind it; gives what has arrived there."""
    for name, value in {
        "AWS_DEFAULT_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x",
        "RINGBACK_STACK": "", "RINGBACK_BUS": "bus",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.delenv("RINGBACK_CATALOGUE", raising=False)  # a sender may know the bus alone
    with mock_aws():
        queues._bus.cache_clear()
        bus: Any = boto3.client("events")
        sqs: Any = boto3.client("sqs")
        bus.create_event_bus(Name="bus")
        url = sqs.create_queue(QueueName="q")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        pattern = json.dumps({"source": [{"prefix": "operator."}]})
        bus.put_rule(Name="in", EventBusName="bus", EventPattern=pattern)
        bus.put_targets(Rule="in", EventBusName="bus", Targets=[{"Id": "q", "Arn": arn}])

        def look() -> list[dict[str, Any]]:
            found: list[dict[str, Any]] = []
            while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
                found += [json.loads(message["Body"]) for message in messages]
            return found

        yield look
    queues._bus.cache_clear()


def send(tmp_path: Path, *lines: str, more: tuple[str, ...] = ()) -> Result:
    file = tmp_path / "events.jsonl"
    file.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return CliRunner().invoke(cli, ["events", "send", str(file), *more])


def numbered(n: int, **changes: object) -> str:
    return json.dumps({**EVENT, "id": f"n-{n}", **changes}, ensure_ascii=False)


def test_every_line_arrives_with_its_type_beside_the_detail(
    tmp_path: Path, arrived: Callable[[], list[dict[str, Any]]]
) -> None:
    result = send(tmp_path, *(numbered(n) for n in range(123)))
    assert (result.exit_code, json.loads(result.stdout)) == (0, {"sent": 123, "bad": 0, "refused": 0})
    assert "123 of 123" in result.stderr
    found = arrived()
    assert {one["detail"]["id"] for one in found} == {f"n-{n}" for n in range(123)}
    assert {(one["source"], one["detail-type"]) for one in found} == {("operator.file", "number.assigned")}
    assert "type" not in found[0]["detail"]


def test_a_bad_line_is_told_and_the_others_go_on(
    tmp_path: Path, arrived: Callable[[], list[dict[str, Any]]]
) -> None:
    result = send(tmp_path, numbered(1), "", "{oops", numbered(2, msisdn="12"), "[]", numbered(3))
    assert (result.exit_code, json.loads(result.stdout)) == (1, {"sent": 2, "bad": 3, "refused": 0})
    told = [line for line in result.stderr.splitlines() if line.startswith("line ")]
    assert [line.split(":")[0] for line in told] == ["line 3", "line 4", "line 5"]
    assert "msisdn: has no country code" in told[1]
    assert {one["detail"]["id"] for one in arrived()} == {"n-1", "n-3"}


def test_unchecked_lines_go_as_they_are(tmp_path: Path, arrived: Callable[[], list[dict[str, Any]]]) -> None:
    result = send(tmp_path, numbered(1, msisdn="12"), '{"no": "type"}', more=("--unchecked",))
    assert (result.exit_code, json.loads(result.stdout)["sent"]) == (1, 1)
    assert [one["detail"]["msisdn"] for one in arrived()] == ["12"]


def test_large_events_are_split_over_calls(
    tmp_path: Path, arrived: Callable[[], list[dict[str, Any]]]
) -> None:
    result = send(tmp_path, *(numbered(n, note="流" * 20_000) for n in range(12)))
    assert json.loads(result.stdout)["sent"] == 12
    assert len(arrived()) == 12


def test_what_the_bus_refuses_is_told_with_its_line(
    tmp_path: Path, arrived: Callable[[], list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    bus: Any = queues._bus()
    take = bus.put_events

    def picky(Entries: list[dict[str, Any]]) -> Any:
        good = [one for one in Entries if "n-2" not in one["Detail"]]
        answer = take(Entries=good) if good else {"Entries": []}
        for at, one in enumerate(Entries):
            if "n-2" in one["Detail"]:
                answer["Entries"].insert(
                    at, {"ErrorCode": "ThrottlingException", "ErrorMessage": "slow down"}
                )
        return answer

    monkeypatch.setattr(bus, "put_events", picky)
    result = send(tmp_path, *(numbered(n) for n in range(4)))
    assert (result.exit_code, json.loads(result.stdout)) == (1, {"sent": 3, "bad": 0, "refused": 1})
    assert "line 3: the bus refused it: slow down" in result.stderr
    assert {one["detail"]["id"] for one in arrived()} == {"n-0", "n-1", "n-3"}


def test_an_empty_file_is_nothing_to_do(tmp_path: Path, arrived: Callable[[], list[dict[str, Any]]]) -> None:
    result = send(tmp_path)
    assert (result.exit_code, json.loads(result.stdout)["sent"]) == (0, 0)
    assert arrived() == []
