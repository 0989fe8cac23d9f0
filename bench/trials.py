"""What must hold on the running stack, tried on it: `python -m bench.trials kill optouts caps`.

Each trial starts the packaged service on free ports, puts texts in the outbox, does something unkind,
waits until everything is settled, and compares the phones with the input. Exit code 1 when one fails.

    kill     kill -9 the workers in the middle of 2,000 jobs: each phone got its text once
    optouts  200 opt-outs in the middle of a bulk run: no text whose claim came after its opt-out
    caps     three marketing campaigns for the same people at the same moment, cap 1 a day: one text
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from bench.watching import note_stored
from chalicelib.clock import iso, parse
from chalicelib.commands.place import stack as use_stack
from chalicelib.job import Job
from chalicelib.store.schema.subscribers import Subscriber
from local.msisdns import msisdn
from local.processes import free_ports
from local.stack import Options, Stack, running_stack

PATIENCE = 400.0
ORIGINATOR = "1069012300"


def main(names: list[str]) -> int:
    """Run the trials named, or all; the exit code."""
    failed = []
    for name in names or list(TRIALS):
        with own_stack() as stack:
            print(f"== {name}", flush=True)
            if not TRIALS[name](stack):
                failed.append(name)
    print("all trials passed" if not failed else f"FAILED: {', '.join(failed)}")
    return 1 if failed else 0


@contextmanager
def own_stack() -> Iterator[Stack]:
    """The packaged service without subscribers, on free ports and in a folder of its own; this process's
    clients are those of it."""
    emulator, console, handsets = free_ports(3)
    with tempfile.TemporaryDirectory(prefix="ringback-trial-") as folder:
        options = Options(
            port_emulator=emulator,
            port_console=console,
            port_handsets=handsets,
            samples=0,
            folder=Path(folder),
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


def workers() -> list[int]:
    """The processes below this one that run a Lambda function."""
    listed = subprocess.run(["ps", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 2) for line in listed.splitlines()[1:]]
    below = {os.getpid()}
    for _ in range(4):
        below |= {int(pid) for pid, parent, _ in rows if int(parent) in below}
    return [int(pid) for pid, _, command in rows if int(pid) in below and "ministack-lambda" in command]


def kill(stack: Stack) -> bool:
    count = 2000
    at = noon(stack)
    everybody = people(count)
    store(everybody)
    rate(stack, 200)
    url = stack.document["queues"]["outbox-bulk"]
    # What takes four minutes on AWS need not take that here.
    stack.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "20"})
    send(bulk(everybody, at))
    killed = 0
    for share in (0.25, 0.5):
        until(lambda share=share: len(texts(stack)) >= count * share, "texts")  # type: ignore[misc]
        for pid in workers():
            os.kill(pid, signal.SIGKILL)
            killed += 1
    until(lambda: waiting(stack) == 0, "the queues to be empty")
    before = statuses(everybody)
    got = Counter(text["to"] for text in texts(stack))
    # The doubt's wait, in a moment: those whose receipt never came are ended as the campaign says.
    stack.shift_clock((at - datetime.now(UTC)).total_seconds() + 3600)
    stack.invoke("sweep", _schedule())
    until(lambda: waiting(stack) == 0, "the queues to be empty")
    stack.invoke("sweep", _schedule())
    until(lambda: waiting(stack) == 0, "the queues to be empty")
    after = statuses(everybody)
    phones = Counter(text["to"] for text in texts(stack))
    print(f"{count} jobs, {killed} workers killed with -9 at a quarter and at half")
    print(f"texts: phones before the doubts' wait {dict(Counter(got.values()))}; rows {dict(before)}")
    print(f"texts: phones after the doubts' wait  {dict(Counter(phones.values()))}; rows {dict(after)}")
    resent = after_resends(everybody)
    print(f"doubts ended with a resend, as the campaign says: {resent}")
    twice = sum(number - 1 for number in phones.values())
    return max(got.values()) == 1 and len(phones) == count and twice <= resent


def after_resends(everybody: Iterable[Subscriber]) -> int:
    from chalicelib.store import conversations
    from chalicelib.store.schema.conversations import Text, text_key

    keys = [
        text_key(one.msisdn, job.item)
        for one, job in zip(everybody, bulk(everybody, datetime.now(UTC)), strict=True)
    ]
    return sum(text.resends for text in conversations.find(Text, keys).values())


def _schedule() -> dict[str, Any]:
    names = ("version", "account", "region", "detail-type", "source", "time", "id")
    return {**dict.fromkeys(names, ""), "detail": {}, "resources": []}


def optouts(stack: Stack) -> bool:
    count, refusing = 3000, 200
    at = noon(stack)
    ahead = at - datetime.now(UTC)
    everybody = people(count)
    store(everybody)
    rate(stack, 60)
    send(bulk(everybody, at))
    until(lambda: len(texts(stack)) > 300, "texts")
    url = f"{stack.document['handsets_url']}reply"
    refusers = [one.msisdn for one in everybody[:: count // refusing]]
    for refuser in refusers:
        http(url, {"from": refuser, "to": ORIGINATOR, "body": "退订"})
    seen: dict[str, str] = {}
    until(lambda: note_stored(seen, refusers, ahead), "the opt-outs to be stored")
    until(lambda: waiting(stack) == 0, "the queues to be empty")
    from chalicelib.store import conversations
    from chalicelib.store.schema.conversations import Text, text_key

    late = stopped = before = meanwhile = 0
    for one, job in zip(everybody, bulk(everybody, at), strict=True):
        if one not in everybody[:: count // refusing]:
            continue
        key = text_key(one.msisdn, job.item)
        text = conversations.find(Text, [key])[key]
        said = min(entry["at"] for entry in conversations.state(one.msisdn).optouts.values())
        if text.status == "suppressed":
            stopped += 1
        elif text.claimed_at > seen[one.msisdn]:
            late += 1
        elif text.claimed_at > said:
            meanwhile += 1
        else:
            before += 1
    waits = []
    for one, job in list(zip(everybody, bulk(everybody, at), strict=True))[::3]:
        key = text_key(one.msisdn, job.item)
        text = conversations.find(Text, [key])[key]
        if text.sent_at:
            waits.append((parse(text.sent_at) - parse(text.claimed_at)).total_seconds())
    print(f"{refusing} opt-outs in the middle of {count} texts at 60 a second")
    print(
        f"text claimed before the opt-out was received: {before}, suppressed: {stopped}, claimed while "
        f"it was being stored: {meanwhile}, claimed after it was stored and sent: {late}"
    )
    print(
        f"claim to recorded hand-off of {len(waits)} texts: "
        f"median {median(waits):.3f} s, longest {max(waits):.3f} s"
    )
    return late == 0 and stopped > 0


def caps(stack: Stack) -> bool:
    from chalicelib.store import catalogue, versions

    count = 300
    at = noon(stack)
    everybody = people(count)
    store(everybody)
    rate(stack, 400)
    control = catalogue.control()
    birthday = catalogue.documents(
        [("campaign#birthday-greeting", control.live["campaign#birthday-greeting"])]
    )
    names = ["birthday-greeting", "offer-one", "offer-two"]
    live = {}
    for name in names[1:]:
        document = {**birthday["campaign#birthday-greeting"], "id": name}
        live[f"campaign#{name}"] = versions.save(f"campaign#{name}", document, by="t", at="", status="live")
    catalogue.go_live(live)
    jobs = [
        replace(job, campaign=name, occasion="solar-2099", facts={"calendar": "solar", "year": 2099})
        for one in everybody
        for name in names
        for job in bulk([one], at)
    ]
    send([*jobs, *jobs])
    until(lambda: waiting(stack) == 0, "the queues to be empty")
    got = Counter(text["to"] for text in texts(stack))
    print(
        f"{count} people, three marketing campaigns, each job twice, cap 1 a day; "
        f"texts: phones {dict(Counter(got.values()))}"
    )
    return set(got.values()) == {1} and len(got) == count


TRIALS: Mapping[str, Callable[[Stack], bool]] = {
    "kill": kill,
    "optouts": optouts,
    "caps": caps,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
