"""Spans of days that pages of figures are of: the first and the last one, inclusive, as ISO dates."""

from __future__ import annotations

from datetime import date, timedelta


def every_day(first: str, last: str) -> list[str]:
    """The days of a span, the earliest first."""
    start = date.fromisoformat(first)
    length = (date.fromisoformat(last) - start).days + 1
    return [(start + timedelta(days=n)).isoformat() for n in range(length)]


def as_many_before(first: str, last: str) -> tuple[str, str]:
    """The span of as many days that ends where this one begins."""
    start = date.fromisoformat(first)
    length = len(every_day(first, last))
    return (start - timedelta(days=length)).isoformat(), (start - timedelta(days=1)).isoformat()
