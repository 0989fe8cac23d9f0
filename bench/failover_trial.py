"""An originator on a real Kannel and its backup on AWS: `python -m bench.failover_trial`.

While texts go out smsbox is killed with -9, and started again later. Printed: seconds until the backup takes
over, seconds until the originator sends again once its rest is over, texts lost and doubled at the phones.
Exit code 1 when a text is lost, a text went both ways without its doubt rule, or taking over took over 30 s.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from bench.trial_stack import (
    ORIGINATOR,
    bulk,
    http,
    noon,
    own_stack,
    people,
    send,
    store,
    texts,
    until,
    waiting,
)
from bench.trials import after_resends
from chalicelib.delivery.outcomes import SPARED_FOR
from chalicelib.store import catalogue, versions
from local.schedules import scheduled_event
from local.stack import Stack

BACKUP = "YUNTONG"
PER_SECOND = 20.0
COUNT = 1500
TAKES_OVER_WITHIN = 30.0


def pair_up(stack: Stack) -> None:
    """Yuntong's number goes through Kannel, and what AWS sends takes over."""
    http(f"{stack.document['handsets_url']}rates", {ORIGINATOR: PER_SECOND, BACKUP: PER_SECOND})
    control = catalogue.control()
    brand = catalogue.documents([("brand#yuntong", control.live["brand#yuntong"])])["brand#yuntong"]
    for originator in brand["originators"]:
        originator["per_second"] = PER_SECOND
        if originator["identity"] == ORIGINATOR:
            originator |= {"gateway": "kannel", "backup": BACKUP}
    version = versions.save("brand#yuntong", brand, by="trial", at="", status="live")
    catalogue.go_live({"brand#yuntong": version})


def process_of(program: str) -> tuple[int, list[str], str]:
    """The process below this one that runs one of Kannel's programs: its id, command and folder."""
    listed = subprocess.run(["ps", "-eo", "pid,ppid"], capture_output=True, text=True, check=True).stdout
    parents = {int(pid): int(parent) for pid, parent in (line.split() for line in listed.splitlines()[1:])}
    for pid in parents:
        above = pid
        while above in parents and above != os.getpid():
            above = parents[above]
        try:
            command = Path(f"/proc/{pid}/cmdline").read_text().split("\0")[:-1]
        except OSError:
            continue
        if above == os.getpid() and command and Path(command[0]).name == program:
            return pid, command, str(Path(f"/proc/{pid}/cwd").readlink())
    raise RuntimeError(f"no {program} below this process")


def sent_by(stack: Stack, originator: str) -> int:
    return sum(one["from"] == originator for one in texts(stack))


def failover(stack: Stack) -> bool:
    at = noon(stack)
    everybody = people(COUNT)
    store(everybody)
    pair_up(stack)
    send(bulk(everybody, at))
    until(lambda: sent_by(stack, ORIGINATOR) >= 200, "texts through Kannel")
    print("killing smsbox", flush=True)
    pid, command, folder = process_of("smsbox")
    os.kill(pid, signal.SIGKILL)
    killed = time.monotonic()
    until(lambda: sent_by(stack, BACKUP) > 0, "the backup to take over")
    took_over = time.monotonic() - killed
    print(f"the backup took over after {took_over:.1f} s", flush=True)
    until(lambda: sent_by(stack, BACKUP) >= 200, "texts by the backup")
    again = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        before = sent_by(stack, ORIGINATOR)
        stack.shift_clock((at - datetime.now(UTC)).total_seconds() + SPARED_FOR.total_seconds() + 120)
        rested = time.monotonic()
        until(lambda: sent_by(stack, ORIGINATOR) > before, "the originator to send again")
        given_back = time.monotonic() - rested
        print(
            f"the originator sent again {given_back:.1f} s after its rest of {SPARED_FOR} was over",
            flush=True,
        )
        until(lambda: waiting(stack) == 0, "the queues to be empty")
        for hours in (1, 2):  # doubts wait, and end as their campaign says
            stack.shift_clock((at - datetime.now(UTC)).total_seconds() + hours * 3600)
            stack.invoke("sweep", scheduled_event())
            until(lambda: waiting(stack) == 0, "the queues to be empty")
        found = texts(stack)
        phones = Counter(one["to"] for one in found)
        ways = Counter(one["from"] for one in found)
        twice = sum(number - 1 for number in phones.values())
        resent = after_resends(everybody)
        print(f"{COUNT} texts at {PER_SECOND:.0f} a second; smsbox killed with -9 and started again")
        print(
            f"texts by originator {dict(ways)}; lost {COUNT - len(phones)}; doubled {twice}, resent {resent}"
        )
        return len(phones) == COUNT and twice <= resent and took_over <= TAKES_OVER_WITHIN
    finally:
        again.kill()
        again.wait()


if __name__ == "__main__":
    with own_stack(gateway="kannel") as running:
        sys.exit(0 if failover(running) else 1)
