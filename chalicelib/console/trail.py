"""Writes what somebody did on a page into the audit trail."""

from __future__ import annotations

from typing import Any

from chalicelib.clock import iso
from chalicelib.console.frame import Visit
from chalicelib.store import audit


def noted(visit: Visit, action: str, what: str, *, before: Any = None, after: Any = None) -> None:
    """One entry: that whoever looks did `action` to `what` now, with what it was before and is after."""
    audit.record(
        by=visit.who,
        role=visit.role,
        action=action,
        what=what,
        before=before,
        after=after,
        at=iso(visit.now),
    )
