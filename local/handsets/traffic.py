"""Who sends how fast: each originator's pace, its counts, and the last minute by the second."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.handsets import pace

DEFAULT_RATE = 10.0  # message parts a second: AWS's for long codes and sender IDs (FACTS)
WINDOW_SECONDS = 60


@dataclass(slots=True)
class Originator:
    """One sender: what the network lets through of it and what it has sent."""

    identity: str
    rate: float = DEFAULT_RATE  # message parts a second
    counting: str = ""  # "network" | "cn"; "" decides by the recipient's country
    title: Mapping[str, str] | None = None  # its brand's, by language
    bucket: pace.Bucket | None = None
    accepted: int = 0
    parts: int = 0
    throttled: int = 0


class Traffic:
    """The paces of all originators, and counts. Times are seconds of one steady clock."""

    def __init__(self) -> None:
        self.originators: dict[str, Originator] = {}
        self.counts: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()  # by the answer's code or reason
        self._seconds: deque[tuple[int, int]] = deque(maxlen=WINDOW_SECONDS)  # (second, accepted)

    def originator(self, identity: str) -> Originator:
        """The originator, known from now on."""
        return self.originators.setdefault(identity, Originator(identity))

    def set_rate(self, identity: str, rate: float) -> None:
        """Let `rate` message parts a second through from now on, starting with a full bucket."""
        one = self.originator(identity)
        one.rate = rate
        one.bucket = None

    def admit(self, identity: str, parts: int, now: float) -> bool:
        """Whether a text of `parts` parts may go now; it is then counted in the originator's pace."""
        one = self.originator(identity)
        bucket = one.bucket or pace.full(one.rate, now)
        one.bucket, allowed = pace.take(bucket, one.rate, parts, now)
        if not allowed:
            one.throttled += 1
            self.refused["ThrottlingException"] += 1
            return False
        one.accepted += 1
        one.parts += parts
        self.counts["accepted"] += 1
        self._count_second(int(now))
        return True

    def per_second(self, now: float) -> list[int]:
        """Texts accepted in each of the last 60 seconds, the current one last."""
        counts = dict(self._seconds)
        return [counts.get(second, 0) for second in range(int(now) - WINDOW_SECONDS + 1, int(now) + 1)]

    def clear(self) -> None:
        """Forget what was counted; the paces stay as they were set."""
        self.counts.clear()
        self.refused.clear()
        self._seconds.clear()
        for one in self.originators.values():
            one.bucket, one.accepted, one.parts, one.throttled = None, 0, 0, 0

    def as_json(self, now: float) -> dict[str, Any]:
        """Counts for `GET /stats`."""
        return {
            "accepted": self.counts["accepted"],
            "delivered": self.counts["delivered"],
            "undelivered": self.counts["undelivered"],
            "expired": self.counts["expired"],
            "throttled": self.refused["ThrottlingException"],
            "refused": dict(self.refused),
            "answers": self.counts["answers"],
            "per_second": self.per_second(now),
            "originators": {
                one.identity: {
                    "per_second": one.rate,
                    "accepted": one.accepted,
                    "parts": one.parts,
                    "throttled": one.throttled,
                    **({"title": dict(one.title)} if one.title else {}),
                }
                for one in self.originators.values()
            },
        }

    def _count_second(self, second: int) -> None:
        if self._seconds and self._seconds[-1][0] == second:
            self._seconds[-1] = (second, self._seconds[-1][1] + 1)
        else:
            self._seconds.append((second, 1))
