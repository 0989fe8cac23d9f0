"""What a million texts cost in AWS list prices, from the calls, units and CPU measured before.

    python -m bench delivery calls intake cost

Prices and how time becomes money: bench/prices.py.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from bench.figure import Figure
from bench.prices import PER_MILLION, Way, Work, per_million
from bench.report import measured
from chalicelib.delivery.deliver import URGENT_SHARE

CONFIG = Path(__file__).parents[1] / ".chalice/config.json"
PER_SECOND = 100.0  # message parts, of the shipped brand's originator
RATES = (1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0)
# A lane's queue: ten messages a receive and ten a delete, by Lambda; ten a send, by us.
TAKEN = 2 / 10
SENT = 1 / 10
ONE_BY_ONE = 1.0  # EventBridge and SNS put each message on its queue by itself


def memory() -> int:
    """MB that the delivery function is given."""
    config = json.loads(CONFIG.read_text())
    of_all = config["lambda_memory_size"]
    return int(config["lambda_functions"]["deliver_bulk"].get("lambda_memory_size", of_all))


def ways(known: Mapping[str, Figure]) -> dict[str, Way]:
    """Bulk and event-triggered texts, as measured."""
    full, bulk = known["calls-full"].facts, known["calls-bulk"].facts
    receipts = Work(
        "receipts",
        cpu=known["delivery-receipts"].facts["us"] / 1e6,
        calls=full["receipts.calls"],
        write_units=full["receipts.written"],
        read_units=full["receipts.read"],
    )
    return {
        "bulk": Way(
            works=(
                Work(
                    "delivery",
                    cpu=known["delivery-cpu-bulk"].facts["us"] / 1e6,
                    calls=bulk["delivery.calls"],
                    write_units=bulk["delivery.written"],
                    read_units=bulk["delivery.read"],
                    paced=True,
                ),
                receipts,
            ),
            sqs_requests=SENT + TAKEN + ONE_BY_ONE + TAKEN,
            events=0,
            publications=1,
        ),
        "event": Way(
            works=(
                Work(
                    "intake",
                    cpu=known["intake-cpu"].facts["us"] / 1e6,
                    calls=full["intake.calls"],
                    write_units=full["intake.written"],
                    read_units=full["intake.read"],
                ),
                Work(
                    "delivery",
                    cpu=known["delivery-cpu"].facts["us"] / 1e6,
                    calls=full["delivery.calls"],
                    write_units=full["delivery.written"],
                    read_units=full["delivery.read"],
                    paced=True,
                ),
                receipts,
            ),
            sqs_requests=ONE_BY_ONE + TAKEN + SENT + TAKEN + ONE_BY_ONE + TAKEN,
            events=1,
            publications=1,
        ),
    }


def measure(tiny: bool = False) -> list[Figure]:
    """Both ways at the shipped brand's pace and memory, and the curve over other paces."""
    del tiny
    known, given = measured(), memory()
    found = []
    for name, what, target, share in (
        ("bulk", "bulk (capped marketing)", 5.0, 1 - URGENT_SHARE),
        ("event", "event-triggered", 8.0, URGENT_SHARE),
    ):
        way = ways(known)[name]

        def total(rate: float, memory: int = given, way: Way = way, share: float = share) -> float:
            return sum(per_million(way, rate * share, memory).values())

        parts = per_million(way, PER_SECOND * share, given)
        found.append(
            Figure(
                f"cost-{name}",
                f"a million texts, {what}, list prices",
                sum(parts.values()),
                target,
                "US$",
                floor=f"its own record, {PER_MILLION['DynamoDB write units']:.2f}",
                notes=f"{given} MB, {PER_SECOND:.0f} messages a second of which this lane has {share:.0%}; "
                + ", ".join(f"{one} {amount:.2f}" for one, amount in parts.items() if amount)
                + "; results through the stream apart",
                growth={
                    f"{size} MB": [(rate, total(rate, size)) for rate in RATES]
                    for size in sorted({128, 256, given, 1024})
                },
                axes=("messages a second of the originator", "US$ a million texts"),
            )
        )
    return found
