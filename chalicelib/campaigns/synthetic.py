"""The synthetic event: proof, every quarter of an hour, that an event comes in by the bus, that its text goes
out and that the receipt comes back.

`plan` puts it on the bus as an operator's system would; `intake` makes the text of it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.clock import iso, parse
from chalicelib.job import Job

SYNTHETIC = "synthetic"  # its campaign
SOURCE = "operator.synthetic"
EVENT = "synthetic.due"
QUARTER = timedelta(minutes=15)
VALID_FOR = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Probe:
    """Where the synthetic text goes: an MSISDN, from an originator of a brand."""

    to: str
    brand: str


def probe_of(environment: Mapping[str, str]) -> Probe | None:
    """The probe that the stack's parameters SyntheticNumber and SyntheticBrand name, None for none."""
    to = environment.get("RINGBACK_SYNTHETIC_NUMBER")
    return Probe(to, environment["RINGBACK_SYNTHETIC_BRAND"]) if to else None


def synthetic_event(now: datetime) -> tuple[str, str]:
    """The type and the detail (JSON text) of the event of `now` (aware)."""
    return EVENT, json.dumps({"id": f"synthetic-{iso(now)}", "time": iso(now)})


def job_of_event(probe: Probe, detail: Mapping[str, Any]) -> Job:
    """The text that such an event asks for. Raises KeyError, TypeError or ValueError when it has no time."""
    return synthetic_job(probe.to, probe.brand, parse(str(detail["time"])))


def synthetic_job(to: str, brand: str, now: datetime) -> Job:
    """The job of the quarter of an hour that `now` (aware) is in, to the MSISDN `to` from an originator of
    `brand`. Two of one quarter are one text: the quarter is the occasion."""
    start = datetime.fromtimestamp(now.timestamp() // QUARTER.total_seconds() * QUARTER.total_seconds(), UTC)
    quarter = start.strftime("%Y-%m-%dT%H:%MZ")
    return Job(
        campaign=SYNTHETIC,
        subscriber="-",
        occasion=quarter,
        step="text",
        lane="urgent",
        facts={"quarter": quarter},
        to=to,
        brand=brand,
        language="en",
        valid_until=iso(now + VALID_FOR),
    )
