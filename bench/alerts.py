"""The urgent lane of one originator on that day: each alert from its event to the network's answer.

Between the shares of the lanes nothing is shared but the network, which takes so many parts a second whoever
sends them (the handset simulator's bucket). AWS's part is what its documentation says of a batching window,
and a hop of some milliseconds each; a refused text comes back as `back_off` says.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from chalicelib.delivery.deliver import URGENT_SHARE
from chalicelib.delivery.outcomes import back_off
from local.handsets import pace

WINDOW = 1.0  # seconds of a lane's batching window, or until a batch is full
FULL = 100
HOP = 0.05  # bus to queue; a function's work on its batch; each an assumption
# How alerts are spread over the hours of a day in Shanghai; twice as many on a holiday's evening.
PROFILE = (4, 2, 1, 1, 1, 1, 2, 3, 4, 5, 5, 5, 6, 5, 5, 5, 5, 6, 7, 8, 16, 18, 20, 22)


@dataclass(slots=True)
class Alerts:
    """Seconds from event to the network, by whether bulk went out at that moment."""

    busy: list[float] = field(default_factory=list)
    quiet: list[float] = field(default_factory=list)
    refused: int = 0

    def percentile(self, percent: float, *, busy: bool) -> float:
        """So many of a hundred took at most that long; 0.0 when there were none."""
        found = self.busy if busy else self.quiet
        return found[min(len(found) - 1, int(len(found) * percent / 100))] if found else 0.0

    def ratio(self, percent: float) -> float:
        """Busy against quiet."""
        quiet = self.percentile(percent, busy=False)
        return self.percentile(percent, busy=True) / quiet if quiet else 1.0

    def lines(self) -> Iterator[str]:
        """What there is to say, in words."""
        for name, found, busy in (("while bulk goes out", self.busy, True), ("otherwise", self.quiet, False)):
            marks = ", ".join(
                f"p{mark:g} {self.percentile(mark, busy=busy):.2f} s" for mark in (50, 99, 99.9)
            )
            yield f"alerts {name}: {len(found):,}, {marks}"
        yield f"alerts that the network refused at first: {self.refused}"


def follow(
    random: Random, per_second: float, mine: float, all_of_them: float, bulk: Sequence[tuple[float, float]]
) -> Alerts:
    """Every alert of an originator that takes `per_second` parts and has `mine` alerts a day of the service's
    `all_of_them`; `bulk` are the spans in which it sends bulk, in order."""
    found = Alerts()
    spans = joined(bulk)
    begins = [start for start, _ in spans]
    bucket = pace.full(per_second, 0.0)

    def sends_bulk(second: float) -> bool:
        at = bisect.bisect_right(begins, second) - 1
        return at >= 0 and second < spans[at][1]

    asking: list[tuple[float, float, int]] = []  # when, event's second, tries
    for event, together in arrivals(random, mine, all_of_them):
        wait = sum(random.uniform(0, min(WINDOW, FULL / together)) + 2 * HOP for _ in ("intake", "urgent"))
        asking.append((event + wait, event, 0))
    asking.sort()
    again: list[tuple[float, float, int]] = []
    while asking:
        for second, event, tries in asking:
            busy = sends_bulk(second)
            # What bulk takes of the network meanwhile is gone from the bucket's refilling.
            rate = per_second * (URGENT_SHARE if busy else 1.0)
            bucket, taken = pace.take(bucket, rate, 1, second)
            if not taken:
                found.refused += 1
                again.append((second + back_off(tries, random.random()), event, tries + 1))
                continue
            (found.busy if busy else found.quiet).append(second - event + HOP)
        asking, again = sorted(again), []
        bucket = pace.full(per_second, 0.0)
    found.busy.sort()
    found.quiet.sort()
    return found


def arrivals(random: Random, mine: float, all_of_them: float) -> Iterator[tuple[float, float]]:
    """Seconds of the events, and how many alerts a second the whole service has then."""
    for hour, weight in enumerate(PROFILE):
        share = weight / sum(PROFILE) / 3600
        at = hour * 3600.0
        while (at := at + random.expovariate(mine * share)) < (hour + 1) * 3600:
            yield at, all_of_them * share


def joined(spans: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Spans in order, those that touch made one."""
    found: list[tuple[float, float]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1] + 0.001:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found
