"""Trials of bench.trials with a real Kannel between the running stack and its phones.

kannel    2,000 texts while the workers, smsbox and bearerbox are killed with -9 in turn and started again
failover  smsbox is killed, the originator's backup on AWS takes over, and gives back after its rest
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bench.trial_stack import (
    ORIGINATOR,
    after_resends,
    below,
    bulk,
    http,
    noon,
    people,
    rate,
    send,
    statuses,
    store,
    texts,
    until,
    waiting,
    workers,
)
from chalicelib.delivery.outcomes import SPARED_FOR
from chalicelib.store import catalogue, versions
from chalicelib.store.schema.subscribers import Subscriber
from local.schedules import scheduled_event
from local.stack import Stack

BACKUP = "YUNTONG"
COUNT = 2_000
PER_SECOND = 50.0  # the originator's; the functions of the emulator, two reports a text, take less
TAKES_OVER_WITHIN = 30.0  # seconds


def pair_up(stack: Stack) -> None:
    """Yuntong's number goes through Kannel, and what AWS sends takes over."""
    http(f"{stack.document['handsets_url']}rates", {ORIGINATOR: PER_SECOND, BACKUP: PER_SECOND})
    control = catalogue.control()
    brand = catalogue.documents([("brand#yuntong", control.live["brand#yuntong"])])["brand#yuntong"]
    for originator in brand["originators"]:
        originator["per_second"] = PER_SECOND
        if originator["identity"] == ORIGINATOR:
            originator |= {"gateway": "kannel", "backup": BACKUP}
        elif originator["identity"] == BACKUP:
            originator |= {"gateway": "aws"}  # with GATEWAY=kannel everything would go through Kannel
    version = versions.save("brand#yuntong", brand, by="trial", at="", status="live")
    catalogue.go_live({"brand#yuntong": version})


@contextmanager
def started_again(program: str) -> Iterator[Callable[[], None]]:
    """kill -9 a program of Kannel's that runs below this process; what is given starts it again, until the
    block ends."""
    pid, command, folder = process_of(program)
    os.kill(pid, signal.SIGKILL)
    begun: list[subprocess.Popen[bytes]] = []

    def again() -> None:
        begun.append(
            subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        )

    try:
        yield again
    finally:
        for one in begun:
            one.kill()
            one.wait()


def process_of(program: str) -> tuple[int, list[str], str]:
    """The process below this one that runs one of Kannel's programs: its id, command and folder."""
    for pid in below():
        try:
            command = Path(f"/proc/{pid}/cmdline").read_text().split("\0")[:-1]
            folder = str(Path(f"/proc/{pid}/cwd").readlink())
        except OSError:  # it has ended meanwhile
            continue
        if command and Path(command[0]).name == program:
            return pid, command, folder
    raise RuntimeError(f"no {program} below this process")


def runs(program: str) -> bool:
    try:
        process_of(program)
    except RuntimeError:
        return False
    return True


def sent_by(stack: Stack, originator: str) -> int:
    return sum(one["from"] == originator for one in texts(stack))


def settled(stack: Stack, everybody: list[Subscriber], at: datetime) -> None:
    """Until nothing is under way: doubts wait and end as their campaign says, Kannel has sent the rest."""
    until(lambda: waiting(stack) == 0, "the queues to be empty")
    for hours in (1, 2):
        stack.shift_clock((at - datetime.now(UTC)).total_seconds() + hours * 3600)
        stack.invoke("sweep", scheduled_event())
        until(lambda: waiting(stack) == 0, "the queues to be empty")
        until(lambda: not statuses(everybody)["handed_over"], "the SMSC to have what Kannel was given")


def kills(stack: Stack) -> bool:
    at = noon(stack)
    everybody = people(COUNT)
    store(everybody)
    rate(stack, PER_SECOND)
    url = stack.document["queues"]["outbox-bulk"]
    # What takes four minutes on AWS need not take that here.
    stack.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "20"})
    send(bulk(everybody, at))
    until(lambda: len(texts(stack)) >= COUNT // 5, "texts")
    killed = workers()
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    until(lambda: len(texts(stack)) >= 2 * COUNT // 5, "texts after the workers were killed")
    with started_again("smsbox") as smsbox:
        time.sleep(1)
        smsbox()
        until(lambda: len(texts(stack)) >= 3 * COUNT // 5, "texts after smsbox was killed")
        with started_again("bearerbox") as bearerbox:
            time.sleep(1)
            bearerbox()
            time.sleep(1)
            if not runs("smsbox"):  # it ends when it loses its bearerbox
                smsbox()
            until(lambda: waiting(stack) == 0, "the queues to be empty")
            before = statuses(everybody)
            settled(stack, everybody, at)
    phones = Counter(one["to"] for one in texts(stack))
    twice, resent = sum(number - 1 for number in phones.values()), after_resends(everybody)
    print(f"{COUNT} texts at {PER_SECOND:.0f} a second; killed: {len(killed)} workers, smsbox, bearerbox")
    print(f"rows before the doubts' wait {dict(before)}, after {dict(statuses(everybody))}")
    print(f"texts: phones {dict(Counter(phones.values()))}; lost {COUNT - len(phones)}; doubled {twice}, ")
    print(f"resent as the campaign says: {resent}")
    return len(phones) == COUNT and twice <= resent


def failover(stack: Stack) -> bool:
    at = noon(stack)
    everybody = people(COUNT)
    store(everybody)
    pair_up(stack)
    send(bulk(everybody, at))
    until(lambda: sent_by(stack, ORIGINATOR) >= COUNT // 6, "texts through Kannel")
    with started_again("smsbox") as smsbox:
        killed = time.monotonic()
        until(lambda: sent_by(stack, BACKUP) > 0, "the backup to take over")
        took_over = time.monotonic() - killed
        print(f"the backup took over after {took_over:.1f} s", flush=True)
        until(lambda: sent_by(stack, BACKUP) >= COUNT // 6, "texts by the backup")
        smsbox()
        before = sent_by(stack, ORIGINATOR)
        stack.shift_clock((at - datetime.now(UTC)).total_seconds() + SPARED_FOR.total_seconds() + 120)
        rested = time.monotonic()
        until(lambda: sent_by(stack, ORIGINATOR) > before, "the originator to send again")
        given_back = time.monotonic() - rested
        print(
            f"the originator sent again {given_back:.1f} s after its rest of {SPARED_FOR} was over",
            flush=True,
        )
        settled(stack, everybody, at)
    found = texts(stack)
    phones = Counter(one["to"] for one in found)
    ways = Counter(one["from"] for one in found)
    twice, resent = sum(number - 1 for number in phones.values()), after_resends(everybody)
    print(f"{COUNT} texts at {PER_SECOND:.0f} a second; smsbox killed with -9 and started again")
    print(f"rows {dict(statuses(everybody))}")
    print(f"texts by originator {dict(ways)}; lost {COUNT - len(phones)}; doubled {twice}, resent {resent}")
    return len(phones) == COUNT and twice <= resent and took_over <= TAKES_OVER_WITHIN
