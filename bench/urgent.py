"""How long an urgent alert takes from its event to the phone behind 10,000 bulk texts on the same originator.

On the packaged service on the emulator. The handset simulator enforces the originator's message parts a
second, whichever lane they come from. The floor is the same alert while nothing else is sent. At the
higher pace the bulk itself keeps the cores of a small machine busy. Takes two minutes.
"""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from statistics import median

from bench.figure import Figure
from bench.trial_stack import bulk, own_stack, people, rate, send, store, texts, until, waiting
from chalicelib.store.schema.base import replace
from chalicelib.store.schema.subscribers import Subscriber
from local.stack import Stack

TARGET = 1.2
BULK, PEOPLE = 10_000, 2_000  # bulk texts; whom they go to, several each
SPARE = 2_000  # more of them, so that so many still wait while the alerts are sent
PACES = (10.0, 50.0)  # parts a second, in this order
BEGUN = 50  # bulk texts that are on the phones before the alerts of a pace are sent
TRIES = 21


def usage_event(stack: Stack, one: Subscriber, cycle: str) -> float:
    """Put an alert's event on the bus; seconds until the phone has the text."""
    before = len(texts(stack, one.msisdn))
    detail = {
        "id": f"urgent-{cycle}",
        "time": datetime.now(UTC).isoformat(),
        "subscriber_id": one.subscriber_id,
        "resource": "data",
        "used": 90,
        "allowance": 100,
        "unit": "MB",
        "cycle": cycle,
        "cycle_ends_on": "2099-01-01",
    }
    entry = {
        "EventBusName": stack.document["event_bus"],
        "Source": "operator.trial",
        "DetailType": "usage.reported",
        "Detail": json.dumps(detail),
    }
    began = time.monotonic()
    stack.client("events").put_events(Entries=[entry])
    while len(texts(stack, one.msisdn)) == before:
        if time.monotonic() - began > 120:
            raise RuntimeError("the alert did not arrive")
        time.sleep(0.01)
    return time.monotonic() - began


def measure(tiny: bool = False) -> list[Figure]:
    """For each pace the median of the alerts behind bulk texts, against that of the alerts alone."""
    count, spare, begun, tries = (40, 600, 5, 1) if tiny else (BULK, SPARE, BEGUN, TRIES)
    with own_stack() as stack:
        vip = replace(people(1, "V")[0], msisdn="+8613600000001")
        everybody = people(min(count, PEOPLE))
        store([*everybody, vip])
        rate(stack, PACES[0])
        cycles = (f"{2040 + n // 12}-{n % 12 + 1:02d}" for n in range(1000))
        alone = alerts(stack, vip, cycles, tries + 2)[2:]  # the first ones warm the functions
        now = datetime.now(UTC)
        jobs = [
            dataclasses.replace(job, campaign="outage-notice", occasion=f"bench-{n}", facts=outage(n))
            for n in range(-(-(count + spare) // len(everybody)))
            for job in bulk(everybody, now)
        ]
        send(jobs)
        found = []
        for pace in PACES:
            rate(stack, pace)
            there = len(texts(stack))
            until(partial(_more, stack, there + begun), "the bulk to be on its way")
            behind = alerts(stack, vip, cycles, tries)
            last = waiting(stack, ["outbox-bulk"])
            assert last, "the bulk was over before the alerts were"
            found.append(_figure(pace, count, alone, behind, last))
    return found


def _more(stack: Stack, than: int) -> bool:
    return len(texts(stack)) > than


def _figure(pace: float, count: int, alone: Sequence[float], behind: Sequence[float], waiting: int) -> Figure:
    return Figure(
        name=f"urgent-latency-{pace:.0f}",
        what=f"urgent alert behind {count:,} bulk texts, event to phone, {pace:.0f} parts a second",
        measured=median(behind) / median(alone),
        target=TARGET,
        unit="x",
        floor=f"alone: median {1000 * median(alone):.0f} ms, longest {1000 * max(alone):.0f} ms",
        notes=(
            f"one originator, its parts a second enforced; {waiting:,} bulk texts still wait at the end: "
            f"median {1000 * median(behind):.0f} ms, longest {1000 * max(behind):.0f} ms of {len(behind)}"
        ),
        facts={"alone": median(alone), "behind": median(behind), "longest behind": max(behind)},
    )


def alerts(stack: Stack, one: Subscriber, cycles: Iterator[str], tries: int) -> list[float]:
    """So many alerts one after the other, each for a billing cycle of its own."""
    return [usage_event(stack, one, next(cycles)) for _ in range(tries)]


def outage(number: int) -> dict[str, str]:
    """What an outage notice says."""
    at = "2099-01-01T00:00:00+08:00"
    return {
        "region": "湖南",
        "starts_at": at,
        "expected_end": at,
        "what": "5G",
        "event_id": f"bench-{number}",
        "event_time": at,
    }
