"""Messages per second of one originator, as a token bucket that is a pure function of time."""

from __future__ import annotations

from dataclasses import dataclass

BURST_SECONDS = 1.0  # how much of its pace an originator may save up


@dataclass(frozen=True, slots=True)
class Bucket:
    """What may still be sent: `tokens` message parts at the moment `at` (seconds of any steady clock)."""

    tokens: float
    at: float


def full(rate: float, now: float) -> Bucket:
    """The bucket of an originator that has been quiet for a while."""
    return Bucket(capacity(rate), now)


def capacity(rate: float) -> float:
    """The most parts that may go at once; a slow originator may always send one."""
    return max(rate * BURST_SECONDS, 1.0)


def refill(bucket: Bucket, rate: float, now: float) -> Bucket:
    """The bucket as it is at `now`; a clock that stands still or goes back adds nothing."""
    passed = max(now - bucket.at, 0.0)
    return Bucket(min(bucket.tokens + passed * rate, capacity(rate)), max(now, bucket.at))


def take(bucket: Bucket, rate: float, parts: int, now: float) -> tuple[Bucket, bool]:
    """The bucket after a text of `parts` parts asked to go, and whether it may.

    A text with more parts than the bucket ever holds goes when the bucket is full and leaves a debt that
    later texts wait for: over time the pace is kept, and a long text is never stuck for good.
    """
    now_full = refill(bucket, rate, now)
    # A hair of slack: 10 parts a second asked for every 0.1 s must pass in floating point too.
    if now_full.tokens + 1e-9 < min(float(parts), capacity(rate)):
        return now_full, False
    return Bucket(now_full.tokens - parts, now_full.at), True
