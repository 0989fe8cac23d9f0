"""Who changed what, when, with before and after. Rows are added and never changed.

`catalogue` holds them under (`audit#<day>`, `<time>#<id>`), the day being UTC's.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from chalicelib.store import wire
from chalicelib.store.wire import Page, Row

TABLE = "catalogue"


def entry(
    *, by: str, role: str, action: str, what: str, before: Any, after: Any, at: str, id: str = ""
) -> Row:
    """The row for one change, to be written with it. `at` is ISO in UTC; `what` names the thing, such as
    `campaign#plan-offer v3`; `before` and `after` are what JSON can hold. `id` is drawn when left out."""
    found: dict[str, Any] = {"by": by, "role": role, "action": action, "what": what}
    return {
        **key(at, id or secrets.token_hex(6)),
        **found,
        "at": at,
        "before": _plain(before),
        "after": _plain(after),
    }


def record(*, by: str, role: str, action: str, what: str, before: Any, after: Any, at: str) -> Row:
    """Write down one change that was made; returns the row."""
    row = entry(by=by, role=role, action=action, what=what, before=before, after=after, at=at)
    wire.put(TABLE, row)
    return row


def key(at: str, id: str) -> dict[str, str]:
    """The key of an entry."""
    return {"name": f"audit#{at[:10]}", "version": f"{at}#{id}"}


def of_day(day: str, *, cursor: Row | None = None, limit: int = 100) -> Page:
    """A page of one UTC day's entries (YYYY-MM-DD), the latest first."""
    return wire.query(TABLE, "name", f"audit#{day}", backwards=True, limit=limit, cursor=cursor)


def latest(
    until: str, keep: Callable[[Row], bool], *, days: int = 31, limit: int = 50
) -> tuple[list[Row], str]:
    """The latest `limit` entries before `until` that `keep` lets through, looking back so many UTC days.

    `until` is where an earlier look ended, or `end_of(day)`. With the entries comes where to go on.
    """
    day = date.fromisoformat(until[:10])
    found: list[Row] = []
    cursor: Row | None = {"name": f"audit#{day}", "version": until}
    for _ in range(days):
        while True:
            page = of_day(day.isoformat(), cursor=cursor)
            for row in page.rows:
                if keep(row):
                    found.append(row)
                    if len(found) == limit:
                        return found, str(row["version"])
            cursor = page.cursor
            if cursor is None:
                break
        day -= timedelta(days=1)
    return found, end_of(day.isoformat())


def end_of(day: str) -> str:
    """What stands behind every entry of a day (YYYY-MM-DD)."""
    return f"{day}~"


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else value
