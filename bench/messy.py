"""Events of which each 50th is bad in one of ten ways, by bus, POST and file: what became of every one.

    python -m bench.messy 10000        so many events, in this process on DynamoDB Local

What has to come of them is worked out from the input alone. Exit code 1 when something was lost, came twice,
or was refused for another reason. `tests/functions/test_messy_events.py` does it with a few.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from chalice.test import Client

from app import app
from bench import standin
from bench.calls import fresh
from chalicelib import clock
from chalicelib.functions import drops, intake, outbox
from chalicelib.intake import subscriber_changes
from chalicelib.store import api_keys, catalogue, versions
from chalicelib.store.schema.results import event_scope
from tests.support.dynamodb import dynamodb_local
from tests.support.factories import USAGE, shipped
from tests.support.service import Service

WAYS = ("bus", "post", "file")
AT_ONCE = 100  # events of a batch, a POST, a file
PEOPLE = 200
TOLD = 80  # percent from which on an alert goes out; each event has a cycle of its own
BUCKET = "messy"

# Each: its name, what it makes of a good event, and the field that the refusal names.
Way = tuple[str, Mapping[str, Any], str]
BAD: Sequence[Way] = (
    ("no field", {"used": None}, "used"),
    ("other unit", {"unit": "GB"}, "unit"),
    ("number with its unit", {"used": "12 GB"}, "used"),
    ("clock of 2062", {"time": "2062-01-01T00:00:00Z"}, "time"),
    ("forty days ago", {"time": timedelta(days=-40)}, "time"),
    ("unknown type", {"type": "usage.guessed"}, "type"),
    ("noncharacter", {"cycle": "2026\uffff"}, "cycle"),
    ("wrong encoding", {"cycle": "2026\ufffd"}, "cycle"),
    ("id of another shape", {"subscriber_id": "s 1"}, "subscriber_id"),
    ("no object", {}, ""),
)


@dataclass
class Sent:
    """The events, in the batches that they are sent in, and what has to come of each by its id."""

    batches: list[tuple[str, list[Any]]] = field(default_factory=list)
    good: dict[str, str] = field(default_factory=dict)  # id -> outcome
    bad: dict[str, str] = field(default_factory=dict)  # id -> field
    nameless: int = 0  # bad ones that say no id
    bad_by: Counter[str] = field(default_factory=Counter)  # way -> how many are bad


def make(count: int, each: int, now: Any) -> Sent:
    """`count` events, each `each`th bad; one good one in twenty comes a second time, by another way."""
    dice = random.Random(f"messy {count} {each}")
    sent = Sent()
    waiting: dict[str, list[Any]] = {way: [] for way in WAYS}
    for n in range(count):
        way, id_ = WAYS[n % 3], f"m-{n}"
        used = dice.choice((10, 45, 79, 80, 85, 92, 100))
        event: dict[str, Any] = {
            "type": "usage.reported", "id": id_, "time": now.isoformat(), **USAGE,
            "subscriber_id": f"s-{n % PEOPLE + 1}", "used": used, "cycle": f"c-{n}",
        }  # fmt: skip
        if n % each == each - 1:
            name, changes, place = BAD[n // each % len(BAD)]
            sent.bad_by[way] += 1
            if name == "no object":
                sent.nameless += 1
                waiting[way].append(f"usage of {n}")
                continue
            for key, value in changes.items():
                event[key] = (now + value).isoformat() if isinstance(value, timedelta) else value
            sent.bad[id_] = place
            waiting[way].append({key: value for key, value in event.items() if value is not None})
            continue
        sent.good[id_] = "texts" if used >= TOLD else "no_text"
        waiting[way].append(event)
        if dice.random() < 0.05:
            waiting[dice.choice(WAYS)].append(event)
    for way, events in waiting.items():
        dice.shuffle(events)
        sent.batches += [(way, events[at : at + AT_ONCE]) for at in range(0, len(events), AT_ONCE)]
    dice.shuffle(sent.batches)
    return sent


def _detail(event: Any) -> tuple[Any, Any]:
    if not isinstance(event, dict):
        return "usage.reported", event
    return event["type"], {name: value for name, value in event.items() if name != "type"}


def by_bus(service: Service, events: Sequence[Any]) -> Iterator[str]:
    """As the rule of the bus hands them on."""
    bodies = []
    for one in events:
        kind, detail = _detail(one)
        bodies.append(json.dumps({"source": "operator.messy", "detail-type": kind, "detail": detail}))
    if service.feed(intake.intake, bodies):
        yield "a batch from the bus came back"


def by_post(client: Client, key: str, events: Sequence[Any], sent: Sent) -> Iterator[str]:
    """As API Gateway hands them over; what is answered is looked at."""
    headers = {"X-Api-Key": key, "Content-Type": "application/json"}
    request = {
        "httpMethod": "POST", "path": "/events", "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None, "multiValueQueryStringParameters": None, "pathParameters": None,
        "stageVariables": None, "isBase64Encoded": False, "body": json.dumps(list(events)),
        "requestContext": {"httpMethod": "POST", "resourcePath": "/events", "path": "/events",
                           "identity": {}},
    }  # fmt: skip
    answer = client.lambda_.invoke("events_http", request).payload
    told = {one["index"]: one["field"] for one in json.loads(answer["body"])["rejected"]}
    wanted = {at: place for at, one in enumerate(events) if (place := _place(one, sent)) is not None}
    if answer["statusCode"] != (202 if len(wanted) < len(events) else 422):
        yield f"a POST of {len(events)} with {len(wanted)} bad ones was answered {answer['statusCode']}"
    if told != wanted:
        yield f"a POST was told {told} instead of {wanted}"


def by_file(service: Service, s3: Any, name: str, events: Sequence[Any]) -> Iterator[str]:
    """As a file in the drop bucket; a line that is no JSON is one in another encoding."""
    lines = [
        json.dumps(one, ensure_ascii=False).encode()
        if isinstance(one, dict)
        else f'"{one} 套餐"'.encode("gbk")
        for one in events
    ]
    s3.put_object(Bucket=BUCKET, Key=f"events/{name}.jsonl", Body=b"\n".join(lines))
    told = {"detail": {"bucket": {"name": BUCKET}, "object": {"key": f"events/{name}.jsonl"}}}
    if service.feed(drops.drop, [json.dumps(told)]):
        yield f"the file {name} came back"


def _place(event: Any, sent: Sent) -> str | None:
    """The field that is wrong; None of a good event."""
    return sent.bad.get(event["id"]) if isinstance(event, dict) else ""


def through(service: Service, sent: Sent) -> tuple[dict[str, Any], list[str]]:
    """Send everything and let it be handled; figures, and what is wrong with what came of it."""
    wrong: list[str] = []
    _without_waiting()
    subscriber_changes.put_many(standin.people(PEOPLE))
    api_keys.forget()
    key = api_keys.make("messy", "bench", clock.now())
    s3 = boto3.client("s3", region_name="us-east-1")
    s3.create_bucket(Bucket=BUCKET)
    with Client(app) as client:
        for n, (way, events) in enumerate(sent.batches):
            if way == "bus":
                wrong += by_bus(service, events)
            elif way == "post":
                wrong += by_post(client, key, events, sent)
            else:
                wrong += by_file(service, s3, f"m-{n}", events)
            waiting = service.aws.messages("intake")
            for at in range(0, len(waiting), AT_ONCE):
                service.feed(intake.intake, waiting[at : at + AT_ONCE])
            jobs = service.aws.messages("outbox-urgent")
            for at in range(0, len(jobs), AT_ONCE):
                _deliver(service, jobs[at : at + AT_ONCE], wrong)
    return _looked_at(service, sent, wrong)


def _without_waiting() -> None:
    """Give the originators a pace that nothing waits for."""
    brand = shipped()["brand#yuntong"]
    quick = {**brand, "originators": [{**one, "per_second": 1e6} for one in brand["originators"]]}
    catalogue.go_live({"brand#yuntong": versions.save("brand#yuntong", quick, by="t", at="", status="live")})


def _deliver(service: Service, jobs: list[str], wrong: list[str]) -> None:
    if service.feed(outbox.deliver_urgent, jobs):
        wrong.append("jobs came back")


def _looked_at(service: Service, sent: Sent, wrong: list[str]) -> tuple[dict[str, Any], list[str]]:
    letters = {name: service.aws.messages(f"{name}-dead") for name in ("intake", "drops", "outbox-urgent")}
    files = sent.bad_by["file"]
    dead = {"intake": sum(sent.bad_by.values()) - files, "drops": files, "outbox-urgent": 0}
    for name, expected in dead.items():
        if len(letters[name]) != expected:
            wrong.append(f"{len(letters[name])} dead letters of {name} instead of {expected}")
    asked = [*sent.good, *sent.bad]
    codes: Counter[str] = Counter()
    recorded: dict[str, list[Mapping[str, Any]]] = {}
    for row in service.aws.rows("results"):
        recorded.setdefault(row["scope"], []).append(row)
    for id_ in asked:
        found = recorded.get(event_scope(id_), [])  # one for each way that it came
        codes.update({one["outcome"] for one in found})
        if {one["outcome"] for one in found} != {sent.good.get(id_, "refused")}:
            wrong.append(f"{id_} came to {[one['outcome'] for one in found]}")
        elif id_ in sent.bad and {one["problem"].get("place", "") for one in found} != {sent.bad[id_]}:
            wrong.append(f"{id_} was refused for {[one['problem'] for one in found]}")
    texts = Counter(dict(one.context)["item"] for one in service.network.texts)
    wanted = sum(code == "texts" for code in sent.good.values())
    if len(texts) != wanted or texts.total() != wanted:
        wrong.append(f"{texts.total()} texts, {len(texts)} different ones, instead of {wanted}")
    figures = {
        "events": sum(len(events) for _, events in sent.batches),
        "different": len(asked) + sent.nameless,
        "good": len(sent.good),
        "bad": len(sent.bad) + sent.nameless,
        "outcomes": dict(codes),
        "dead letters": {name: len(found) for name, found in letters.items()},
        "texts": texts.total(),
        "wrong": len(wrong),
    }
    return figures, wrong


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("events", type=int)
    parser.add_argument("--each", type=int, default=50, help="each so many-th is bad")
    given = parser.parse_args()
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory() as folder,
        dynamodb_local(Path(folder)) as endpoint,
        fresh(endpoint) as service,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("RINGBACK_DROP_BUCKET", BUCKET)
        figures, wrong = through(service, make(given.events, given.each, service.now))
    print(json.dumps({**figures, "seconds": round(time.monotonic() - began)}))
    for one in wrong[:20]:
        print(one)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
