"""What is measured, as plain data: a figure beside its floor and its target."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Self

Points = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure. Ratios have the unit `x`; the smaller a figure, the better."""

    name: str  # for ONLY=, the results' key: lower case with dashes
    what: str  # in a few words, for the table
    measured: float  # the median
    target: float | None  # at most that; None where nothing is promised
    unit: str
    floor: str = ""  # what it is measured against, and how much that was in this run
    low: float | None = None  # the lowest and the highest of the runs
    high: float | None = None
    notes: str = ""
    growth: Mapping[str, Points] = field(default_factory=dict)  # curves to be plotted, by their label
    axes: tuple[str, str] = ("", "")  # of that plot
    facts: Mapping[str, float] = field(default_factory=dict)  # what other figures are worked out from

    @property
    def met(self) -> bool:
        return self.target is None or round(self.measured, 2) <= self.target

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """The inverse of `as_dict`, after a way through JSON too."""
        growth = {label: [(x, y) for x, y in points] for label, points in raw["growth"].items()}
        return cls(**{**raw, "growth": growth, "axes": tuple(raw["axes"])})


@dataclass(frozen=True, slots=True)
class Compared:
    """Two things that were timed in turn, so that what else the machine does meets both. In seconds."""

    ours: float  # the median
    floor: float  # the median
    ratio: float  # the median of the ratios of neighbours
    low: float
    high: float


def compare(
    ours: Callable[[], object],
    floor: Callable[[], object],
    runs: int,
    clock: Callable[[], float] = time.process_time,
) -> Compared:
    """Time both in turn, `runs` times after a first that is not counted; by default in seconds of CPU of
    the whole process, all threads."""
    pairs = []
    for _ in range(runs + 1):
        begun = clock()
        floor()
        between = clock()
        ours()
        pairs.append((clock() - between, between - begun))
    pairs = pairs[1:]
    ratios = [one / other for one, other in pairs]
    return Compared(
        ours=statistics.median(one for one, _ in pairs),
        floor=statistics.median(other for _, other in pairs),
        ratio=statistics.median(ratios),
        low=min(ratios),
        high=max(ratios),
    )


def repeated(work: Callable[[], object], times: int) -> Callable[[], object]:
    """The same work so many times."""

    def run() -> None:
        for _ in range(times):
            work()

    return run
