"""The packaged service on free ports, for trials and figures that need it whole, and what they ask of it."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from chalicelib.clock import iso
from chalicelib.commands.place import stack as use_stack
from chalicelib.job import Job
from chalicelib.store.schema.subscribers import Subscriber
from local.msisdns import msisdn
from local.package import Package
from local.processes import free_ports
from local.stack import Options, Stack, running_stack

PATIENCE = 400.0
ORIGINATOR = "1069012300"


@contextmanager
def own_stack(package: Package | None = None, gateway: str = "aws") -> Iterator[Stack]:
    """The packaged service (today's, if none is given) without subscribers, on free ports and in a folder of
    its own; this process's clients are those of it."""
    emulator, console, handsets, smsc = free_ports(4)
    with tempfile.TemporaryDirectory(prefix="ringback-trial-") as folder:
        options = Options(
            port_emulator=emulator,
            port_console=console,
            port_handsets=handsets,
            samples=0,
            folder=Path(folder),
            package=package,
            port_smsc=smsc,
            gateway=gateway,
        )
        with running_stack(options) as stack:
            os.environ["RINGBACK_STACK"] = str(stack.file)
            use_stack()
            _forget_clients()
            yield stack


def _forget_clients() -> None:
    """Clients point at the stack they were made for."""
    from chalicelib import queues
    from chalicelib.campaigns import live
    from chalicelib.store import dynamodb, subscribers

    dynamodb.dynamodb.cache_clear()
    queues.sqs.cache_clear()
    subscribers._zones_known.clear()
    live._kept = None


def people(count: int, prefix: str = "P") -> list[Subscriber]:
    """So many subscribers in Shanghai, where it is made to be noon."""
    return [
        Subscriber(
            f"{prefix}-{n:05d}",
            msisdn=msisdn(n),
            name="王芳",
            language="zh-CN",
            time_zone="Asia/Shanghai",
            brand="yuntong",
            region="湖南/长沙",
            plan_ends_on="2099-01-01",
        )
        for n in range(count)
    ]


def noon(stack: Stack) -> datetime:
    """Let it be noon in Shanghai today or tomorrow, whichever is to come."""
    now = datetime.now(UTC)
    today = now.replace(hour=4, minute=0, second=0, microsecond=0)
    moment = today if today > now else today + timedelta(days=1)
    stack.shift_clock((moment - now).total_seconds())
    return moment


def store(everybody: list[Subscriber]) -> None:
    from chalicelib.intake import subscriber_changes

    for start in range(0, len(everybody), 500):
        subscriber_changes.put_many(everybody[start : start + 500])


def bulk(everybody: Iterable[Subscriber], at: datetime, campaign: str = "renewal-reminder") -> list[Job]:
    """A job each: a renewal reminder, which is a service text."""
    return [
        Job(
            campaign=campaign,
            subscriber=one.subscriber_id,
            occasion="2099-01-01/7",
            step="text",
            lane="bulk",
            facts={"ends_on": "2099-01-01", "days_before": 7},
            valid_until=iso(at + timedelta(hours=8)),
        )
        for one in everybody
    ]


def send(jobs: Iterable[Job]) -> None:
    from chalicelib import queues

    queues.send_jobs(jobs)


def http(url: str, body: Mapping[str, Any] | None = None) -> Any:
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 (our own simulator)
        return json.load(answer)


def texts(stack: Stack, to: str = "") -> list[Mapping[str, Any]]:
    """What was accepted for the phones."""
    query = f"?to=%2B{to.removeprefix('+')}" if to else "?limit=200000"
    found: list[Mapping[str, Any]] = http(f"{stack.document['handsets_url']}messages{query}")["messages"]
    return found


def rate(stack: Stack, per_second: float) -> None:
    """How many parts a second the network takes; the brand's document says the same to the service."""
    from chalicelib.store import catalogue, versions

    http(f"{stack.document['handsets_url']}rates", {ORIGINATOR: per_second})
    control = catalogue.control()
    brand = catalogue.documents([("brand#yuntong", control.live["brand#yuntong"])])["brand#yuntong"]
    for originator in brand["originators"]:
        if originator["identity"] == ORIGINATOR:
            originator["per_second"] = per_second
    version = versions.save("brand#yuntong", brand, by="trial", at="", status="live")
    catalogue.go_live({"brand#yuntong": version})


def until(look: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not look():
        if time.monotonic() > end:
            raise RuntimeError(f"{what}: not within {PATIENCE:.0f} s")
        time.sleep(0.2)


def waiting(
    stack: Stack, lanes: Iterable[str] = ("outbox-bulk", "outbox-urgent", "receipts", "replies")
) -> int:
    sqs = stack.client("sqs")
    names: Any = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    return sum(
        int(value)
        for lane in lanes
        for value in sqs.get_queue_attributes(QueueUrl=stack.document["queues"][lane], AttributeNames=names)[
            "Attributes"
        ].values()
    )


def statuses(everybody: Iterable[Subscriber]) -> Counter[str]:
    from chalicelib.store import conversations
    from chalicelib.store.schema.conversations import Text, text_key

    keys = [
        text_key(one.msisdn, job.item)
        for one, job in zip(everybody, bulk(everybody, datetime.now(UTC)), strict=True)
    ]
    found: Counter[str] = Counter()
    for start in range(0, len(keys), 100):
        found.update(text.status for text in conversations.find(Text, keys[start : start + 100]).values())
    return found


def after_resends(everybody: Iterable[Subscriber]) -> int:
    from chalicelib.store import conversations
    from chalicelib.store.schema.conversations import Text, text_key

    keys = [
        text_key(one.msisdn, job.item)
        for one, job in zip(everybody, bulk(everybody, datetime.now(UTC)), strict=True)
    ]
    return sum(text.resends for text in conversations.find(Text, keys).values())


def below() -> dict[int, str]:
    """The processes below this one: their command lines by id."""
    listed = subprocess.run(["ps", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 2) for line in listed.splitlines()[1:]]
    mine = {os.getpid()}
    for _ in range(5):
        mine |= {int(pid) for pid, parent, _ in rows if int(parent) in mine}
    return {int(pid): command for pid, _, command in rows if int(pid) in mine}


def workers() -> list[int]:
    """The processes below this one that run a Lambda function."""
    return [pid for pid, command in below().items() if "ministack-lambda" in command]
