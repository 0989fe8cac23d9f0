"""What AWS asks, and what a million texts come to: a function of what was measured.

List prices of us-east-1, on demand, x86, without free tiers, as known to the authors in November 2026: check
them against the price pages of the day. That of an SNS publication and the time of a call are assumptions.
The carrier's and the SMS service's own price per message is not in here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

PER_MILLION: Mapping[str, float] = {
    "DynamoDB write units": 0.625,
    "DynamoDB read units": 0.125,
    "SQS requests": 0.40,  # each 64 KB of a request is one
    "EventBridge events": 1.00,
    "SNS publications": 0.50,  # an assumption; deliveries to SQS are free
    "Lambda requests": 0.20,
    "Lambda GB-seconds": 16.6667,
}
WHOLE_CORE_MB = 1769  # that much memory comes with one virtual processor (Lambda developer guide)
ROUND_TRIP = 0.005  # seconds for a DynamoDB or SQS call in the region: an assumption


@dataclass(frozen=True, slots=True)
class Work:
    """What one function does for one text, measured, in batches of `batch` texts."""

    name: str
    cpu: float  # seconds on a whole core
    calls: float  # to DynamoDB and SQS
    write_units: float = 0.0
    read_units: float = 0.0
    batch: int = 100
    paced: bool = False  # waits for the originator's messages per second


@dataclass(frozen=True, slots=True)
class Way:
    """How a text comes about: the functions it goes through, and what is paid per text beside them."""

    works: tuple[Work, ...]
    sqs_requests: float
    events: float  # on the bus
    publications: float  # receipts


def duration(work: Work, per_second: float, memory: int) -> float:
    """Billed seconds of one text's share. Lambda gives processor in proportion to memory; the sends of a
    batch take the CPU's time or the pace's, whichever is longer."""
    cpu = work.cpu * max(1.0, WHOLE_CORE_MB / memory)
    waiting = 1 / per_second if work.paced else 0.0
    return max(cpu, waiting) + work.calls * ROUND_TRIP


def per_million(way: Way, per_second: float, memory: int) -> dict[str, float]:
    """US dollars for a million texts, by what is paid for. `per_second` is what the texts' lane may send
    in a second; `memory` is in MB, of every function."""
    seconds = sum(duration(one, per_second, memory) for one in way.works)
    amounts = {
        "DynamoDB write units": sum(one.write_units for one in way.works),
        "DynamoDB read units": sum(one.read_units for one in way.works),
        "SQS requests": way.sqs_requests,
        "EventBridge events": way.events,
        "SNS publications": way.publications,
        "Lambda requests": sum(1 / one.batch for one in way.works),
        "Lambda GB-seconds": seconds * memory / 1024,
    }
    return {name: amount * PER_MILLION[name] for name, amount in amounts.items()}
