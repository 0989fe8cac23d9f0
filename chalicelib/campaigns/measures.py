"""What a batch of changes of `conversations` is in metrics, and which receipts never came.

Metrics are made of what was recorded, not of what a worker meant to do, and cost the delivery nothing. A
change that the stream brings again is measured again; the results, which are counted once, are the truth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.campaigns.results_stream import Changed
from chalicelib.campaigns.tally import ACCEPTED, Figures, counter_of, scope_of
from chalicelib.store.schema.conversations import Text
from chalicelib.store.schema.results import Counter

if TYPE_CHECKING:
    from chalicelib.campaigns.campaign import Campaign

Where = tuple[str, str, int]
"""Campaign, lane and minute (its first second of the epoch)."""
RECEIPTS_WITHIN = timedelta(hours=72)
VERSIONS = 4  # of a campaign whose texts are looked at: the live one and those before it
_STEPS = {
    "delivered": "TextsDelivered",
    "undelivered": "TextsUndelivered",
    "failed": "TextsFailed",
    "suppressed": "TextsSuppressed",
    "in_doubt": "TextsInDoubt",
}


def measures(changes: Iterable[Changed]) -> dict[Where, dict[str, float]]:
    """The metrics of the texts among `changes`: a text counts when it comes into a state, not while it is
    in it."""
    found: dict[Where, dict[str, float]] = {}
    for one in changes:
        if not isinstance(one.new, Text):
            continue
        where = (one.new.campaign, one.new.lane, one.second // 60 * 60)
        for name, amount in _of(one.old if isinstance(one.old, Text) else None, one.new):
            amounts = found.setdefault(where, {})
            amounts[name] = round(amounts.get(name, 0) + amount, 6)
    return found


def _of(old: Text | None, new: Text) -> Iterator[tuple[str, float]]:
    before, after = old.status if old else "", new.status
    if before == after:
        return
    if after in ACCEPTED and before not in ACCEPTED:
        yield "TextsSent", 1
    if after in _STEPS:
        yield _STEPS[after], 1
    if after in ("delivered", "undelivered"):
        yield "ReceiptsRecorded", 1
        if new.price:
            yield "Spend", float(new.price)


@dataclass(frozen=True, slots=True)
class Receipts:
    """Of one campaign's texts of one hour: accepted by the network, and without a final receipt."""

    campaign: str
    lane: str
    due: int
    missing: int


def overdue(
    campaigns: Iterable[Campaign],
    now: datetime,
    read: Callable[[str, list[str]], Iterable[Counter]],
) -> list[Receipts]:
    """For each of the campaigns the receipts of the hour whose 72 hours were the last to end.
    `read(scope, names)` gives the results' counters.

    The results count a text in the hour it was claimed in, whatever happens to it later: so what that hour
    sent less what it has receipts for is what is missing.
    """
    hour = f"{now - RECEIPTS_WITHIN - timedelta(hours=1):%Y-%m-%dT%H}"
    found = []
    for one in campaigns:
        versions = range(max(1, one.version - VERSIONS + 1), one.version + 1)
        counters = read(scope_of(one.id), [counter_of(version, "hour", hour) for version in versions])
        figures = [counter.figures for counter in counters]
        sent = sum(int(one_version.get("sent", 0)) for one_version in figures)
        final = sum(map(_final, figures))
        found.append(Receipts(one.id, one.lane, sent, max(0, sent - final)))
    return found


def _final(figures: Figures) -> int:
    return sum(
        int(amount)
        for name, amount in figures.items()
        if name == "delivered" or name.startswith("undelivered:")
    )
