"""Cases whose time has come: warnings, overdue, silence after a re-check; and effects left undone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from chalicelib import log
from chalicelib.care.cases import SYSTEM
from chalicelib.care.changes import change, settle
from chalicelib.care.current import current
from chalicelib.care.steps import timed
from chalicelib.clock import iso
from chalicelib.store import cases as stored


def sweep(now: datetime) -> int:
    """Do what is due by `now`, some 200 of each lot; how many. What is left is due the next time, too.

    One that fails is logged and left; the others do not suffer.
    """
    count = 0
    for lot in stored.lots("effects"):
        keys = stored.due(lot, iso(now))
        for row in stored.rows_of(keys) if keys else ():
            if "effects" in row:  # else whoever made the change has just done them
                count += _tried(row["case_id"], lambda row=row: settle(row, now))  # type: ignore[misc]
    care = current().care
    for lot in stored.lots("case"):
        for key in stored.due(lot, iso(now)):
            count += _tried(
                key["case_id"],
                lambda one=key["case_id"]: change(  # type: ignore[misc]
                    one, lambda case: timed(case, care, now), by=SYSTEM, now=now
                ),
            )
    return count


def _tried(case_id: str, do: Callable[[], object]) -> int:
    try:
        do()
    except Exception as error:
        log.failed("case will be tried again", error, case=case_id)
        return 0
    return 1
