"""What the planner reads for one day's birthdays among ever more subscribers, on DynamoDB Local.

The day has as many birthdays in each size. Counted is everything that the planner reads from the tick that
begins the run to its last page, its own rows included. The floor is the matching index entries by their
size, read in one go. Takes about a minute and a half.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path
from unittest.mock import patch

import boto3

from bench.counting import counted
from bench.figure import Figure, Points
from chalicelib import queues
from chalicelib.campaigns import live, planner
from chalicelib.campaigns.files import load_folder
from chalicelib.intake import subscriber_changes
from chalicelib.job import Job
from chalicelib.store import catalogue, dynamodb, queries, versions
from chalicelib.store.schema.subscribers import SHARDS, Subscriber, SubscriberItem
from tests.support.dynamodb import dynamodb_local, environment

TEMPLATES = Path(__file__).parents[1] / "templates"
NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)  # noon in Shanghai
SIZES = (10_000, 100_000, 300_000)
MATCHES = {"11-23": 8000, "11-24": 2000}  # birthdays on the day, and on a day with fewer
TARGET = 1.1
AT_ONCE = 2_500  # rows made before they are written


def person(number: int, day: str) -> Subscriber:
    """A subscriber with a birthday, and with nothing that only other indexes are about."""
    return Subscriber(f"s-{number:09d}", name="王芳", time_zone="Asia/Shanghai", birthday=day)


def store(first: int, last: int, days: Sequence[str]) -> None:
    """Write the subscribers numbered `first` to before `last`, their birthdays on `days` in turn."""

    def part(at: int) -> None:
        everybody = [person(n, days[n % len(days)]) for n in range(at, min(at + AT_ONCE, last))]
        queries.put_all([subscriber_changes.item_of(one) for one in everybody])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(part, range(first, last, AT_ONCE)))
    subscriber_changes.register_zones([person(first, days[0])])


def other_days() -> list[str]:
    """Every day of a year on which nothing is measured."""
    year = [f"{NOW + timedelta(days=n):%m-%d}" for n in range(2, 365)]
    return [day for day in year if day not in MATCHES]


def plan(now: datetime, endpoint: str) -> tuple[float, int, int]:
    """A day's run from its tick to its end: units read, texts made, messages that it took."""
    waiting: list[str] = []
    texts = messages = 0

    def send(queue: str, bodies: Sequence[str], *, delay: int = 0) -> None:
        nonlocal texts
        del delay
        if queue == "runs":
            waiting.extend(bodies)
        else:
            texts += sum(Job.loads(body).campaign == "birthday-greeting" for body in bodies)

    live._kept = None
    current = live.live(catalogue.control())  # a worker that has just begun would read the documents, too
    assert "birthday-greeting" in current.campaigns
    beside = boto3.client("dynamodb", endpoint_url=endpoint)
    with patch.object(queues, "send", send), counted(beside) as found:
        planner.plan_due(now)
        while waiting:
            work = json.loads(waiting.pop(0))
            if work["campaign"] == "birthday-greeting":
                planner.run_parts(work, lambda: now, lambda: True)
                messages += 1
    return found.read, texts, messages


def floor_units(matches: int, day: str) -> float:
    """Units of reading so many index entries in one go, by their size."""
    item = subscriber_changes.item_of(person(0, day))
    size = sum(
        len(one.name) + len(value)
        for one, value in (
            (Subscriber.subscriber_id, item.subscriber_id),
            (SubscriberItem.birthday_key, item.birthday_key),
        )
    )
    return ceil(matches * size / 4096) / 2


def measure(tiny: bool = False) -> list[Figure]:
    """The growth of read units with subscribers."""
    sizes = [size // 1000 for size in SIZES] if tiny else SIZES
    matches = {day: count // 1000 if tiny else count for day, count in MATCHES.items()}
    curves: dict[str, list[tuple[float, float]]] = {day: [] for day in matches}
    took: dict[str, int] = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        dynamodb_local(Path(folder), heap="2g") as endpoint,
    ):
        os.environ.update(environment(endpoint))
        dynamodb.dynamodb.cache_clear()
        documents = load_folder(TEMPLATES)
        catalogue.go_live(
            {
                name: versions.save(name, one, by="bench", at="", status="live")
                for name, one in documents.items()
            }
        )
        at = 0
        for day, count in matches.items():
            store(at, at + count, [day])
            at += count
        for size in sizes:
            store(at, size, other_days())
            at = size
            for day, count in matches.items():
                _forget(day)
                units, texts, took[day] = plan(datetime.fromisoformat(f"2026-{day}T04:00:00+00:00"), endpoint)
                assert texts == count, f"{texts} texts for {count} birthdays"
                curves[day].append((size, units / floor_units(count, day)))
    full, few = matches
    ratios = [ratio for _, ratio in curves[full]]
    floor = floor_units(matches[full], full)
    return [
        Figure(
            name="planner-units",
            what="planner: read units of a day's birthdays",
            measured=max(ratios),
            target=TARGET,
            unit="x",
            floor=f"{matches[full]:,} matching index entries, {floor:.1f} units",
            low=min(ratios),
            high=max(ratios),
            notes=(
                f"the worst of {', '.join(f'{size:,}' for size in sizes)} subscribers; {SHARDS} shards, "
                f"{took[full]} message(s), all of the planner's own reads counted. With {matches[few]:,} "
                f"birthdays {max(y for _, y in curves[few]):.2f} x: each shard's read is rounded up to 4 kB"
            ),
            growth={f"{count:,} birthdays": _points(curves[day]) for day, count in matches.items()},
            axes=("subscribers", "read units, times the matching entries"),
        )
    ]


def _points(found: Sequence[tuple[float, float]]) -> Points:
    return [(x, round(y, 3)) for x, y in found]


def _forget(day: str) -> None:
    """Let the day's run be planned again."""
    found = live.live(catalogue.control()).campaigns["birthday-greeting"]
    run = planner.daily_run(found, "Asia/Shanghai", datetime.fromisoformat(f"2026-{day}").date())
    planner.forget(run)
