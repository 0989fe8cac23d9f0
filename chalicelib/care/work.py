"""What people make of a case: claim, hand over, call, answer, sort, resolve, close. Pure steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from chalicelib.care.care_codes import CareCode as Code
from chalicelib.care.settings import Care
from chalicelib.care.steps import CaseRefused, CaseStep, ended, escalate, tighten_deadline, with_state
from chalicelib.clock import iso
from chalicelib.job import Job
from chalicelib.problems import Coded
from chalicelib.store.schema.base import replace
from chalicelib.store.schema.cases import Case, HistoryEntry

UNDOABLE = frozenset({"claimed", "assigned", "handed_over", "topic", "department", "remedy"})


def claimed(case: Case, who: str) -> CaseStep | None:
    """`who` takes a case that nobody has; nothing when it is theirs already."""
    if case.owner == who:
        return None
    _needs_work(case)
    if case.owner:
        raise CaseRefused(Code.OWNED, who=case.owner)
    return CaseStep(_taken(case, who), "claimed")


def assigned(case: Case, who: str) -> CaseStep | None:
    """A supervisor gives the case to `who`, whoever had it."""
    if case.owner == who:
        return None
    _needs_work(case)
    return CaseStep(_taken(case, who), "assigned", data={"to": who, "from": case.owner})


def handed_over(case: Case, to: str, team: str, note: str, care: Care) -> CaseStep:
    """The case goes to a person (`to`), a team, or both; the note says what they need to know."""
    _needs_work(case)
    if not note.strip():
        raise CaseRefused(Code.HAND_OVER_WITHOUT_NOTE)
    if team and team not in care.teams:
        raise CaseRefused(Code.NO_SUCH_TEAM, value=repr(team), choices=tuple(care.teams))
    if (not to or to == case.owner) and (not team or team == case.team):
        raise CaseRefused(Code.HANDED_TO_NOBODY)
    data = {"to": to, "team": team, "from": case.owner, "from_team": case.team}
    case = replace(case, team=team or case.team, unread=False)
    if to:
        case = _taken(case, to)
    else:
        case = replace(case if case.state == "reopened" else with_state(case, "open"), owner="")
    return CaseStep(case, "handed_over", note.strip(), {name: value for name, value in data.items() if value})


LONGEST_SNOOZE = timedelta(days=30)


def snoozed(case: Case, until: datetime, note: str, who: str, now: datetime) -> CaseStep:
    """The case is put off until a time; it comes back earlier when the subscriber writes, a deadline passes,
    or somebody takes it up."""
    _needs_work(case)
    if not now < until <= now + LONGEST_SNOOZE:
        raise CaseRefused(Code.SNOOZE_WITHOUT_TIME, days=LONGEST_SNOOZE.days)
    put_off = replace(_owned(case, who), snoozed_until=iso(until), unread=False)
    return CaseStep(put_off, "snoozed", note.strip(), {"until": iso(until)})


def woken(case: Case) -> CaseStep:
    """Somebody takes a case up again before its time."""
    if case.group != "snoozed":
        raise CaseRefused(Code.NOT_SNOOZED)
    return CaseStep(case, "woken")


def noted(case: Case, text: str, mentions: Sequence[str] = ()) -> CaseStep:
    """A note for colleagues, and who is named in it."""
    if not text.strip():
        raise CaseRefused(Code.NOTE_EMPTY)
    data = {"mentions": list(mentions)} if mentions else {}
    return CaseStep(replace(case, unread=False), "note", text.strip(), data)


def called(case: Case, outcome: str, note: str, who: str, now: datetime, *, reached: bool) -> CaseStep:
    """A call to the subscriber and its outcome; one that reached them answers the complaint."""
    case = _taken_up(case, who)
    if reached:
        case = _answered(case, now)
    return CaseStep(case, "called", note.strip(), {"outcome": outcome})


def answered(case: Case, text: str, who: str, now: datetime) -> CaseStep:
    """A text to the subscriber. While a re-check is under way it may still be written.

    A subscriber gets it at the number they have now; who is none of ours, where they wrote from.
    """
    if not text.strip():
        raise CaseRefused(Code.ANSWER_EMPTY)
    if case.working:
        case = _answered(_taken_up(case, who), now)
    elif case.state == "closed":
        raise CaseRefused(Code.CLOSED_NO_ANSWER)
    case = replace(case, answers=case.answers + 1, unread=False)
    job = Job(
        campaign="care",
        subscriber=case.subscriber or "-",
        occasion=f"{case.case_id}/{case.answers}",
        step="answer",
        lane="urgent",
        facts={"text": text.strip(), "case_id": case.case_id},
        to="" if case.subscriber else case.msisdn,
        brand="" if case.subscriber else case.brand,
        language=case.language,
    )
    return CaseStep(case, "answered", text.strip(), {"occasion": job.occasion}, (job,))


def topic_set(case: Case, topic: str, department: str, who: str, care: Care) -> CaseStep:
    """What a person says it is about; the topic's department unless another is given."""
    known = care.topics.topics
    if topic not in known:
        raise CaseRefused(Code.NO_SUCH_TOPIC, value=repr(topic), choices=tuple(known))
    department = department or known[topic].department
    _known(department, care.departments, Code.NO_SUCH_DEPARTMENT_OF_CASE)
    data = {"from": case.topic, "to": topic, "department": department}
    data |= {"from_by": case.topic_by, "from_department": case.department}
    case = replace(case, topic=topic, topic_by=who, department=department, unread=False)
    return CaseStep(case, "topic", data=data)


def department_set(case: Case, department: str, care: Care) -> CaseStep:
    """Who is responsible for the cause."""
    _known(department, care.departments, Code.NO_SUCH_DEPARTMENT_OF_CASE)
    data = {"from": case.department, "to": department}
    return CaseStep(replace(case, department=department, unread=False), "department", data=data)


def remedy_set(case: Case, remedy: str, note: str, care: Care) -> CaseStep:
    """What the subscriber was given."""
    _known(remedy, care.remedies, Code.NO_SUCH_REMEDY)
    data = {"from": case.remedy, "to": remedy}
    return CaseStep(replace(case, remedy=remedy, unread=False), "remedy", note.strip(), data)


def urgent_set(case: Case, urgent: bool, care: Care) -> CaseStep | None:
    """A person says that it is urgent, or that it is not; deadlines only ever come nearer."""
    if case.urgent == urgent:
        return None
    case = replace(case, urgent=urgent, unread=False)
    return CaseStep(tighten_deadline(case, care), "urgent", data={"to": "yes" if urgent else "no"})


def resolved(case: Case, note: str, who: str, now: datetime, care: Care, valid_until: str) -> CaseStep:
    """The problem is solved, as far as care can see; the subscriber is asked."""
    _needs_work(case)
    if not note.strip():
        raise CaseRefused(Code.RESOLVED_WITHOUT_NOTE)
    case = with_state(_owned(case, who), "resolved")
    case = replace(_answered(case, now), resolved_at=iso(now), unread=False)
    wait = care.recheck.after
    job = Job(
        campaign=care.recheck.campaign,
        subscriber=case.subscriber or "-",
        occasion=f"{case.case_id}/{case.level}",
        step="invitation",
        lane="bulk",
        facts={"case_id": case.case_id, "level": case.level},
        valid_until=valid_until,
        not_before=iso(now + wait) if wait else "",
        to="" if case.subscriber else case.msisdn,
        brand="" if case.subscriber else case.brand,
        language=case.language,
    )
    return CaseStep(case, "resolved", note.strip(), {"remedy": case.remedy}, (job,))


def reopened(case: Case, note: str, care: Care, now: datetime) -> CaseStep:
    """A person takes the case up again, one level higher."""
    if case.working:
        raise CaseRefused(Code.OPEN_ALREADY)
    if not note.strip():
        raise CaseRefused(Code.REOPENED_WITHOUT_NOTE)
    return CaseStep(escalate(case, care, now), "reopened", note.strip(), {"why": "person"})


def closed(case: Case, reason: str, now: datetime) -> CaseStep:
    """A person ends the case, with a reason."""
    if case.state == "closed":
        raise CaseRefused(Code.CLOSED_ALREADY)
    if not reason.strip():
        raise CaseRefused(Code.CLOSED_WITHOUT_REASON)
    return CaseStep(ended(case, "by_person", now), "closed", reason.strip())


def duplicate(case: Case, into: Case, now: datetime) -> tuple[CaseStep, CaseStep]:
    """`case` ends as a duplicate of `into`, which learns of it: the steps of both."""
    if case.case_id == into.case_id or into.joined_to:
        raise CaseRefused(Code.JOINED_TO_DUPLICATE)
    if case.subscriber != into.subscriber or (not case.subscriber and case.msisdn != into.msisdn):
        raise CaseRefused(Code.NOT_SAME_SUBSCRIBER)
    if case.state == "closed" or into.state == "closed":
        raise CaseRefused(Code.JOINED_CLOSED)
    gone = replace(ended(case, "duplicate", now), joined_to=into.case_id)
    there = replace(into, urgent=into.urgent or case.urgent)
    return (
        CaseStep(gone, "duplicate", data={"into": into.case_id}),
        CaseStep(there, "duplicates", data={"from": case.case_id, "words": case.words}),
    )


def undone(case: Case, last: HistoryEntry) -> CaseStep:
    """The case as it was before its last change, `last`, where nothing has followed from that yet: who has
    it, and what it is about. What went out, and what the clock or the subscriber did, stays."""
    if last.what not in UNDOABLE or last.revision != case.revision:
        raise CaseRefused(Code.CANNOT_UNDO)
    _needs_work(case)
    was = {name.removeprefix("from_"): value for name, value in last.data.items() if "from" in name}
    match last.what:
        case "topic":
            case = replace(
                case, topic=was["from"], topic_by=was.get("by", ""), department=was.get("department", "")
            )
        case "department" | "remedy":
            case = replace(case, **{last.what: was.get("from", "")})
        case _:
            owner, team = was.get("from", ""), was.get("team", case.team)
            case = replace(case, team=team, owner=owner)
            case = _taken(case, owner) if owner else with_state(case, "open")
    return CaseStep(case, "undone", data={"what": last.what})


def coloured(case: Case, colour: str, why: str) -> CaseStep | None:
    """The number of the case was given another colour on the roster."""
    if case.roster == colour:
        return None
    return CaseStep(replace(case, roster=colour), "roster", why, {"from": case.roster, "to": colour})


def _needs_work(case: Case) -> None:
    if not case.working:
        raise CaseRefused(Code.NOT_IN_THIS_STATE, state=Coded("state", case.state))


def _known(value: str, known: Mapping[str, Any], code: Code) -> None:
    if value and value not in known:
        raise CaseRefused(code, value=repr(value), choices=tuple(known))


def _owned(case: Case, who: str) -> Case:
    """Whoever is first to do something has the case."""
    return case if case.owner else replace(case, owner=who)


def _taken(case: Case, who: str) -> Case:
    case = replace(case, owner=who, unread=False)
    return case if case.state in ("claimed", "in_progress") else with_state(case, "claimed")


def _taken_up(case: Case, who: str) -> Case:
    _needs_work(case)
    case = replace(_owned(case, who), unread=False)
    return case if case.state == "in_progress" else with_state(case, "in_progress")


def _answered(case: Case, now: datetime) -> Case:
    at = iso(now)
    return replace(
        case, answered_at=case.answered_at or at, first_answer_at=case.first_answer_at or at, unread=False
    )
