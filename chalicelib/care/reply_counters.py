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

from chalicelib.store import inbox, results
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


def look() -> None:
    """Count the replies that need a look and write down how far the counter is off: it knows only what
    changed since there is a counter, and a backlog of before is in none of the changes."""
    results.note_inbox(inbox.how_many_unhandled())


def to_look_at(figures: Mapping[str, float]) -> int:
    """How many replies need a look, of the counter's figures: what changes told, without what it was over at
    both of the last two looks (with what it was under). A change that comes between the two is off in one."""
    told, counted = figures.get("unhandled", 0), figures.get("counted", 0)
    low, high = sorted((figures.get("over", 0), figures.get("over_before", 0)))
    over = min(high, 0) + max(low, 0)
    if counted >= inbox.COUNTED:  # or more: nobody counted further
        over = min(over, 0)
    return max(0, int(told - over))


def _waiting(old: Reply | None, new: Reply) -> Counts:
    before, after = (one is not None and one.inbox == UNHANDLED for one in (old, new))
    return {(results.NOW, results.INBOX): {"unhandled": float(after - before)}} if before != after else {}


def _kind(reply: Reply | None) -> str:
    return str(reply.reading.get("kind", "")) if reply is not None and reply.inbox else ""


def by_kind(before: str) -> Mapping[str, int]:
    """How many replies of each kind came before a moment (ISO), as far back as the inbox shows them."""
    seen = list(months(before))
    found: Counter[str] = Counter()
    for month in results.by_day(SCOPE, seen[-1], seen[0]):
        found.update({kind: int(n) for kind, n in month.figures.items()})
    return found
