"""What goes wrong, and when: the nth call of a kind by a function, decided by the seed alone.

A fault has a name that says all of it (`deliver_urgent/SendTextMessage:2:silent accepted:0.37`), so that a
history can be replayed with some of its faults left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping
from dataclasses import dataclass
from zlib import crc32

# Kind of call -> what may go wrong with it, and how often compared with the others.
READ: Mapping[str, float] = {"killed before": 1, "fails": 1, "stale": 6, "slow": 1, "frozen": 0.5}
READ_BATCH = {**READ, "partly": 2}
WRITE: Mapping[str, float] = {
    "killed before": 2,
    "killed after": 3,
    "fails before": 1,
    "fails after": 1.5,
    "answer lost": 4,  # the SDK calls again: it happens twice
    "slow": 1,
    "frozen": 1,
}
WRITE_BATCH = {**WRITE, "partly": 3, "half then fails": 1.5}
SEND: Mapping[str, float] = {
    "killed before": 2,
    "killed after": 3,
    "throttled": 4,
    "silent accepted": 4,
    "silent refused": 2,
    "closed accepted": 1.5,
    "closed refused": 1,
    "server error accepted": 1,
    "server error refused": 1,
    "no connection": 1.5,
    "opted out": 0.3,
    "spend limit": 0.3,
    "slow": 1,
    "frozen": 1,
}
RECEIPT: Mapping[str, float] = {"lost": 2, "twice": 2, "late": 3, "very late": 1, "early pending": 1}
# Of a text that its worker does not know to be accepted: later than the doubt about it.
UNKNOWN: Mapping[str, float] = {"late failure": 1}
# What may go wrong on the way to Kannel, and between it and the SMSC.
SENDSMS: Mapping[str, float] = {
    "killed before": 2,
    "killed after": 3,
    "silent accepted": 3,
    "silent refused": 2,
    "closed accepted": 1.5,
    "closed refused": 1,
    "no connection": 1.5,
    "busy": 2,
    "report first": 4,
    "stuck": 1,
    "slow": 1,
    "frozen": 1,
}
REPORTS: Mapping[str, float] = {
    "lost": 4,
    "refused": 4,
    "slow": 2,
    "without key": 3,
    "no acknowledgement": 2,
    "out of order": 4,
    "no receipt": 2,
    "twice": 2,
    "late": 1,
    "late words": 4,  # so late that the text may have been handed off again
    "taken though refused": 4,
    "refused in part": 3,
}
MESSAGE: Mapping[str, float] = {"seen twice": 2, "not deleted": 1}
TICK: Mapping[str, float] = {"ticks twice": 1, "ticks late": 1}

_SPAN = 1_000_003


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong. `amount` is from 0 to 1: how long, how many, which."""

    label: str
    nth: int
    kind: str
    amount: float

    @property
    def name(self) -> str:
        return f"{self.label}:{self.nth}:{self.kind}:{self.amount:.3f}"


class Plan:
    """The faults of a run. `only` leaves out all whose names are not in it."""

    def __init__(self, seed: int, rate: float, only: Container[str] | None = None) -> None:
        self.seed = seed
        self.rate = rate
        self.only = only
        self.calm = False  # nothing goes wrong any more
        self.met: list[Fault] = []
        self._seen: Counter[str] = Counter()
        self._labels: dict[str, int] = {}

    def next(self, label: str, kinds: Mapping[str, float], share: float = 1.0) -> Fault | None:
        """What goes wrong with the next call of this label; `share` of the rate is for it."""
        number = self._seen[label] = self._seen[label] + 1
        if self.calm:
            return None
        known = self._labels.get(label)
        if known is None:
            known = self._labels[label] = crc32(label.encode())
        draw = hash((self.seed, known, number)) % _SPAN / _SPAN
        if draw >= self.rate * share:
            return None
        amount = hash((self.seed, known, number, 1)) % _SPAN / _SPAN
        at = hash((self.seed, known, number, 2)) % _SPAN / _SPAN * sum(kinds.values())
        fault = Fault(label, number, _at(kinds, at), amount)
        if self.only is not None and fault.name not in self.only:
            return None
        self.met.append(fault)
        return fault


def _at(kinds: Mapping[str, float], place: float) -> str:
    """The kind whose share of the weights holds this place."""
    for kind, weight in kinds.items():
        place -= weight
        if place < 0:
            return kind
    return next(iter(kinds))
