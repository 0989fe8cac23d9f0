"""What became of the events of the demo's day: random ones asked by their ids, and what recording them costs.

    python -m bench.outcomes 1000                        so many ids asked, of a day of 2,000 subscribers
    python -m bench.outcomes 1000 --subscribers 5000

In this process, on DynamoDB Local: events repeated and in disorder as the demo sends them, each batch through
intake, each id through `ringback events show`. Exit code 1 when one has no answer, or another than one.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bench.calls import fresh
from bench.counting import Counted, counted
from chalicelib.cli import cli
from chalicelib.functions import intake
from chalicelib.intake import subscriber_changes
from chalicelib.store import event_history
from chalicelib.store.schema.results import EventOutcome
from local.demo_day import EVENING, Day, make_day
from tests.support.dynamodb import dynamodb_local
from tests.support.service import Service

AT_ONCE = 100
SOURCE = "operator.demo"


def bodies(events: Iterable[Mapping[str, Any]]) -> list[str]:
    """Events as the bus hands them on."""
    return [
        json.dumps(
            {
                "source": SOURCE,
                "detail-type": one["type"],
                "detail": {name: value for name, value in one.items() if name != "type"},
            }
        )
        for one in events
    ]


def live_through(service: Service, day: Day) -> tuple[Counted, Counted]:
    """The day's events through intake; what intake took of AWS, and what of it was for outcomes."""
    whole, recorded = Counted(), Counted()
    put_many = event_history.put_many

    def put_and_count(found: Sequence[EventOutcome]) -> None:
        with counted(service.aws.dynamodb) as one:
            put_many(found)
        nonlocal recorded
        recorded += one

    subscriber_changes.put_many(day.people)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(event_history, "put_many", put_and_count)
        for hours, events in ((0, (*day.morning, *day.bad)), (EVENING, day.evening)):
            service.now = day.begins + timedelta(hours=hours)
            waiting = bodies(events)
            for at in range(0, len(waiting), AT_ONCE):
                with counted(service.aws.dynamodb) as found:
                    service.feed(intake.intake, waiting[at : at + AT_ONCE])
                whole += found
    return whole, recorded


def ask(ids: Iterable[str]) -> tuple[Counter[str], list[str]]:
    """The outcomes of these ids as the command says them; what has none, or more than one."""
    outcomes: Counter[str] = Counter()
    wrong = []
    for id_ in ids:
        told = CliRunner().invoke(cli, ["events", "show", id_])
        found = [json.loads(line) for line in told.stdout.splitlines()]
        if told.exit_code or len(found) != 1 or not told.stderr.strip():
            wrong.append(f"{id_}: {told.exit_code} {told.output[:200]}")
        outcomes.update(one["outcome"] for one in found)
    return outcomes, wrong


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("asked", type=int)
    parser.add_argument("--subscribers", type=int, default=2000)
    given = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        dynamodb_local(Path(folder)) as endpoint,
        fresh(endpoint) as service,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("RINGBACK_STACK", "")  # the command asks these tables, whatever runs here
        day = make_day(given.subscribers, 1, service.now)
        whole, recorded = live_through(service, day)
        sent = len(day.morning) + len(day.evening) + len(day.bad)
        ids = sorted({one["id"] for one in (*day.morning, *day.evening, *day.bad)})
        dice = random.Random(1)
        outcomes, wrong = ask(dice.sample(ids, min(given.asked, len(ids))))
    print(
        json.dumps(
            {
                "sent": sent,
                "different": len(ids),
                "asked": min(given.asked, len(ids)),
                "answered": min(given.asked, len(ids)) - len(wrong),
                "outcomes": dict(outcomes),
                "write units for outcomes, an event sent": round(recorded.written / sent, 2),
                "write units for outcomes, a different event": round(recorded.written / len(ids), 2),
                "all of intake's write units, an event sent": round(whole.written / sent, 2),
                "calls for outcomes, an event sent": round(recorded.calls.total() / sent, 3),
            }
        )
    )
    for one in wrong[:20]:
        print(one)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
