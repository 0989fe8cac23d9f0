"""`results`: counters of campaigns and of the satisfaction board, added to once for each cause.

A counter's figures (`sent`, `delivered`, `suppressed:opted_out`, `score:5` ...) are attributes of their own,
so that one update adds to several; which there are is said by `campaigns.results` and `care.figures`.
"""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.store.schema.base import Attribute, Key, Record, Table, mapping, number, text

RESULTS = Table("results", hash="scope", range="counter", ttl="expires")
MARK = "-"


class Counter(Record, table=RESULTS, rest="figures"):
    """Figures of one scope: `results#<campaign>` by version and dimension (`v00000003#region#湖南`),
    `care#now` by team or owner, `care#<dimension>` by day and value."""

    scope: Attribute[str] = text("what is counted")
    counter: Attribute[str] = text("which part of it")
    figures: Attribute[Mapping[str, float]] = mapping("figure -> amount; each is an attribute", default={})


class CountedChanges(Record, table=RESULTS, hash_under="counted#", under=MARK):
    """Which changes of ten seconds were counted, so that a change that the stream brings again is not."""

    scope: Attribute[str] = text("`counted#<second of the epoch>`")
    counter: Attribute[str] = text("`-`", default=MARK)
    revision: Attribute[int] = number("counts its changes", default=0, always=True)
    seen: Attribute[str] = text("eight characters a change", default="")
    expires: Attribute[int] = number("epoch seconds, three days later", default=0)


class CountedCause(Record, table=RESULTS, hash_under="once#", under=MARK):
    """That one cause was counted."""

    scope: Attribute[str] = text("`once#<cause>#<n>`")
    counter: Attribute[str] = text("`-`", default=MARK)
    expires: Attribute[int] = number("epoch seconds", default=0)


def counter_key(scope: str, counter: str) -> Key:
    """Where a counter is."""
    return RESULTS.key(scope, counter)
