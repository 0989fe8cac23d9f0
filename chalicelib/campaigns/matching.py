"""Which campaigns an event starts for a subscriber, and the outbox jobs that follow from it.

Everything here is a function of its arguments: the same event gives the same jobs, whose natural keys
collide, so an event may come any number of times.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Literal, Protocol

from chalicelib import clock
from chalicelib.campaigns import language
from chalicelib.campaigns.campaign import Campaign
from chalicelib.campaigns.campaign_codes import CampaignCode as Code
from chalicelib.campaigns.facts import facts_for, language_of, left_out
from chalicelib.campaigns.grammar import BadSource
from chalicelib.campaigns.language import Unrenderable
from chalicelib.campaigns.variants import HOLDOUT, variant_of
from chalicelib.document import zone_named
from chalicelib.intake.zones import zone_of
from chalicelib.job import Job
from chalicelib.problems import Problem
from chalicelib.store.records import Brand
from chalicelib.store.schema.subscribers import Subscriber

LONGEST_OCCASION = 200  # characters; the key of a row has to hold it with the rest


class IncomingEvent(Protocol):
    """What intake makes of whatever came in."""

    @property
    def id(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def time(self) -> datetime: ...  # aware
    @property
    def fields(self) -> Mapping[str, Any]: ...


Why = Literal["brand", "audience", "below", "condition", "too_late", "cycle_over", "unlimited"]
"""Why a campaign that an event starts has no text for a subscriber: it is another brand's; they are not in
its audience; below every threshold; its condition is not met; too late, or after the cycle's end; there is no
limit to measure against."""


@dataclass(frozen=True, slots=True)
class Matched:
    """What an event leads to for a subscriber: texts, and the campaigns that have none for them."""

    jobs: Sequence[Job] = ()
    misses: Mapping[str, Why] = field(default_factory=dict)  # by campaign id


class Unmatched(ValueError):
    """Some campaigns could not make up their mind about an event; `matched` is what all the others say."""

    def __init__(self, matched: Matched, problems: Iterable[Problem]) -> None:
        self.matched, self.problems = matched, list(problems)
        super().__init__("; ".join(f"{one.place}: {one.code}" for one in self.problems))


@dataclass(frozen=True, slots=True)
class Broadcast:
    """A campaign that everybody in `region` gets, with what the jobs carry and until when they are good."""

    campaign: Campaign
    region: str
    facts: Mapping[str, Any]
    valid_until: str


def match(
    event: IncomingEvent,
    subscriber: Subscriber,
    campaigns: Iterable[Campaign],
    plans: Mapping[str, Mapping[str, Any]],
    brands: Mapping[str, Brand],
    now: datetime,
) -> Matched:
    """One job for each campaign that wants this event for this subscriber, and why the others have none.

    `now`, when the subscriber was read, is aware. What is too late already has no job: its row would hold the
    key of the text that a later event of the same occasion may ask for. Raises Unmatched, which holds what
    could be made, when a condition or an occasion meets facts it cannot work with.
    """
    jobs: list[Job] = []
    misses: dict[str, Why] = {}
    problems: list[Problem] = []
    carried = _carried(event)
    for campaign in campaigns:
        trigger = campaign.trigger
        if trigger.event != event.type or trigger.to:
            continue
        if campaign.brand not in ("*", subscriber.brand):
            misses[campaign.id] = "brand"
            continue
        kind = campaign.event_type
        if kind and kind.limit and event.fields.get(kind.limit) == 0:
            misses[campaign.id] = "unlimited"
            continue
        brand = brands.get(subscriber.brand)
        wanted = language_of(campaign.texts.get(campaign.first_step, {}), subscriber.language, brand)
        facts = facts_for(carried, subscriber, campaign, plans.get(subscriber.plan), brand, now, wanted)
        try:
            made = _job(campaign, subscriber, event, carried, facts, now)
        except (Unrenderable, BadSource) as error:
            problems.append(_of(campaign, error))
            continue
        if isinstance(made, Job):
            jobs.append(made)
        else:
            misses[campaign.id] = made
    matched = Matched(jobs, misses)
    if problems:
        raise Unmatched(matched, problems)
    return matched


def _of(campaign: Campaign, error: Unrenderable | BadSource) -> Problem:
    """What is wrong with a campaign and an event together, with the campaign and the place in it."""
    place = ": ".join(part for part in (campaign.id, error.problem.place) if part)
    return replace(error.problem, place=place, line=error.line)


def broadcasts_for(event: IncomingEvent, campaigns: Iterable[Campaign]) -> list[Broadcast]:
    """The campaigns that tell a whole region about this event; their `when` knows the event's fields only.

    Raises Unmatched (without jobs) as `match` does.
    """
    found: list[Broadcast] = []
    problems: list[Problem] = []
    carried = _carried(event)
    for campaign in campaigns:
        if campaign.trigger.event != event.type or not campaign.trigger.to:
            continue
        facts = _with_blanks(carried, campaign)
        try:
            if not language.condition(campaign.trigger.when)(facts):
                continue
        except (Unrenderable, BadSource) as error:
            problems.append(_of(campaign, error))
            continue
        until = clock.iso(_base(campaign, event) + campaign.trigger.after + campaign.valid_for)
        found.append(Broadcast(campaign, str(event.fields.get("region", "")), carried, until))
    if problems:
        raise Unmatched(Matched(), problems)
    return found


def job_for_match(
    campaign: Campaign, subscriber_id: str, facts: Mapping[str, Any], valid_until: str, not_before: str = ""
) -> Job:
    """The job of a campaign that found somebody by an index: a birthday, a plan's end, a region.

    `facts` are the trigger's variables; the subscriber is looked up, and the audience looked at, when the
    text is claimed. Times are ISO in UTC. Raises Unrenderable when the occasion cannot be said.
    """
    return Job(
        campaign=campaign.id,
        subscriber=subscriber_id,
        occasion=occasion_of(campaign, facts),
        step=campaign.first_step,
        lane=campaign.lane,
        facts=facts,
        valid_until=valid_until,
        not_before=not_before,
    )


def in_audience(campaign: Campaign, facts: Mapping[str, Any]) -> bool:
    """Is the text for them, with `all_facts` as they are now? Nobody is told of a day that has moved since.
    Raises Unrenderable."""
    if campaign.trigger.on and facts.get(campaign.trigger.on) != facts.get("day"):
        return False
    return language.condition(campaign.audience)(facts)


def variant_for(campaign: Campaign, subscriber: str, facts: Mapping[str, Any]) -> str:
    """The variant that somebody gets, "" for none: held back by percent, else the first whose condition is
    true of `facts`, else one by percent. Without any facts there is nobody to ask of. Raises Unrenderable,
    BadSource."""
    by_percent = variant_of(campaign.variants, campaign.id, subscriber)
    if by_percent != HOLDOUT and facts:
        for name, when in campaign.variants_when:
            if language.condition(when)(facts):
                return name
    return by_percent


def occasion_of(campaign: Campaign, carried: Mapping[str, Any]) -> str:
    """What the text is about, from what the job carries: the same event gives the same occasion.

    Raises Unrenderable when a variable is missing or the result is empty or too long.
    """
    said = language.text(campaign.occasion, "en")(_with_blanks(carried, campaign))
    if not said or len(said) > LONGEST_OCCASION:
        long = Problem(Code.OCCASION_TOO_LONG, {"most": LONGEST_OCCASION})
        raise Unrenderable("occasion", long if said else Problem(Code.COMES_OUT_EMPTY))
    return said


def all_facts(
    job: Job,
    subscriber: Subscriber | None,
    campaign: Campaign,
    plan: Mapping[str, Any] | None,
    brand: Brand | None,
    now: datetime,
) -> dict[str, Any]:
    """The facts a job's text is written with when it is claimed, and its audience looked at again.

    `facts["language"]` is the language that `word` will find the step's text in.
    """
    wanted = job.language or (subscriber.language if subscriber else "")
    language = language_of(campaign.texts.get(job.step, {}), wanted, brand)
    return facts_for(job.facts, subscriber, campaign, plan, brand, now, language)


def _job(
    campaign: Campaign,
    subscriber: Subscriber,
    event: IncomingEvent,
    carried: Mapping[str, Any],
    facts: dict[str, Any],
    now: datetime,
) -> Job | Why:
    if not in_audience(campaign, facts):
        return "audience"
    passed = _passed(campaign, facts)
    if not passed:
        return "below" if campaign.trigger.each else "condition"
    *lower, best = passed
    occasion = occasion_of(campaign, {**carried, **best})
    others = (occasion_of(campaign, {**carried, **own}) for own in lower)
    starts = _base(campaign, event) + campaign.trigger.after
    until, cycle_end = starts + campaign.valid_for, _cycle_end(campaign, event, subscriber)
    if kind := campaign.event_type:
        until = min(until, event.time + kind.worth) if kind.worth else until
    if cycle_end and now >= cycle_end:
        return "cycle_over"
    if now >= until:
        return "too_late"
    return Job(
        campaign=campaign.id,
        subscriber=subscriber.subscriber_id,
        occasion=occasion,
        step=campaign.first_step,
        lane=campaign.lane,
        facts={**carried, **best},
        valid_until=clock.iso(min(until, cycle_end) if cycle_end else until),
        not_before=clock.iso(starts) if starts > now else "",
        supersedes=tuple(dict.fromkeys(one for one in others if one != occasion)),
        snapshot=subscriber.as_dict(),
        snapshot_at=clock.iso(now),
    )


def _passed(campaign: Campaign, facts: dict[str, Any]) -> list[dict[str, Any]]:
    """What the trigger adds to the facts each time its condition is true: `{}` once without `each`, else
    `{variable: value}` for every value that passes, each value once, the highest last."""
    when = language.condition(campaign.trigger.when)
    if campaign.trigger.each is None:
        return [{}] if when(facts) else []
    variable, source = campaign.trigger.each
    values = language.expression(source)(facts)
    if not isinstance(values, list | tuple):
        raise Unrenderable("trigger.each", Problem(Code.EACH_NOT_A_LIST, {"source": source}))
    try:
        rising = sorted(set(values))
    except TypeError:
        raise Unrenderable("trigger.each", Problem(Code.EACH_NOT_ORDERED, {"source": source})) from None
    tried = dict(facts)
    passed = []
    for value in rising:
        tried[variable] = value
        if when(tried):
            passed.append({variable: value})
    return passed


def _cycle_end(campaign: Campaign, event: IncomingEvent, subscriber: Subscriber) -> datetime | None:
    """When an event is over by a field of its own: a moment, or the midnight, where the subscriber lives,
    after a last day."""
    kind = campaign.event_type
    last = event.fields.get(kind.worth_until) if kind and kind.worth_until else None
    if not last:
        return None
    if "T" in str(last):
        return clock.parse(str(last))
    return _midnight_after(last, zone_of(subscriber))


@lru_cache(maxsize=256)  # what comes in together mostly ends on a few days, in a few zones
def _midnight_after(day: str, zone: str) -> datetime:
    after = date.fromisoformat(day) + timedelta(days=1)
    return datetime.combine(after, time(), zone_named(zone) or UTC).astimezone(UTC)


def _base(campaign: Campaign, event: IncomingEvent) -> datetime:
    """The moment `after` and `valid_for` count from: the field that `since` names, else the event's time."""
    since = event.fields.get(campaign.trigger.since)
    try:
        return clock.parse(str(since)) if since else event.time
    except ValueError:
        return event.time


def _carried(event: IncomingEvent) -> dict[str, Any]:
    said = {name: value for name, value in event.fields.items() if value is not None and value != ""}
    return {"event_id": event.id, "event_time": clock.iso(event.time), **said}


def _with_blanks(carried: Mapping[str, Any], campaign: Campaign) -> dict[str, Any]:
    return {**left_out(campaign.vocabulary, campaign.trigger.event), **carried}
