"""Stream consumer: how many replies of each kind came in each month, for the tabs of the inbox, and how many
a person has to look at now, for the menu.

A reply counts once it stands in the inbox's index, and under another kind when somebody corrects what it was
read as. What expires or is erased stays counted; months before those that the inbox looks back are left out.
Nobody has to look at what is gone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from chalicelib.store import results
from chalicelib.store.inbox import UNHANDLED, months
from chalicelib.store.schema.base import Record, replace
from chalicelib.store.schema.conversations import Reply

if TYPE_CHECKING:
    from chalicelib.care.figures import Counts

SCOPE = "inbox#all"


def reply_counts(old: Reply | None, new: Reply) -> Counts:
    """What a reply's change adds, to the month (UTC) in which it came."""
    found = _waiting(old, new)
    before, after = _kind(old), _kind(new)
    if before != after:
        figures = {after: 1.0} | ({before: -1.0} if before else {})
        found[(SCOPE, f"{new.received_at[:7]}#")] = figures
    return found


def gone(old: Record | None) -> Reply | None:
    """A reply that expired or was erased while it waited for a look, as if somebody had dealt with it; None
    for whatever else is gone."""
    if isinstance(old, Reply) and old.inbox == UNHANDLED:
        return replace(old, inbox=f"handled#{old.received_at[:7]}")
    return None


def _waiting(old: Reply | None, new: Reply) -> Counts:
    before, after = (one is not None and one.inbox == UNHANDLED for one in (old, new))
    return {(results.NOW, "inbox:"): {"unhandled": float(after - before)}} if before != after else {}


def _kind(reply: Reply | None) -> str:
    return str(reply.reading.get("kind", "")) if reply is not None and reply.inbox else ""


def by_kind(before: str) -> Mapping[str, int]:
    """How many replies of each kind came before a moment (ISO), as far back as the inbox shows them."""
    seen = list(months(before))
    found: Counter[str] = Counter()
    for month in results.by_day(SCOPE, seen[-1], seen[0]):
        found.update({kind: int(n) for kind, n in month.figures.items()})
    return found
