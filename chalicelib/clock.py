"""The one place that reads the clock. Rules take `now` as an argument; entry points get it here."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path


def now() -> datetime:
    """The current moment, aware, in UTC.

    The local run may shift it: `RINGBACK_CLOCK_FILE` names a file that holds an offset in seconds,
    so that a whole day can be tried in a minute. The variable is never set on AWS.
    """
    path = os.environ.get("RINGBACK_CLOCK_FILE")
    if not path:
        return datetime.now(UTC)
    try:
        offset = float(Path(path).read_text())
    except (OSError, ValueError):
        offset = 0.0
    return datetime.now(UTC) + timedelta(seconds=offset)


def outside() -> datetime:
    """The current moment by everybody else's clocks, which the local run does not shift: for times that
    others have written, such as those of a token."""
    return datetime.now(UTC)


@lru_cache(maxsize=256)  # what one batch writes carries the same few moments again and again
def iso(moment: datetime) -> str:
    """`2026-11-23T08:00:00.000Z`: UTC, fixed width, so that texts sort as times do."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def parse(text: str) -> datetime:
    """An aware moment from ISO 8601. Raises ValueError when there is no offset, or no such moment in UTC."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no UTC offset")
    return in_utc(moment)


def in_utc(moment: datetime) -> datetime:
    """The same moment in UTC. Raises ValueError for one that UTC does not have, on the first or the last day
    that there are: a form or an address may name them."""
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{moment} is no moment in UTC") from error
