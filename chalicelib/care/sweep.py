"""Cases whose time has come: warnings, overdue, silence after a re-check; and effects left undone."""

from __future__ import annotations

import logging
from datetime import datetime

from chalicelib.care.cases import SYSTEM
from chalicelib.care.changes import NotFound, change, settle
from chalicelib.care.current import current
from chalicelib.care.steps import timed
from chalicelib.clock import iso
from chalicelib.store import cases as stored
from chalicelib.store import together

log = logging.getLogger(__name__)


def sweep(now: datetime) -> int:
    """Do what is due by `now`, some 200 of each lot; how many. What is left is due the next time, too."""
    count = 0
    for lot in stored.lots("effects"):
        keys = stored.due(lot, iso(now))
        for row in stored.rows_of(keys) if keys else ():
            if "effects" in row:
                settle(row, now)
                count += 1
    for lot in stored.lots("case"):
        for key in stored.due(lot, iso(now)):
            count += _look(key["case_id"], now)
    return count


def _look(case_id: str, now: datetime) -> int:
    care = current().care
    try:
        change(case_id, lambda case: timed(case, care, now), by=SYSTEM, now=now)
    except (NotFound, together.Busy):
        log.warning("case %s is looked at again with the next sweep", case_id)
        return 0
    return 1
