"""The stations of a text: how full each queue is, which the sweep looks at every minute and writes down, so
that a page reads it with one query instead of asking SQS fourteen times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from chalicelib import log, queues
from chalicelib.job import LATE, QUEUES
from chalicelib.store import results

StationState = Literal["clear", "moving", "behind", "unknown"]
SILENT = timedelta(minutes=5)  # without a look: the sweep does not run


@dataclass(frozen=True, slots=True)
class Station:
    """A queue as it was seen at `at`. Something waited at every look from `since` on; None while nothing
    does."""

    queue: str
    state: StationState
    waiting: int = 0  # nobody has taken them yet
    handled: int = 0  # somebody handles them now
    later: int = 0  # their time is still to come
    dead: int = 0
    since: datetime | None = None
    at: datetime | None = None


def look(now: datetime) -> None:
    """Write down how full each queue is. One that cannot be seen is logged, and keeps what stood there."""
    for name in QUEUES:
        try:
            seen, dead = queues.depths(name), queues.depth(f"{name}-dead")
            figures = {"waiting": seen.waiting, "handled": seen.handled, "later": seen.later, "dead": dead}
            results.note_queue(name, figures, waits=seen.waiting > 0, at=int(now.timestamp()))
        except Exception as error:
            log.failed("a queue could not be looked at", error, queue=name)


def stations(seen: Mapping[str, Mapping[str, int]], now: datetime) -> list[Station]:
    """The queues in the order of a text's way, from what was written down of each."""
    return [_station(name, seen.get(name, {}), now) for name in QUEUES]


def _station(name: str, seen: Mapping[str, int], now: datetime) -> Station:
    at, since = _moment(seen.get("looked_at", 0)), _moment(seen.get("since", 0))
    state: StationState = "clear"
    if at is None or now - at > SILENT:
        state = "unknown"
    elif since is not None:
        state = "behind" if (now - since).total_seconds() > LATE[name] else "moving"
    waiting, handled, later, dead = (seen.get(one, 0) for one in ("waiting", "handled", "later", "dead"))
    return Station(name, state, waiting, handled, later, dead, since, at)


def _moment(seconds: int) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None
