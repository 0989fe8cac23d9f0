"""On the running stack: export, wipe, restore, compare; and one person who stays forgotten through it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.drill import everything
from local.package import ROOT, Package
from local.processes import free_ports
from local.stack import EMULATOR_PYTHON, Options, Stack, running_stack
from tests.stack import awake, messages, new_number, put_events, reply, until, wait_for_quiet

pytestmark = [pytest.mark.emulator, pytest.mark.xdist_group("own")]
LONG = 180.0  # seconds: the whole service starts anew, cold, on a busy machine
TABLES = ("conversations", "subscribers", "cases", "catalogue", "results")


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory, dev_package: Package) -> Iterator[Stack]:
    """A stack of this file's own, for its tables are wiped."""
    if not EMULATOR_PYTHON.exists():
        pytest.skip("no .emulator here: make setup")
    emulator, console, handsets = free_ports(3)
    folder = tmp_path_factory.mktemp("drill")
    options = Options(
        port_emulator=emulator,
        port_console=console,
        port_handsets=handsets,
        samples=3,
        folder=folder,
        package=dev_package,
    )
    with running_stack(options) as up:
        yield up


def ringback(stack: Stack, *arguments: str, code: int = 0) -> list[dict[str, Any]]:
    """Run the command as an engineer does; its JSON lines."""
    done = subprocess.run(
        [sys.executable, "-m", "chalicelib.cli", *arguments],
        cwd=ROOT,
        env={**os.environ, "RINGBACK_STACK": str(stack.file)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def traces(stack: Stack, person: dict[str, str]) -> set[str]:
    """Where there still is a trace: the number's digits, however grouped, the id or the name."""
    digits = r"\D{0,3}".join(person["msisdn"].removeprefix("+86"))
    pattern = re.compile(f"{digits}|{person['subscriber_id']}|{person['name']}")
    return {where for where, text in everything(stack) if pattern.search(text)}


def someone(stack: Stack, folder: Path, name: str) -> dict[str, str]:
    """A subscriber, imported as an engineer does."""
    number = new_number()
    person = {"subscriber_id": f"drill-{number[-6:]}", "msisdn": number, "name": name, "brand": "yuntong"}
    person["time_zone"] = awake()
    file = folder / f"{number[-6:]}.csv"
    file.write_text(",".join(person) + "\n" + ",".join(person.values()) + "\n")
    ringback(stack, "subscribers", "import", str(file))
    return person


def a_life(stack: Stack, folder: Path) -> dict[str, str]:
    """Texts, replies, a case, an opt-out, a list, an audit entry, files in the bucket, dead letters."""
    person = someone(stack, folder, "欧阳芳菲")
    number, ident = person["msisdn"], person["subscriber_id"]
    put_events(
        stack,
        {
            "type": "complaint.resolved",
            "subscriber_id": ident,
            "complaint_id": "C-1",
            "topic": "network",
            "opened_at": "2026-11-01T08:00:00Z",
            "resolved_at": _now(),
        },
    )
    (text, *_) = until(lambda: messages(stack, number), "the survey", LONG)
    reply(stack, number, text["from"], "1 没人管,太差了")
    dynamodb = stack.client("dynamodb")
    table = stack.document["tables"]["cases"]
    until(lambda: number in json.dumps(dynamodb.scan(TableName=table)["Items"]), "a case", LONG)
    reply(stack, number, text["from"], "退订")
    until(lambda: _no(stack, person), "the opt-out", LONG)
    s3, bucket = stack.client("s3"), stack.document["drop_bucket"]
    spaced = f"{number[3:6]} {number[6:10]} {number[10:]}"
    sheet = f"subscriber_id,msisdn,name,brand\n{ident},{spaced},欧阳芳菲,yuntong\n"
    other = "drill-2,+8613900099999,赵敏,yuntong\n"
    s3.put_object(Bucket=bucket, Key="subscribers/people.csv", Body=(sheet + other).encode())
    event = {"type": "usage.reported", "id": "x", "subscriber_id": ident, "time": "nonsense"}
    s3.put_object(Bucket=bucket, Key="events/day.jsonl", Body=json.dumps(event).encode() + b"\n")
    s3.put_object(Bucket=bucket, Key=f"events/{number[1:]}.jsonl", Body=b"\n")
    put_events(stack, {"type": "usage.reported", "subscriber_id": ident, "used": "much"})
    queues = stack.document["queues"]
    sqs = stack.client("sqs")
    sqs.send_message(QueueUrl=queues["replies-dead"], MessageBody=json.dumps({"from": number}))
    catalogue = stack.document["tables"]["catalogue"]
    for row in (
        {"name": {"S": "audit#2026-11"}, "version": {"S": "1"}, "what": {"S": f"number {number}"}},
        {"name": {"S": "list#vip"}, "version": {"S": "00000001"}, "entries": {"SS": [number, "drill-2"]}},
    ):
        dynamodb.put_item(TableName=catalogue, Item=row)
    wait_for_quiet(stack)
    until(
        lambda: int(
            sqs.get_queue_attributes(
                QueueUrl=queues["intake-dead"], AttributeNames=["ApproximateNumberOfMessages"]
            )["Attributes"]["ApproximateNumberOfMessages"]
        ),
        "a dead letter",
        LONG,
    )
    return person


def _now() -> str:
    from chalicelib import clock

    return clock.iso(clock.now())


def _talk(stack: Stack, number: str) -> list[Any]:
    return list(
        stack.client("dynamodb").query(
            TableName=stack.document["tables"]["conversations"],
            KeyConditionExpression="msisdn = :m",
            ExpressionAttributeValues={":m": {"S": number}},
        )["Items"]
    )


def test_an_export_comes_back_item_by_item_and_who_was_forgotten_stays_forgotten(
    own: Stack, tmp_path: Path
) -> None:
    person, other = a_life(own, tmp_path), someone(own, tmp_path, "赵敏")
    assert traces(own, person) >= {*TABLES[:4], "bucket", "intake-dead", "replies-dead"}
    backup, old = str(tmp_path / "backup"), str(tmp_path / "old")
    (counts,) = ringback(own, "tables", "export", backup)
    assert all(counts.values())

    # Since then: one person is erased, another says no.
    (erased,) = ringback(own, "subscribers", "forget", person["msisdn"], "--yes")
    assert (erased["subscribers"], erased["files"]) == (1, 3)
    assert erased["dead_letters"] >= 2
    assert traces(own, person) == set()
    assert any("赵敏" in text for where, text in everything(own) if where == "bucket"), "others' lines stay"
    reply(own, other["msisdn"], "1069012300", "退订")
    until(lambda: _no(own, other), "the opt-out", LONG)
    wait_for_quiet(own)

    ringback(own, "tables", "export", old)
    ringback(own, "tables", "restore", backup, "--stage", "dev", code=1)  # not empty
    ringback(own, "tables", "wipe", "--stage", "prod", code=1)  # not this stage
    assert _no(own, other), "nothing was done"
    ringback(own, "tables", "wipe", "--stage", "dev")
    left = [text for where, text in everything(own) if where in TABLES]
    assert not [one for one in left if '"queue:' not in one], "but for what the sweep sees each minute"
    ringback(own, "tables", "restore", backup, "--stage", "dev")
    told = ringback(own, "tables", "compare", backup)  # exit code 1 when an item differs
    assert {one["table"]: one["equal"] for one in told} == counts
    assert traces(own, person) >= set(TABLES[:4]), "the restore brought everything back"
    assert not _no(own, other)

    (carried,) = ringback(own, "tables", "carry-over", old, "--stage", "dev")
    assert carried["erasures"] == 1
    (again,) = ringback(own, "subscribers", "forget", "--replay", "--yes")
    assert (again["erased"], again["subscribers"]) == (1, 1)
    assert traces(own, person) == set()
    assert _no(own, other)
    (kept,) = [text for where, text in everything(own) if where == "conversations" and "forgotten#" in text]
    assert "optouts" in kept, "the stated proof, under a keyed hash"


def _no(stack: Stack, person: dict[str, str]) -> bool:
    """Whether this number's opt-out is in force."""
    rows = _talk(stack, person["msisdn"])
    return any(row["item"]["S"] == "state" and row.get("optouts", {}).get("M") for row in rows)
