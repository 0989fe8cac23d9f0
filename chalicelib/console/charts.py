"""What the charts of results and board are drawn from: the steps of a funnel, lines by day. Pure functions;
drawings are 100 units wide and high."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, log10

from chalicelib.campaigns.tally import Funnel

NAMED = 5  # causes of a loss that are named; the others are one line
TICKS = 4  # rules of a chart above the lowest
WEEK = 7  # days that are all named below a chart


@dataclass(frozen=True, slots=True)
class Loss:
    """How many texts ended at a step for one cause: a status and its reason, as the list behind it asks for
    them; `step` "" where there is no list."""

    step: str
    reason: str
    n: int


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a funnel. `share` is of the step before, None for the first; `waits` are on their way."""

    name: str
    n: int
    share: float | None
    lost: int
    losses: Sequence[Loss]
    waits: int = 0


def steps(one: Funnel, satisfied: int | None) -> list[Step]:
    """From planned to delivered; with a survey (`satisfied` is no None) to who was satisfied."""
    unsent = _causes("suppressed", one.suppressed) + _causes("failed", one.failed)
    unsent += [Loss("", "expired", one.expired)] if one.expired else []
    undelivered = _causes("undelivered", one.undelivered)
    lost = sum(loss.n for loss in undelivered)
    found = [
        Step("planned", one.planned, None, 0, ()),
        _step("sent", one.sent, one.planned, unsent, one.waiting + sum(one.held.values())),
        _step("delivered", one.delivered, one.sent, undelivered, max(0, one.sent - one.delivered - lost)),
    ]
    if satisfied is not None:
        silent = max(0, one.delivered - one.scored)
        unhappy = max(0, one.scored - satisfied)
        found.append(_step("scored", one.scored, one.delivered, [Loss("", "silent", silent)] * bool(silent)))
        found.append(
            _step("satisfied", satisfied, one.scored, [Loss("", "unhappy", unhappy)] * bool(unhappy))
        )
    return found


def _causes(step: str, reasons: Mapping[str, int]) -> list[Loss]:
    return [Loss(step, reason, n) for reason, n in reasons.items()]


def _step(name: str, n: int, before: int, losses: list[Loss], waits: int = 0) -> Step:
    share = min(1.0, n / before) if before else None
    losses.sort(key=lambda loss: -loss.n)
    lost, rest = sum(loss.n for loss in losses), sum(loss.n for loss in losses[NAMED:])
    named = [*losses[:NAMED], Loss("", "others", rest)] if len(losses) > NAMED + 1 else losses
    return Step(name, n, share, lost, named, waits)


def shape(numbers: Sequence[int]) -> str:
    """The edge of a funnel, from left to right, as SVG's path has it: each step 100 wide, as deep below 0 as
    it has fewer than the largest."""
    most = max(numbers, default=0) or 1
    at = [round(100 * (1 - n / most), 1) for n in numbers]
    found = [f"M0 {at[0]}"]
    for n, y in enumerate(at):
        end = 100 * (n + 1)
        found.append(f"H{end - 38 if n + 1 < len(at) else end}")
        if n + 1 < len(at):
            found.append(f"C{end - 18} {y} {end - 18} {at[n + 1]} {end} {at[n + 1]}")
    return "".join(found)


def top_of(numbers: Iterable[float]) -> int:
    """The highest number of a chart's scale: 1, 2, 4, 8 or 10 times a power of ten, so that its quarters are
    short numbers; 4 at least."""
    most = max(numbers, default=0)
    if most <= TICKS:
        return TICKS
    power = 10 ** (ceil(log10(most)) - 1)
    return int(next(power * n for n in (2, 4, 6, 8, 10) if power * n >= most))


def ticks(top: int) -> list[int]:
    """The numbers beside a chart's rules, the highest first."""
    return [top * n // TICKS for n in range(TICKS, -1, -1)]


def marks(length: int) -> list[int]:
    """Which days of so many are named below a chart: five at most, from the first to the last."""
    shown = min(length, 5)
    return sorted({n * (length - 1) // max(1, shown - 1) for n in range(shown)})


def line(values: Sequence[float | None], top: float) -> list[str]:
    """The points of each unbroken line of a chart, as SVG's polyline has them: the first value at the left
    edge, the last at the right one; None breaks the line."""
    width = max(1, len(values) - 1)
    found: list[list[str]] = [[]]
    for n, value in enumerate(values):
        if value is None:
            found.append([])
        else:
            found[-1].append(f"{round(100 * n / width, 2)},{round(100 * (1 - value / top), 1)}")
    return [" ".join(points) for points in found if len(points) > 1]


def lone(values: Sequence[float | None], top: float) -> list[str]:
    """The points that no line of `line` reaches, a value between two that are None: each as a line that ends
    where it begins."""
    width = max(1, len(values) - 1)
    beside = [None, *values, None]
    return [
        " ".join([f"{round(100 * n / width, 2)},{round(100 * (1 - value / top), 1)}"] * 2)
        for n, value in enumerate(values)
        if value is not None and beside[n] is None and beside[n + 2] is None
    ]


@dataclass(frozen=True, slots=True)
class Spark:
    """A small line below a figure, from its least to its most: what is drawn, and what it says in words."""

    lines: Sequence[str]
    first: float
    last: float
    least: float
    most: float


def spark(values: Sequence[float | None]) -> Spark | None:
    """The line of a figure by day, None on a day that has none, which it passes over. None without three."""
    known = [one for one in values if one is not None]
    if len(known) < 3:
        return None
    least, most = min(known), max(known)
    # A tenth is left above and below; a figure that never changes is a line in the middle.
    height = (most - least) or 1
    flat = most == least
    at = [0.5 if flat else 0.1 + 0.8 * (one - least) / height for one in known]
    return Spark(line(at, 1), known[0], known[-1], least, most)


@dataclass(frozen=True, slots=True)
class ShareChart:
    """A share by day: the numbers beside it in per cent (the highest first), lines, days that stand alone,
    the days that are named below, and the least and the most of the shares."""

    ticks: Sequence[int]
    lines: Sequence[str]
    lone: Sequence[str]
    days: Sequence[str]
    least: float
    most: float


def share_chart(days: Sequence[str], shares: Sequence[float | None]) -> ShareChart | None:
    """The chart of a share from 0 to 1 for each of `days` (ISO), None on a day that has none: such a day
    breaks the line. It begins at a half where no share is below it. None without two days or without a
    share."""
    known = [100 * one for one in shares if one is not None]
    if len(days) < 2 or not known:
        return None
    ticks = [100, 90, 80, 70, 60, 50] if min(known) >= 50 else [100, 75, 50, 25, 0]
    above = [None if one is None else 100 * one - ticks[-1] for one in shares]
    height = 100 - ticks[-1]
    return ShareChart(
        ticks,
        line(above, height),
        lone(above, height),
        list(days) if len(days) <= WEEK else [days[n] for n in marks(len(days))],
        min(known) / 100,
        max(known) / 100,
    )
