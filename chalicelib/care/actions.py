"""What people do with cases. For the console.

All return the case afterwards. All raise NotFound; CaseRefused, whose `problem` is for the page; and
Conflict, which says who changed the case, when, and how it is now.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.care import colours, mentions, work
from chalicelib.care.care_codes import CareCode as Code
from chalicelib.care.changes import Conflict, Decide, NotFound, change, get, prepared, settled
from chalicelib.care.current import current
from chalicelib.care.settings import CALL_OUTCOMES, REACHED
from chalicelib.care.steps import CaseRefused
from chalicelib.care.topics import sort
from chalicelib.clock import iso
from chalicelib.problems import Problem
from chalicelib.store import cases as stored
from chalicelib.store import queries, subscribers, transactions
from chalicelib.store.schema.cases import Case, LogEntry, log_part, topic_label
from chalicelib.store.transactions import ConditionFailed, Write, commit

__all__ = ["BulkDone", "CaseRefused", "Conflict", "NotFound"]

LONGEST_ANSWER = 1500  # characters, so that the signature fits into the 1,600 of a text


@dataclass(frozen=True, slots=True)
class Act:
    """Who does something, when, and on what they saw.

    `revision` is that of the case on the page: when somebody changed it since, Conflict is raised; None
    is for what holds whatever the case is like now. `once` is the form's own mark: sent twice, it
    counts once.
    """

    by: str  # the username
    now: datetime
    revision: int | None = None
    once: str = ""


def _change(case_id: str, act: Act, decide: Decide, **more: Any) -> Case:
    return change(case_id, decide, by=act.by, now=act.now, revision=act.revision, once=act.once, **more)


def claim(case_id: str, act: Act) -> Case:
    """Take a case that nobody has. CaseRefused when somebody else has it."""
    return _change(case_id, act, lambda case: work.claimed(case, act.by))


def assign(case_id: str, to: str, act: Act) -> Case:
    """A supervisor gives the case to the user `to`, whoever had it."""
    return _change(case_id, act, lambda case: work.assigned(case, to))


def hand_over(case_id: str, note: str, act: Act, *, to: str = "", team: str = "") -> Case:
    """Give the case to a colleague (`to`), a team, or both, with a note."""
    care = current().care
    return _change(case_id, act, lambda case: work.handed_over(case, to, team, note, care))


def note(case_id: str, text: str, act: Act) -> Case:
    """A note for colleagues; who is named in it (`@li.na`) finds the case in a list of their own."""
    named = mentions.mentioned(text, current().care.people())
    return _change(
        case_id,
        act,
        lambda case: work.noted(case, text, named),
        also=lambda after: mentions.writes(after.case_id, named, act.by, text.strip(), act.now),
    )


def snooze(case_id: str, until: datetime, act: Act, *, note: str = "") -> Case:
    """Put a case off until a time."""
    return _change(case_id, act, lambda case: work.snoozed(case, until, note, act.by, act.now))


def wake(case_id: str, act: Act) -> Case:
    """Take a case that was put off up again."""
    return _change(case_id, act, work.woken)


def call(case_id: str, outcome: str, act: Act, *, note: str = "") -> Case:
    """A call that was made. `outcome` is one of settings.CALL_OUTCOMES; `reached` answers the complaint."""
    if outcome not in CALL_OUTCOMES:
        raise CaseRefused(Code.NO_SUCH_OUTCOME, value=repr(outcome), choices=CALL_OUTCOMES)
    reached = outcome == REACHED
    return _change(
        case_id, act, lambda case: work.called(case, outcome, note, act.by, act.now, reached=reached)
    )


def answer(case_id: str, text: str, act: Act) -> Case:
    """Answer by SMS: the text goes through the outbox as campaign `care`, step `answer`, occasion
    `<case_id>/<n>`."""
    check_answer(text)
    return _change(case_id, act, lambda case: work.answered(case, text, act.by, act.now))


def check_answer(text: str) -> None:
    """Raises CaseRefused for a text that is empty or too long to be sent."""
    if not text.strip():
        raise CaseRefused(Code.ANSWER_EMPTY)
    if len(text) > LONGEST_ANSWER:
        raise CaseRefused(Code.ANSWER_TOO_LONG, n=len(text), most=LONGEST_ANSWER)


def set_topic(case_id: str, topic: str, act: Act, *, department: str = "") -> Case:
    """Say what it is about; the topic's department unless another is given.

    Kept with the words as a label that the rules are measured against.
    """
    care = current().care

    def label(after: Case) -> Sequence[Write]:
        if not after.words:
            return ()
        guessed = sort(after.words, care.topics).topic
        return [_labelled(after, topic, guessed, act.by, act.now)]

    return _change(
        case_id, act, lambda case: work.topic_set(case, topic, department, act.by, care), also=label
    )


def _labelled(case: Case, topic: str, guessed: str, by: str, now: datetime) -> Write:
    label = topic_label(case.case_id, words=case.words, guessed=guessed, topic=topic, by=by, at=iso(now))
    return transactions.put(label)


def set_department(case_id: str, department: str, act: Act) -> Case:
    """Say which department is responsible."""
    care = current().care
    return _change(case_id, act, lambda case: work.department_set(case, department, care))


def set_remedy(case_id: str, remedy: str, act: Act, *, note: str = "") -> Case:
    """Say what the subscriber was given; "" takes it back."""
    care = current().care
    return _change(case_id, act, lambda case: work.remedy_set(case, remedy, note, care))


def set_urgent(case_id: str, urgent: bool, act: Act) -> Case:
    """Say that a case is urgent, or that it is not."""
    care = current().care
    return _change(case_id, act, lambda case: work.urgent_set(case, urgent, care))


def resolve(case_id: str, note: str, act: Act) -> Case:
    """The problem is solved: the re-check survey goes out and the case is `recheck_sent`.

    The survey is campaign `recheck-survey`, step `invitation`, occasion `<case_id>/<level>`.
    """
    settings = current()
    campaign = settings.live.campaigns.get(settings.care.recheck.campaign)
    until = iso(act.now + settings.care.recheck.after + campaign.valid_for) if campaign else ""
    return _change(
        case_id, act, lambda case: work.resolved(case, note, act.by, act.now, settings.care, until)
    )


def undo(case_id: str, act: Act) -> Case:
    """Take back the last change of the case, if it is one of work.UNDOABLE and nothing came after it.

    A label that came with a topic goes with it, or says again what a person said before.
    """
    seen = get(case_id)
    last = stored.log_entry(case_id, seen.revision)
    if last is None:
        raise CaseRefused(Code.UNDO_NOT_KEPT)

    def label(after: Case) -> Sequence[Write]:
        if last.what != "topic" or not after.words:
            return ()
        if after.topic_by in ("", "rules"):
            return [stored.label_gone(case_id)]
        return [_labelled(after, after.topic, after.topic, after.topic_by, act.now)]

    return _change(case_id, act, lambda case: work.undone(case, last), also=label)


def undo_many(seen: Mapping[str, int], *, by: str, now: datetime) -> list[BulkDone]:
    """Take back the last change of each of these cases, by the revision it had then."""
    return [_each(one, lambda one: undo(one, Act(by, now, seen[one]))) for one in seen]


def close(case_id: str, reason: str, act: Act) -> Case:
    """End a case without a good re-check, with a reason."""
    return _change(case_id, act, lambda case: work.closed(case, reason, act.now))


def reopen(case_id: str, note: str, act: Act) -> Case:
    """Take a case up again, one level higher."""
    care = current().care
    return _change(case_id, act, lambda case: work.reopened(case, note, care, act.now))


def join(case_id: str, into: str, act: Act) -> Case:
    """Close a case as a duplicate of another of the same subscriber; both are changed or none.

    Returns the case that is closed.
    """
    while True:
        first, second = get(case_id), get(into)
        if first.joined_to == into:
            return first
        if act.revision is not None and first.revision != act.revision:
            raise Conflict(first)
        settings = current()
        steps = work.duplicate(first, second, act.now)
        made = [
            prepared(before, step, settings, by=act.by, now=act.now)
            for before, step in zip((first, second), steps, strict=True)
        ]
        try:
            commit([write for one in made for write in one.writes])
        except ConditionFailed:
            continue
        gone, _ = (settled(one, act.now) for one in made)
        return gone


@dataclass(frozen=True, slots=True)
class BulkDone:
    """What one case of many came to: the case, or why not."""

    case_id: str
    case: Case | None
    problem: Problem | None = None


def assign_many(case_ids: Sequence[str], to: str, *, by: str, now: datetime) -> list[BulkDone]:
    """Give each of these cases to the user `to`; one answer for each."""
    return [_each(one, lambda one: assign(one, to, Act(by, now))) for one in dict.fromkeys(case_ids)]


def hand_over_many(
    case_ids: Sequence[str], to: str, team: str, note: str, by: str, now: datetime
) -> list[BulkDone]:
    """Hand each of these cases over to the user `to`, a team, or both, with one note; one answer for each."""
    return [
        _each(one, lambda one: hand_over(one, note, Act(by, now), to=to, team=team))
        for one in dict.fromkeys(case_ids)
    ]


def set_topic_many(case_ids: Sequence[str], topic: str, *, by: str, now: datetime) -> list[BulkDone]:
    """Say of each of these cases what it is about; one answer for each."""
    return [_each(one, lambda one: set_topic(one, topic, Act(by, now))) for one in dict.fromkeys(case_ids)]


def join_many(case_ids: Sequence[str], into: str, *, by: str, now: datetime) -> list[BulkDone]:
    """Close each of these cases but `into` as its duplicate; one answer for each."""
    return [
        _each(one, lambda one: join(one, into, Act(by, now)))
        for one in dict.fromkeys(case_ids)
        if one != into
    ]


def _each(case_id: str, action: Any) -> BulkDone:
    try:
        return BulkDone(case_id, action(case_id))
    except CaseRefused as refused:
        return BulkDone(case_id, None, refused.problem)
    except NotFound:
        return BulkDone(case_id, None, Problem(Code.NO_SUCH_CASE))
    except Conflict as conflict:
        values = {"who": conflict.by, "at": conflict.at}
        return BulkDone(case_id, None, Problem(Code.CHANGED_MEANWHILE, values))


def number_shown(case_id: str, *, by: str, now: datetime) -> Case:
    """Record that `by` asked for the whole number; the case itself does not change. Returns it."""
    case = get(case_id)
    at = iso(now)
    part = f"{log_part(case.revision)}#{at}"
    entry = LogEntry(case_id=case_id, part=part, what="number_shown", by=by, at=at, revision=case.revision)
    queries.put(entry)
    return case


def set_roster(msisdn: str, colour: str, why: str, by: str, now: datetime) -> None:
    """Give a number a colour; it holds until something worse happens, or a re-check is good.

    The open cases of its subscribers show it. CaseRefused when there is no such colour, or no reason.
    """
    care = current().care
    if colour not in care.roster.colours:
        raise CaseRefused(Code.NO_SUCH_COLOUR, value=repr(colour), choices=care.roster.colours)
    if not why.strip():
        raise CaseRefused(Code.COLOUR_WITHOUT_WHY)
    colours.give(msisdn, colour, why.strip(), by, now)
    for person in subscribers.by_msisdn(msisdn):
        for one in stored.of_subscriber(person.subscriber_id):
            if one.state != "closed" and one.msisdn == msisdn:
                change(
                    one.case_id,
                    lambda case: work.coloured(case, colour, why.strip()),
                    by=by,
                    now=now,
                )
