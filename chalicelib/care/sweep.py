"""Cases whose time has come: warnings, overdue, silence after a re-check; and effects left undone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from chalicelib import log
from chalicelib.care.case_states import SYSTEM
from chalicelib.clock import iso
from chalicelib.store import cases as stored
from chalicelib.store.schema.base import Key, of_kind
from chalicelib.store.schema.cases import LogEntry, due_partitions


def sweep(now: datetime) -> int:
    """Do what is due by `now`, some 200 of each partition; how many. What is left is due the next time, too.

    One that fails is logged and left; the others do not suffer.
    """
    effects = _due("effects", now)
    cases = _due("case", now)
    if not effects and not cases:
        return 0
    from chalicelib.care.changes import change, settle  # what changes a case is most of care's rooms
    from chalicelib.care.current import current
    from chalicelib.care.steps import timed

    count = 0
    for entry in of_kind(LogEntry, stored.records(effects)):
        if entry.effects:  # else whoever made the change has just done them
            count += _tried(entry.case_id, partial(settle, entry, now))
    if cases:
        decide = partial(timed, care=current().care, now=now)
        for key in cases:
            count += _tried(key.hash, partial(change, key.hash, decide, by=SYSTEM, now=now))
    return count


def _due(kind: str, now: datetime) -> list[Key]:
    return [key for partition in due_partitions(kind) for key in stored.due(partition, iso(now))]


def _tried(case_id: str, do: Callable[[], object]) -> int:
    try:
        do()
    except Exception as error:
        log.failed("case will be tried again", error, case=case_id)
        return 0
    return 1
