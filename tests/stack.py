"""The packaged service on the emulator, for tests marked `emulator` or `browser`.

One stack for the whole session, on free ports and in a folder of its own; each test brings its own
subscribers and numbers. With pytest-xdist those on the emulator go to one worker (`--dist loadgroup`).
"""

from __future__ import annotations

import itertools
import json
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pytest

from local.msisdns import msisdn
from local.package import Package, build
from local.processes import free_ports
from local.schedules import scheduled_event
from local.stack import EMULATOR_PYTHON, Options, Stack, running_stack

T = TypeVar("T")
PATIENCE = 30.0  # seconds: ten times what the slowest step takes, so that a busy machine is no failure
LEASE = 60.0  # seconds that a worker may take over a text (chalicelib.delivery.deliver)
# It is the middle of the day in one of them at any time: surveys keep decent hours.
ZONES = (
    "Asia/Shanghai",
    "Asia/Dubai",
    "Europe/Berlin",
    "America/Sao_Paulo",
    "America/New_York",
    "America/Los_Angeles",
    "Pacific/Honolulu",
    "Pacific/Auckland",
)
LONG = ("emulator", "browser")  # the marks of tests that take long
_numbers = itertools.count()


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests that share the stack on one xdist worker. They begin first, since they take longest, and
    then what else takes long: a long one that begins last would be waited for alone."""
    for item in items:
        if _shares_the_stack(item):
            item.add_marker(pytest.mark.xdist_group("stack"))
    items.sort(key=lambda item: (not _shares_the_stack(item), not any(map(item.get_closest_marker, LONG))))


def _shares_the_stack(item: pytest.Item) -> bool:
    return "stack" in getattr(item, "fixturenames", ())


@pytest.fixture(scope="session")
def dev_package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    """The service packaged for dev, not to be changed."""
    return build("dev", out=tmp_path_factory.mktemp("package"))


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory, dev_package: Package) -> Iterator[Stack]:
    """The service, up, with the templates live and nobody in it."""
    if not EMULATOR_PYTHON.exists():
        pytest.skip("no .emulator here: make setup")
    emulator, console, handsets = free_ports(3)
    options = Options(
        port_emulator=emulator,
        port_console=console,
        port_handsets=handsets,
        samples=0,
        folder=tmp_path_factory.mktemp("stack"),
        package=dev_package,
    )
    with running_stack(options) as up:
        yield up


def until(look: Callable[[], T], what: str, patience: float = PATIENCE) -> T:
    """What `look` returns as soon as it is truthy; fails the test, naming `what`, when that takes long."""
    end = time.monotonic() + patience
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > end:
            pytest.fail(f"{what}: not within {patience:.0f} s; the last look gave {found!r}")
        time.sleep(0.05)


def new_number(country: str = "86") -> str:
    """An MSISDN of this calling code that no other test of this session has."""
    return msisdn(next(_numbers), country)


def awake() -> str:
    """A time zone in which it is the middle of the day just now, and stays so for hours."""
    return next(zone for zone in ZONES if 9 <= datetime.now(ZoneInfo(zone)).hour <= 16)


def put_events(stack: Stack, *events: dict[str, Any], source: str = "operator.tests") -> None:
    """Put events (INTERFACES shapes, each with its `type`) on the bus; `id` and `time` are filled in."""
    entries = []
    for event in events:
        detail = {"id": f"t-{next(_numbers)}", "time": datetime.now(UTC).isoformat(), **event}
        kind = detail.pop("type")
        entries.append(
            {
                "EventBusName": stack.document["event_bus"],
                "Source": source,
                "DetailType": kind,
                "Detail": json.dumps(detail),
            }
        )
    bus = stack.client("events")
    for start in range(0, len(entries), 10):
        assert bus.put_events(Entries=entries[start : start + 10])["FailedEntryCount"] == 0


def new_subscriber(stack: Stack, **fields: str) -> dict[str, str]:
    """A subscriber of their own number, stored by the time this returns; `fields` override the sample's."""
    number = next(_numbers)
    subscriber = {
        "subscriber_id": f"test-{number}",
        "msisdn": msisdn(number),
        "name": "王芳",
        "language": "zh-CN",
        "time_zone": "Asia/Shanghai",
        "brand": "yuntong",
        "status": "active",
    } | fields
    put_events(stack, {"type": "subscriber.changed", **subscriber})
    key = {"subscriber_id": {"S": subscriber["subscriber_id"]}}
    table = stack.document["tables"]["subscribers"]
    dynamodb = stack.client("dynamodb")
    until(lambda: dynamodb.get_item(TableName=table, Key=key).get("Item"), f"subscriber {subscriber} stored")
    return subscriber


def handsets(stack: Stack, path: str, body: dict[str, Any] | None = None, **query: str) -> Any:
    """What the handset simulator answers: GET with `query`, or POST when there is a `body`."""
    return handsets_at(stack.document["handsets_url"], path, body, **query)


def handsets_at(address: str, path: str, body: dict[str, Any] | None = None, **query: str) -> Any:
    """The same of the simulator at an address."""
    url = f"{address}{path}?{urllib.parse.urlencode(query)}"
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
        return json.loads(answer.read() or b"null")


def messages(stack: Stack, to: str) -> list[dict[str, Any]]:
    """The texts that the phone `to` has got, oldest first."""
    return list(handsets(stack, "messages", to=to)["messages"])


def wait_for_messages(stack: Stack, to: str, count: int = 1) -> list[dict[str, Any]]:
    """The texts on the phone `to`, once there are at least `count`."""
    return until(
        lambda: found if len(found := messages(stack, to)) >= count else [], f"{count} texts on {to}"
    )


def wait_for_quiet(stack: Stack) -> None:
    """Return when no queue but the dead letters holds or handles anything any more.

    A text that another worker was just sending goes back to its queue until that worker's lease is
    over, so after repeats this takes a minute; a later event's text says as much in less.
    """
    queues = [url for name, url in stack.document["queues"].items() if not name.endswith("-dead")]
    sqs = stack.client("sqs")
    counts = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]

    def quiet() -> bool:
        return not any(
            int(number)
            for url in queues
            for number in sqs.get_queue_attributes(QueueUrl=url, AttributeNames=counts)["Attributes"].values()
        )

    # A function may just be handing work from one queue to the next, so one quiet look is not enough.
    until(lambda: quiet() and quiet() and quiet(), "quiet queues", LEASE + PATIENCE)


def reply(stack: Stack, sender: str, to: str, body: str, **more: Any) -> None:
    """Let the phone `sender` write `body` to the originator `to`."""
    handsets(stack, "reply", {"from": sender, "to": to, "body": body, **more})


@contextmanager
def later(stack: Stack, seconds: float) -> Iterator[None]:
    """The functions' clock is `seconds` ahead inside the block."""
    stack.shift_clock(seconds)
    try:
        yield
    finally:
        stack.shift_clock(0)
        stack.invoke("sweep", scheduled_event())  # outlasts one begun in that time
        _forget_pace(stack)


def _forget_pace(stack: Stack) -> None:
    """What was sent in a time that is no more must not make texts of this time wait for it."""
    table = stack.document["tables"]["catalogue"]
    dynamodb = stack.client("dynamodb")
    for page in dynamodb.get_paginator("scan").paginate(
        TableName=table,
        FilterExpression="begins_with(#name, :pace)",
        ProjectionExpression="#name, version",
        ExpressionAttributeNames={"#name": "name"},
        ExpressionAttributeValues={":pace": {"S": "pace#"}},
    ):
        for key in page["Items"]:
            dynamodb.delete_item(TableName=table, Key=key)
