"""The synthetic text: proof, every quarter of an hour, that a text goes out and its receipt comes back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from chalicelib.clock import iso
from chalicelib.job import Job

SYNTHETIC = "synthetic"  # its campaign
QUARTER = timedelta(minutes=15)
VALID_FOR = timedelta(minutes=10)


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
