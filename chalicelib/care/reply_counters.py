"""Stream consumer: how many replies of each kind came in each month, for the tabs of the inbox.

A reply counts once it stands in the inbox's index, and under another kind when somebody corrects what it was
read as. What expires or is erased stays counted; months before those that the inbox looks back are left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from chalicelib.store import results
from chalicelib.store.inbox import months
from chalicelib.store.schema.conversations import Reply

if TYPE_CHECKING:
    from chalicelib.care.figures import Counts

SCOPE = "inbox#all"


def reply_counts(old: Reply | None, new: Reply) -> Counts:
    """What a reply's change adds, to the month (UTC) in which it came."""
    before, after = _kind(old), _kind(new)
    if before == after:
        return {}
    figures = {after: 1.0} | ({before: -1.0} if before else {})
    return {(SCOPE, f"{new.received_at[:7]}#"): figures}


def _kind(reply: Reply | None) -> str:
    return str(reply.reading.get("kind", "")) if reply is not None and reply.inbox else ""


def by_kind(before: str) -> Mapping[str, int]:
    """How many replies of each kind came before a moment (ISO), as far back as the inbox shows them."""
    seen = list(months(before))
    found: Counter[str] = Counter()
    for month in results.by_day(SCOPE, seen[-1], seen[0]):
        found.update({kind: int(n) for kind, n in month.figures.items()})
    return found
