"""Events that came in: apply what they change, send on what they start, record what became of each."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from chalicelib import queues
from chalicelib.campaigns import synthetic
from chalicelib.campaigns.campaign import Campaign
from chalicelib.campaigns.event_outcomes import matched_outcome, outcome, refused_outcome
from chalicelib.campaigns.live import Live, live
from chalicelib.campaigns.matching import Unmatched, broadcasts_for, match
from chalicelib.campaigns.synthetic import Probe
from chalicelib.clock import iso, parse
from chalicelib.intake import reassignment, subscriber_changes
from chalicelib.intake.event import BadEvent, Event, event_from
from chalicelib.intake.intake_codes import IntakeCode
from chalicelib.intake.subscriber import subscriber_id
from chalicelib.intake.values import BadField
from chalicelib.intake.vocabulary import Vocabulary
from chalicelib.job import Job
from chalicelib.letter_codes import LetterCode
from chalicelib.problems import Problem, as_json
from chalicelib.store import event_history, recipients, subscribers
from chalicelib.store.schema.results import EventOutcome
from chalicelib.store.schema.subscribers import Subscriber, SubscriberItem

OURS = "operator."  # what the source of an event in begins with
WAITS = timedelta(hours=1)  # that an event waits for its subscriber to become known
SHORTEST, LONGEST = 30, 900  # seconds until it is looked at again; SQS delays by no more
RefusedMessage = tuple[str, Problem]  # a message body and why it cannot be handled


@dataclass(frozen=True, slots=True)
class _Opened:
    """A message taken apart; what is in it may be anything."""

    body: str
    kind: Any
    detail: Any
    source: str
    waiting_since: str


@dataclass(frozen=True, slots=True)
class Arrived:
    """An event with the message it came in."""

    event: Event
    body: str
    source: str
    waiting_since: str = ""  # ISO; of one that was put back since nobody knew its subscriber


@dataclass(slots=True)
class _Batch:
    """What is to be done at the end of a batch."""

    now: datetime
    vocabulary: Vocabulary
    probe: Probe | None = None
    refused: list[RefusedMessage] = field(default_factory=list)
    outcomes: list[EventOutcome] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    waiting: dict[int, list[str]] = field(default_factory=dict)  # by seconds

    def end(self, one: Arrived, code: str, **more: Any) -> None:
        """Record what became of an event."""
        self.outcomes.append(outcome(one.event, one.source, code, self.now, **more))

    def refuse(self, one: Arrived, code: str, problem: Problem) -> None:
        """Set an event aside for good."""
        self.refused.append((one.body, problem))
        self.end(one, code, problem=as_json(problem))


def take(bodies: Sequence[str], now: datetime, probe: Probe | None = None) -> list[RefusedMessage]:
    """Handle a batch of bus events (JSON text with `source`, `detail-type` and `detail`), in the order of
    their times. With a `probe`, synthetic events become its texts.

    Returns those that can never be handled. Safe to repeat: changes know their time, jobs their key. An event
    whose subscriber nobody knows is put back on the queue until it has waited for `WAITS`.
    """
    opened, closed = _opened(bodies)
    known = recipients.look_up(_named(opened), strongly=(recipients.CATALOGUE,))
    current = live(known.control)
    batch = _Batch(now, current.vocabulary, probe, closed)
    arrived = sorted(_read(opened, batch), key=lambda one: one.event.time)
    changed: dict[str, Subscriber] = {}
    applied: dict[int, str] = {}
    rest: list[Arrived] = []
    for one in arrived:
        if one.event.type in _CHANGES:
            subscriber = _CHANGES[one.event.type](one.event)
            if subscriber is None:
                _wait(one, batch)
                continue
            changed[subscriber.subscriber_id] = subscriber
            applied[id(one)] = _applied(one.event, subscriber)
        elif current.vocabulary.events[one.event.type].sets:
            try:
                subscriber = _set(one.event, current.vocabulary)
            except BadField as bad:
                batch.refuse(one, "refused", bad.problem)
                continue
            if subscriber is None:
                _wait(one, batch)
                continue
            changed[subscriber.subscriber_id] = subscriber
            applied[id(one)] = "applied"
        rest.append(one)
    # A change may be of others, too: a number is taken from whoever had it, even for somebody not known yet.
    before = {} if any(one.event.type in _CHANGES for one in arrived) else known.subscribers
    asked = {one.event.subscriber_id or "" for one in rest} - {*before, *changed, ""}
    people = {**before, **subscribers.get_many(sorted(asked)), **changed}
    campaigns = {kind: current.started_by(kind) for kind in {one.event.type for one in rest}}
    for one in rest:
        if one.event.subscriber_id is None:
            _broadcast(one, campaigns[one.event.type], batch)
        elif subscriber := people.get(one.event.subscriber_id):
            _match(one, subscriber, campaigns[one.event.type], current, applied.get(id(one), ""), batch)
        else:
            _wait(one, batch)
    queues.send_jobs(batch.jobs)
    for seconds, again in batch.waiting.items():
        queues.send("intake", again, delay=seconds)
    # Of an event that came twice in one batch the last counts: both come to the same.
    event_history.put_many(list({one.key: one for one in batch.outcomes}.values()))
    return batch.refused


def _opened(bodies: Sequence[str]) -> tuple[list[_Opened], list[RefusedMessage]]:
    """The messages of a batch taken apart, and those that cannot be."""
    found: list[_Opened] = []
    refused: list[RefusedMessage] = []
    for body in bodies:
        try:
            envelope = json.loads(body)
            source, since = (str(envelope.get(name) or "") for name in ("source", "waiting_since"))
            found.append(_Opened(body, envelope["detail-type"], envelope["detail"], source, since))
        except (ValueError, KeyError, TypeError, AttributeError):
            refused.append((body, Problem(LetterCode.NOT_AN_EVENT)))
    return found, refused


def _named(opened: Iterable[_Opened]) -> set[str]:
    """The subscribers whom these seem to be about, but for changes, which read their own."""
    found = set()
    for one in opened:
        if isinstance(one.detail, Mapping) and isinstance(one.kind, str) and one.kind not in _CHANGES:
            with suppress(BadField):
                found.add(subscriber_id("subscriber_id", one.detail.get("subscriber_id")))
    return found


def _read(opened: Iterable[_Opened], batch: _Batch) -> list[Arrived]:
    """The events of a batch; what is none is refused."""
    found = []
    for one in opened:
        try:
            if batch.probe and (one.source, one.kind) == (synthetic.SOURCE, synthetic.EVENT):
                batch.jobs.append(synthetic.job_of_event(batch.probe, one.detail))
                continue
        except (KeyError, TypeError, ValueError):
            batch.refused.append((one.body, Problem(LetterCode.NOT_AN_EVENT)))
            continue
        try:
            if one.source and not one.source.startswith(OURS):
                strange = {"source": one.source[:40]}
                raise BadEvent(Problem(IntakeCode.SOURCE_UNKNOWN, strange, "source"))
            event = event_from(one.kind, one.detail, batch.now, batch.vocabulary)
        except BadEvent as error:
            batch.refused.append((one.body, error.problem))
            if ended := refused_outcome(one.detail, one.kind, one.source, error.problem, batch.now):
                batch.outcomes.append(ended)
            continue
        found.append(Arrived(event, one.body, one.source, one.waiting_since))
    return found


def _match(
    one: Arrived,
    subscriber: Subscriber,
    campaigns: Sequence[Campaign],
    current: Live,
    changed: str,
    batch: _Batch,
) -> None:
    """The texts that an event asks for."""
    now = batch.now
    try:
        matched = match(one.event, subscriber, campaigns, current.plans, current.brands, now)
    except Unmatched as error:
        matched = error.matched
        problem = _all_of(error)
        batch.refused.append((one.body, problem))
        batch.end(one, "failed", problem=as_json(problem), texts=tuple(job.item for job in matched.jobs))
    else:
        batch.outcomes.append(matched_outcome(one.event, one.source, subscriber, matched, changed, now))
    batch.jobs += matched.jobs


def _set(event: Event, known: Vocabulary) -> Subscriber | None:
    """Set the attributes that an event's type sets. None: unknown. Raises BadField for a value that an
    attribute does not take."""
    values = {}
    for attribute, name in known.events[event.type].sets.items():
        value = event.fields.get(name, "")
        if attribute in known.attributes and value != "":  # null: there is none any more
            one = known.attributes[attribute].field
            values[attribute] = None if value is None else one.read(name, value)
    return subscriber_changes.set_own(str(event.subscriber_id), values, at=iso(event.time))


def _applied(event: Event, after: Subscriber) -> str:
    """`applied`, or `older` where what the event says is not so of the subscriber afterwards."""
    said: Mapping[str, Any] = event.fields
    if event.type == "plan.changed":
        said = {"plan": said["plan"], "plan_ends_on": said["ends_on"] or ""}
    if event.type == "number.released":
        return "older" if after.msisdn == said["msisdn"] else "applied"
    known = {**after.own_fields, **{name: getattr(after, name) for name in Subscriber.attributes}}
    return "applied" if all(known.get(name, "") == value for name, value in said.items()) else "older"


def _plan_changed(event: Event) -> Subscriber | None:
    assert event.subscriber_id is not None  # noqa: S101 (of_subscriber)
    fields = {"plan": event.fields["plan"], "plan_ends_on": event.fields["ends_on"] or ""}
    at = iso(event.time)
    return subscriber_changes.change(
        event.subscriber_id, fields, at=at, stamp=SubscriberItem.plan_at, create=False
    )


_CHANGES: Mapping[str, Callable[[Event], Subscriber | None]] = {
    "subscriber.changed": reassignment.change,
    "plan.changed": _plan_changed,
    "number.assigned": reassignment.assign,
    "number.released": reassignment.release,
}


def _all_of(error: Unmatched) -> Problem:
    """What several campaigns could not make of an event, as one reason."""
    first, *more = error.problems
    return Problem(LetterCode.SEVERAL, {"problems": tuple(error.problems)}) if more else first


def _wait(one: Arrived, batch: _Batch) -> None:
    """Look at an event again later, for its subscriber may be on the way; refuse it after `WAITS`."""
    since = parse(one.waiting_since) if one.waiting_since else batch.now
    waited = batch.now - since
    if waited >= WAITS:
        unknown = {"value": one.event.subscriber_id}
        batch.refuse(one, "refused", Problem(IntakeCode.SUBSCRIBER_UNKNOWN, unknown, "subscriber_id"))
        return
    delay = min(max(int(waited.total_seconds()), SHORTEST), LONGEST)
    again = json.dumps({**json.loads(one.body), "waiting_since": iso(since)}, ensure_ascii=False)
    batch.waiting.setdefault(delay, []).append(again)
    if not one.waiting_since:
        batch.end(one, "waiting", since=iso(since + WAITS))


def _broadcast(one: Arrived, campaigns: Sequence[Campaign], batch: _Batch) -> None:
    """Start a run for every campaign that tells a region about an event."""
    event = one.event
    kind = batch.vocabulary.events[event.type]
    if (ends := event.fields.get(kind.worth_until)) and "T" in ends and parse(ends) <= batch.now:
        batch.end(one, "over")
        return
    try:
        found = broadcasts_for(event, campaigns)
    except Unmatched as error:
        batch.refuse(one, "failed", _all_of(error))
        return
    if not found:
        batch.end(one, "no_campaign")
        return
    from chalicelib.campaigns import planner  # reads through pynamodb, which few batches of events need

    day = event.time.date().isoformat()
    runs = [
        planner.region_run(each.campaign, event.id, each.region, each.facts, each.valid_until, day)
        for each in found
    ]
    if not planner.anybody_in(runs[0]):
        nobody = {"region": event.fields["region"]}
        batch.refuse(one, "nobody", Problem(IntakeCode.REGION_NOBODY, nobody, "region"))
        return
    for run in runs:
        planner.start(run, batch.now)
    batch.end(one, "run")
