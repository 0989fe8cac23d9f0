"""What each action makes of a case: pure steps from one state to the next, or a refusal.

A step says what changed; `completed` then derives what follows from it: rank, deadlines, bookkeeping.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chalicelib.care import rank
from chalicelib.care.care_codes import CareCode as Code
from chalicelib.care.case_states import SYSTEM, WORDS_KEPT, CaseOutcome, CaseState, case_id, may
from chalicelib.care.deadlines import NAMES, deadlines
from chalicelib.care.settings import Care
from chalicelib.care.topics import sort
from chalicelib.care.urgency import urgency_of
from chalicelib.clock import iso, parse
from chalicelib.job import Job
from chalicelib.problems import Coded, Problem
from chalicelib.store.schema.base import replace
from chalicelib.store.schema.cases import Case, badness

# What is done to a case that was put off without taking it up again.
ASLEEP = frozenset(
    {
        "snoozed",
        "note",
        "topic",
        "department",
        "remedy",
        "urgent",
        "roster",
        "corrected",
        "warned",
        "duplicates",
    }
)


class CaseRefused(Exception):
    """An action that the case does not allow; `problem` says why and what to do."""

    def __init__(self, code: Code, **values: object) -> None:
        self.problem = Problem(code, values)
        super().__init__(f"{code} {values}")


@dataclass(frozen=True, slots=True)
class CaseStep:
    """What an action makes of a case, and the line it leaves in the log."""

    case: Case
    what: str
    note: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    jobs: tuple[Job, ...] = ()  # texts that go out with it


@dataclass(frozen=True, slots=True)
class Arrival:
    """A dissatisfied answer, or words that need a person, as the reply handler knows it."""

    subscriber_id: str
    msisdn: str
    brand: str
    complaint: str  # complaint id, or the survey's occasion
    inbound_id: str
    words: str = ""
    survey_item: str = ""
    score: int | None = None
    scale: tuple[int, int] = (1, 5)
    best: int = 5
    tier: str = ""
    region: str = ""
    language: str = ""
    name: str = ""
    campaign: str = ""
    topic: str = ""  # where it is known better than from the words alone
    department: str = ""
    urgent: bool = False


def opened(arrival: Arrival, care: Care, team: str, now: datetime, attempt: int = 0) -> CaseStep:
    """A new case. `attempt` counts up while its id belongs to another subscriber or complaint."""
    at = iso(now)
    case = Case(
        case_id=case_id(arrival.subscriber_id or arrival.msisdn, arrival.complaint, attempt),
        complaint=arrival.complaint,
        opened_at=at,
        subscriber=arrival.subscriber_id,
        msisdn=arrival.msisdn,
        name=arrival.name,
        brand=arrival.brand,
        region=arrival.region,
        tier=arrival.tier,
        language=arrival.language,
        campaign=arrival.campaign,
        survey_item=arrival.survey_item,
        score=arrival.score,
        scale=arrival.scale,
        best=arrival.best,
        team=team,
    )
    case = _with_words(case, arrival.words, care, at)
    if arrival.topic:
        case = replace(case, topic=arrival.topic, department=arrival.department, topic_by="rules")
    case = _began(replace(case, urgent=case.urgent or arrival.urgent), care, now)
    return CaseStep(case, "opened", data=_of(arrival))


def joined(case: Case, arrival: Arrival, care: Care, now: datetime) -> CaseStep:
    """A second dissatisfied answer to the same complaint. One that nobody works on any more is reopened."""
    worse = case.score
    if arrival.score is not None:
        new = badness(arrival.score, arrival.scale, arrival.best)
        worse = arrival.score if case.score is None or new > case.badness else case.score
    if worse != case.score:
        case = replace(case, score=worse, scale=arrival.scale, best=arrival.best)
    case = _with_words(replace(case, unread=True), arrival.words, care, iso(now))
    if case.working:
        return CaseStep(tighten_deadline(case, care), "joined", data=_of(arrival))
    return CaseStep(escalate(case, care, now), "reopened", data={**_of(arrival), "why": "joined"})


def words(case: Case, said: str, inbound_id: str, care: Care, now: datetime) -> CaseStep:
    """Later free text. While a re-check is under way it waits with it, unless it is urgent."""
    before = set(case.urgent_words)
    after = _with_words(replace(case, unread=True), said, care, iso(now))
    data = {"words": said[:WORDS_KEPT], "inbound": inbound_id}
    urgent = urgency_of(said, care.urgent).urgent and set(after.urgent_words) - before
    if not case.working and urgent:
        return complained(case, said, inbound_id, care, now)
    return CaseStep(tighten_deadline(after, care), "words", data=data)


def complained(case: Case, said: str, inbound_id: str, care: Care, now: datetime) -> CaseStep:
    """A new complaint while the case waits for its re-check: it did not get better, whatever the re-check
    would have brought."""
    if case.working:
        return words(case, said, inbound_id, care, now)
    after = _with_words(replace(case, unread=True), said, care, iso(now))
    data = {"words": said[:WORDS_KEPT], "inbound": inbound_id, "why": "words"}
    return CaseStep(escalate(after, care, now), "reopened", data=data)


def _of(arrival: Arrival) -> dict[str, Any]:
    data: dict[str, Any] = {"inbound": arrival.inbound_id, "words": arrival.words[:WORDS_KEPT]}
    if arrival.score is not None:
        data["score"] = arrival.score
    return data


def _with_words(case: Case, said: str, care: Care, at: str) -> Case:
    """The case with these words: they may say its topic, and make it urgent. What a person said stays."""
    if not said.strip():
        return case
    case = replace(case, words=said[:WORDS_KEPT], words_at=at)
    found = sort(said, care.topics)
    if found.topic and case.topic_by in ("", "rules"):
        case = replace(case, topic=found.topic, department=found.department, topic_by="rules")
    urgency = urgency_of(said, care.urgent)
    phrases = tuple(dict.fromkeys((*case.urgent_words, *urgency.phrases)))
    return replace(case, urgent=case.urgent or urgency.urgent, urgent_words=phrases)


def _began(case: Case, care: Care, now: datetime) -> Case:
    """The case with the deadlines of a level that begins now."""
    hours = care.team(case.team).hours
    urgent = case.urgent or case.level > 1
    four = deadlines(care.limits, hours, now, tier=case.tier, urgent=urgent)
    return replace(
        case,
        since=iso(now),
        answer_warn=four.answer_warn,
        answer_due=four.answer_due,
        resolve_warn=four.resolve_warn,
        resolve_due=four.resolve_due,
        passed=(),
        overdue="",
        escalated_to="",
        answered_at="",
        resolved_at="",
        recheck_at="",
        closed_at="",
        outcome="",
        joined_to="",
    )


def tighten_deadline(case: Case, care: Care) -> Case:
    """The case with an earlier deadline to resolve it, when it has become urgent; never a later one."""
    if not case.urgent or not case.working:
        return case
    hours = care.team(case.team).hours
    four = deadlines(care.limits, hours, parse(case.since), tier=case.tier, urgent=True)
    if four.resolve_due >= case.resolve_due:
        return case
    return replace(case, resolve_warn=four.resolve_warn, resolve_due=four.resolve_due)


def escalate(case: Case, care: Care, now: datetime) -> Case:
    """The case reopened one level up: with the team that its team escalates to, else with who has it."""
    case = with_state(case, "reopened")
    upwards = care.team(case.team).escalates_to
    if upwards:
        case = replace(case, team=upwards, owner="")
    return _began(replace(case, level=case.level + 1, recheck_score=None), care, now)


def with_state(case: Case, state: CaseState) -> Case:
    """The case in another state. Raises CaseRefused when there is no such way."""
    if not may(case.state, state):
        raise CaseRefused(Code.NO_SUCH_STEP, state=Coded("state", case.state), to=Coded("state", state))
    return replace(case, state=state)


def ended(case: Case, outcome: CaseOutcome, now: datetime) -> Case:
    return replace(with_state(case, "closed"), closed_at=iso(now), outcome=outcome, unread=False)


# What happens by itself


def recheck_went(case: Case, level: int, care: Care, now: datetime) -> CaseStep | None:
    """The re-check is on its way; nothing when the case has moved on meanwhile."""
    if case.state != "resolved" or case.level != level:
        return None
    at = iso(now + care.recheck.after)
    return CaseStep(
        replace(with_state(case, "recheck_sent"), recheck_at=at),
        "recheck_sent",
        data={"at": at, "level": level},
    )


def rechecked(
    case: Case, score: int | None, satisfied: bool, said: str, inbound_id: str, care: Care, now: datetime
) -> CaseStep:
    """The answer to a re-check: a good one ends the case, a bad one takes it one level up.

    A late good one confirms a case that silence had closed. While somebody is at work on the case again,
    an answer is only noted: a person sees it.
    """
    data: dict[str, Any] = {"inbound": inbound_id} | ({} if score is None else {"score": score})
    what = "recheck_good" if satisfied else "recheck_bad"
    if said:
        data["words"] = said[:WORDS_KEPT]
    seen = replace(case if satisfied else _with_words(case, said, care, iso(now)), recheck_score=score)
    if case.working:
        return CaseStep(replace(seen, unread=True), what, data=data)
    if not satisfied:
        return CaseStep(replace(escalate(seen, care, now), recheck_score=score, unread=True), what, data=data)
    good = replace(seen, good_recheck_at=iso(now))
    if case.state != "closed":
        return CaseStep(ended(good, "confirmed", now), what, data=data)
    if case.outcome == "unconfirmed":
        good = replace(good, outcome="confirmed")
    return CaseStep(good, what, data=data)


def due(case: Case, care: Care) -> str:
    """When somebody must look at the case next, ISO; "" for never."""
    if case.state == "recheck_sent":
        return iso(parse(case.recheck_at) + care.recheck.silence)
    moments = [getattr(case, name) for name in _running(case)]
    if case.group == "snoozed":
        moments.append(case.snoozed_until)
    return min(moments, default="")


def _running(case: Case) -> list[str]:
    """The deadlines and warnings that have not passed and still matter."""
    if not case.working:
        return []
    names = NAMES[2:] if case.answered_at else NAMES
    return [name for name in names if name not in case.passed]


def timed(case: Case, care: Care, now: datetime) -> CaseStep | None:
    """What the time alone makes of a case: back at the time it was put off to, a warning, overdue, or
    the end of waiting for a re-check."""
    at = iso(now)
    if case.state == "recheck_sent":
        return CaseStep(ended(case, "unconfirmed", now), "unconfirmed") if at >= due(case, care) else None
    if case.group == "snoozed" and case.snoozed_until <= at:
        return CaseStep(replace(case, unread=True), "woken")
    over = [name for name in _running(case) if getattr(case, name) <= at]
    if not over:
        return None
    missed = [name for name in over if name.endswith("_due")]
    case = replace(case, passed=(*case.passed, *over))
    if not missed:
        return CaseStep(case, "warned", data={"which": over})
    lead = care.team(case.team).lead
    case = replace(case, escalated_to=lead)
    return CaseStep(case, "overdue", data={"which": missed} | ({"to": lead} if lead else {}))


def completed(step: CaseStep, care: Care, by: str, now: datetime) -> Case:
    """The case after a step with all that follows from it: rank, running deadline, revision, by whom."""
    case = step.case
    matters = {"resolve_due"} if case.answered_at else {"answer_due", "resolve_due"}
    overdue = case.working and bool(matters.intersection(case.passed))
    hours = rank.bonus(
        care.rank,
        badness=case.badness,
        tier=case.tier,
        urgent=case.urgent,
        phrases=len(case.urgent_words),
        level=case.level,
        overdue=overdue,
    )
    deadline = ""
    if case.working:
        deadline = case.resolve_due if case.answered_at else min(case.answer_due, case.resolve_due)
    return replace(
        case,
        overdue="yes" if overdue else "",
        snoozed_until=case.snoozed_until if case.working and step.what in ASLEEP else "",
        bonus=hours,
        rank=rank.rank(parse(case.opened_at), hours, case.case_id),
        deadline=deadline,
        revision=case.revision + 1,
        changed_at=iso(now),
        changed_by=by or SYSTEM,
        changed_what=step.what,
    )
