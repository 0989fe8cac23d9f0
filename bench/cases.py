"""The queue page, and its reads, with 50 and with 50,000 open cases, on DynamoDB Local.

    python -m bench.cases

Not on the local run's emulator: its Query sorts the whole index partition, DynamoDB's reads what it
returns.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from chalicelib.care import reads
from chalicelib.clock import iso
from chalicelib.console.care import queue
from chalicelib.console.frame import Page, Visit
from chalicelib.console.rendering import render
from chalicelib.store import queries, results, transactions
from chalicelib.store.cases import EVERYTHING, CaseFilter
from chalicelib.store.schema.cases import Case, case_item
from local.msisdns import msisdn
from tests.support.dynamodb import dynamodb_local, environment
from tests.support.factories import care_live

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
TEAMS = ("care-north", "care-south")
FEW, MANY = 50, 50_000
REPEATS = 30
AT_ONCE = 2_500  # rows made before they are written


def case(number: int) -> Case:
    """An open case; the higher the number, the longer ago it was opened."""
    opened = iso(NOW - timedelta(minutes=number))
    return Case(
        case_id=f"K-{number:010d}",
        complaint=f"C-{number}",
        opened_at=opened,
        subscriber=f"s-{number}",
        msisdn=msisdn(number),
        name="王芳",
        words="2，宽带还是断，晚上基本上不了网，打了三次电话都没有人来。",
        score=2,
        topic=("network", "billing", "service", "product", "")[number % 5],
        tier="diamond" if number % 100 == 0 else "gold",
        team=TEAMS[number % len(TEAMS)],
        deadline=iso(NOW + timedelta(hours=12) - timedelta(minutes=number)),
        rank=f"{opened}#K-{number:010d}",
        revision=1,
    )


def store(first: int, last: int, make: Callable[[int], Case] = case) -> None:
    """Write the open cases `first` to `last`, inclusive, and count them, without going through actions."""
    for start in range(first, last + 1, AT_ONCE):
        made = [make(number) for number in range(start, min(start + AT_ONCE, last + 1))]
        queries.put_all([case_item(one) for one in made])
        for team in TEAMS:
            many = sum(one.team == team for one in made)
            added = {("care#now", f"team:{team}"): {"working": many, "unowned": many}}
            transactions.commit(results.writes(added))


PAGES: Sequence[tuple[str, CaseFilter]] = (
    ("the first page", EVERYTHING),
    ("a topic", CaseFilter(topic="network")),
    ("a tier that one in a hundred has", CaseFilter(tier="diamond")),
    ("overdue", CaseFilter(deadline_before=iso(NOW))),
)


def measure() -> dict[str, float]:
    """Milliseconds of the reads behind each page: counts and cases; the median."""
    found = {}
    for name, keep in PAGES:
        times = []
        for _ in range(REPEATS):
            start = time.perf_counter()
            reads.tab_counts(reads.load(), "li.na", TEAMS)
            reads.queue("all", "li.na", TEAMS, keep=keep)
            times.append(time.perf_counter() - start)
        found[name] = 1000 * statistics.median(times)
    visit = Visit("li.na", "care", "en", NOW, "/queue", query={"tab": "all"})
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        page = queue(visit)
        assert isinstance(page, Page)
        assert len(render(visit, page)) > FEW * 100  # the cases are on it
        times.append(time.perf_counter() - start)
    found["the whole page, to its first byte"] = 1000 * statistics.median(times)
    return found


def main() -> None:
    """Print the times and their ratio."""
    with (
        tempfile.TemporaryDirectory() as folder,
        dynamodb_local(Path(folder), heap="1g") as endpoint,
    ):
        os.environ.update(environment(endpoint))
        care_live()
        store(1, FEW)
        measure()  # the first calls warm the JVM up
        few = measure()
        store(FEW + 1, MANY)
        many = measure()
    print(f"{'ms, median':34} {FEW:>8} {MANY:>8}   ratio")
    for name, before in few.items():
        print(f"{name:34} {before:8.1f} {many[name]:8.1f} {many[name] / before:7.2f}")


if __name__ == "__main__":
    main()
