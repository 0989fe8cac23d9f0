"""Writing a change of a case: decided on what it is now, with its line in the log, or not at all.

    read the case -> a pure step -> case + log entry (+ mark), one transaction -> the entry's effects

The entry carries what has to follow: texts to send, events to announce, the roster's colour, what is
counted. They are done right after the commit and then taken off the entry. Whoever dies in between
leaves them there, listed in `by_due`, and the sweeper does them: each is safe to repeat, and the
counters are added in the very transaction that takes them off.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chalicelib import log, queues
from chalicelib.care import colours, rechecks
from chalicelib.care.case_states import SYSTEM
from chalicelib.care.current import Current, current
from chalicelib.care.figures import counts
from chalicelib.care.steps import CaseStep, completed, due, recheck_went
from chalicelib.clock import iso
from chalicelib.job import Job
from chalicelib.store import cases as stored
from chalicelib.store import results
from chalicelib.store.schema.base import replace
from chalicelib.store.schema.cases import (
    WAITING,
    Case,
    HistoryEntry,
    LogEntry,
    OnceMark,
    case_item,
    due_partition,
    log_part,
    once_key,
)
from chalicelib.store.transactions import ConditionFailed, Write, commit, put_new, put_over

GRACE = timedelta(seconds=60)  # effects older than that have nobody who is doing them
Decide = Callable[[Case], CaseStep | None]


class NotFound(LookupError):
    """There is no such case."""


class Conflict(Exception):
    """Somebody changed the case since it was read; nothing was written. `case` is how it is now."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.by = case.changed_by
        self.at = case.changed_at
        self.what = case.changed_what
        super().__init__(f"{case.changed_by} changed case {case.case_id} at {case.changed_at}")


@dataclass(frozen=True, slots=True)
class CaseChange:
    """A change that is ready to be written."""

    before: Case | None
    after: Case
    entry: LogEntry
    writes: tuple[Write, ...]


def get(case_id: str) -> Case:
    """A case as it is now. Raises NotFound."""
    case = stored.get(case_id)
    if case is None:
        raise NotFound(case_id)
    return case


def change(
    case_id: str,
    decide: Decide,
    *,
    by: str,
    now: datetime,
    revision: int | None = None,
    once: str = "",
    also: Callable[[Case], Sequence[Write]] = lambda _: (),
) -> Case:
    """Take a step with a case and see to its effects; the case afterwards.

    `revision` is the one that a person saw: if it is not the case's any more, Conflict is raised. None
    decides anew on the case as it is. `once` names the cause: the second time changes nothing. `also`
    makes further writes of the same transaction from the case afterwards. A step of None changes
    nothing. Raises NotFound, Conflict, what `decide` raises, and Contention.
    """
    while True:
        before = get(case_id)
        if once and stored.was_done(case_id, once):
            return before
        if revision is not None and before.revision != revision:
            raise Conflict(before)
        step = decide(before)
        if step is None:
            return before
        made = prepared(before, step, current(), by=by, now=now, once=once)
        try:
            commit([*made.writes, *also(made.after)])
        except ConditionFailed:
            continue  # somebody was faster: look again
        return settled(made, now)


def prepared(
    before: Case | None, step: CaseStep, settings: Current, *, by: str, now: datetime, once: str = ""
) -> CaseChange:
    """The writes of a step: the case, its log entry with the effects, and the mark of the cause."""
    after = completed(step, settings.care, by, now)
    coloured = colours.after(before, after, settings.care, now)
    if coloured:
        after = replace(after, roster=coloured["colour"])
    entry = LogEntry(
        case_id=after.case_id,
        part=log_part(after.revision),
        what=step.what,
        by=by or SYSTEM,
        at=iso(now),
        note=step.note,
        data=step.data,
        revision=after.revision,
        due_partition=due_partition("effects", after.case_id),
        due=iso(now + GRACE),
    )
    counted = counts(before, after, step.what, settings.care, now)
    effects: dict[str, Any] = {
        "jobs": [job.dumps() for job in step.jobs],
        "events": [list(event) for event in events(before, after, entry, settings)],
        "counts": [[*place, amounts] for place, amounts in counted.items()],
    }
    if coloured:
        effects["roster"] = coloured
    if step.what == "resolved":
        effects["recheck"] = after.level
    if before and before.state in WAITING and after.state not in WAITING:
        effects["withdraw"] = before.level
    entry = replace(entry, effects=json.dumps(effects, ensure_ascii=False))
    item = case_item(after, due(after, settings.care))
    writes: list[Write] = [
        put_over(item, Case.revision, before.revision) if before else put_new(item),
        put_new(entry),
    ]
    if once:
        place = once_key(after.case_id, once)
        expires = int((now + timedelta(days=stored.ONCE_DAYS)).timestamp())
        writes.append(put_new(OnceMark(case_id=place.hash, part=place.range, expires=expires)))
    return CaseChange(before, after, entry, tuple(writes))


def settled(made: CaseChange, now: datetime) -> Case:
    """See to the effects of a change that is written. What fails here is the sweeper's to do again."""
    try:
        return settle(made.entry, now) or made.after
    except Exception as error:
        case = made.after
        log.failed(
            "effects of a case are left to the sweeper", error, case=case.case_id, revision=case.revision
        )
        return case


def settle(entry: LogEntry, now: datetime) -> Case | None:
    """Do the effects of a log entry, once; the case when one of them changed it. Safe to repeat."""
    effects = json.loads(entry.effects)
    queues.send_jobs(Job.loads(text) for text in effects["jobs"])
    if "roster" in effects:
        colours.write(effects["roster"])
    queues.announce([(kind, detail) for kind, detail in effects["events"]])
    deltas = {(scope, counter): amounts for scope, counter, amounts in effects["counts"]}
    after = None
    if "withdraw" in effects:
        rechecks.withdraw(get(entry.case_id), effects["withdraw"], current(), now)
    if "recheck" in effects:
        care = current().care
        after = change(
            entry.case_id, lambda case: recheck_went(case, effects["recheck"], care, now), by=SYSTEM, now=now
        )
    with contextlib.suppress(ConditionFailed):  # somebody else did them, and counted
        commit([stored.effects_done(entry), *results.writes(deltas)])
    return after


def events(
    before: Case | None, after: Case, entry: HistoryEntry, settings: Current
) -> list[tuple[str, dict[str, Any]]]:
    """What other systems are told of a change: pairs of type and detail; ids follow from the revision."""
    kinds: dict[str, dict[str, Any]] = {}
    deadlines = {"answer_due": after.answer_due, "resolve_due": after.resolve_due}
    if before is None:
        kinds["case.opened"] = deadlines
    elif after.level > before.level:
        kinds["case.reopened"] = deadlines | {"recheck_score": after.recheck_score}
    if entry.what == "overdue":
        missed = entry.data["which"]
        kinds["case.overdue"] = {"which": [name.removesuffix("_due") for name in missed], **deadlines}
    if before and after.state == "closed" and before.state != "closed":
        kinds["case.closed"] = {
            "outcome": after.outcome,
            "reason": entry.note,
            "recheck_score": after.recheck_score,
            "resolved_at": after.resolved_at,
            "joined_to": after.joined_to or None,
        }
    common = {
        "id": f"case/{after.case_id}/{after.revision}",
        "time": entry.at,
        "subscriber_id": after.subscriber or None,
        "msisdn": settings.shown(after.msisdn, after.brand),
        "case_id": after.case_id,
        "complaint_id": after.complaint,
        "campaign": after.campaign,
        "brand": after.brand,
        "opened_at": after.opened_at,
        "level": after.level,
        "score": after.score,
        "topic": after.topic or None,
        "department": after.department or None,
        "team": after.team,
        "owner": after.owner or None,
        "tier": after.tier or None,
        "urgent": after.urgent,
    }
    return [(kind, common | own) for kind, own in kinds.items()]
