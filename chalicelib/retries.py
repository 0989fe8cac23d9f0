"""Trying again after growing waits, for calls that fail when AWS is busy."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator


def retried(delays: Iterable[float], sleep: Callable[[float], None] | None = None) -> Iterator[None]:
    """For `for _ in retried(...)`: goes through the body once, and once more after each delay (seconds).

    The body leaves the loop when it has succeeded; what follows the loop is for when it never did.
    """
    yield
    for delay in delays:
        (sleep or time.sleep)(delay)
        yield


def doubling(first: float, times: int) -> Iterator[float]:
    """So many delays, each twice as long as the one before; `first` is in seconds."""
    return (first * 2**n for n in range(times))
