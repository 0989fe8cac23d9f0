"""Cases whose time has come: warnings, overdue, silence after a re-check; and effects left undone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from chalicelib import log
from chalicelib.care.case_states import SYSTEM
from chalicelib.care.changes import change, settle
from chalicelib.care.current import current
from chalicelib.care.steps import timed
from chalicelib.clock import iso
from chalicelib.store import cases as stored
from chalicelib.store.schema.base import of_kind
from chalicelib.store.schema.cases import LogEntry, due_partitions


def sweep(now: datetime) -> int:
    """Do what is due by `now`, some 200 of each partition; how many. What is left is due the next time, too.

    One that fails is logged and left; the others do not suffer.
    """
    count = 0
    for partition in due_partitions("effects"):
        for entry in of_kind(LogEntry, stored.records(stored.due(partition, iso(now)))):
            if entry.effects:  # else whoever made the change has just done them
                count += _tried(entry.case_id, partial(settle, entry, now))
    care = current().care
    for partition in due_partitions("case"):
        for key in stored.due(partition, iso(now)):
            decide = partial(timed, care=care, now=now)
            count += _tried(key.hash, partial(change, key.hash, decide, by=SYSTEM, now=now))
    return count


def _tried(case_id: str, do: Callable[[], object]) -> int:
    try:
        do()
    except Exception as error:
        log.failed("case will be tried again", error, case=case_id)
        return 0
    return 1
