"""The audit trail: who changed what, when, with before and after. Entries are added and never changed."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from chalicelib.store import queries
from chalicelib.store.queries import Cursor, RecordPage
from chalicelib.store.schema.catalogue import CATALOGUE, AuditEntry, audit_day


def entry(
    *, by: str, role: str, action: str, what: str, before: Any, after: Any, at: str, id: str = ""
) -> AuditEntry:
    """The entry for one change, to be written with it. `at` is ISO in UTC; `what` names the thing, such as
    `campaign#plan-offer v3`; `before` and `after` are what JSON can hold. `id` is drawn when left out."""
    return AuditEntry(
        name=audit_day(at[:10]),
        version=f"{at}#{id or secrets.token_hex(6)}",
        by=by,
        role=role,
        action=action,
        what=what,
        at=at,
        before=_plain(before),
        after=_plain(after),
    )


def record(*, by: str, role: str, action: str, what: str, before: Any, after: Any, at: str) -> AuditEntry:
    """Write down one change that was made."""
    made = entry(by=by, role=role, action=action, what=what, before=before, after=after, at=at)
    queries.put(made)
    return made


def of_day(day: str, *, cursor: Cursor | None = None, limit: int = 100) -> RecordPage[AuditEntry]:
    """A page of one UTC day's entries (YYYY-MM-DD), the latest first."""
    return queries.page(AuditEntry, audit_day(day), backwards=True, limit=limit, cursor=cursor)


def latest(
    until: str, keep: Callable[[AuditEntry], bool], *, days: int = 31, limit: int = 50
) -> tuple[list[AuditEntry], str]:
    """The latest `limit` entries before `until` that `keep` lets through, looking back so many UTC days.

    `until` is where an earlier look ended, or `end_of(day)`. With the entries comes where to go on.
    """
    day = date.fromisoformat(until[:10])
    found: list[AuditEntry] = []
    cursor: Cursor | None = dict(CATALOGUE.names(CATALOGUE.key(audit_day(day.isoformat()), until)))
    for _ in range(days):
        while True:
            page = of_day(day.isoformat(), cursor=cursor)
            for one in page.records:
                if keep(one):
                    found.append(one)
                    if len(found) == limit:
                        return found, one.version
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
