"""What conditions and texts may name, and where it comes from.

A job carries what its event or its day said; the subscriber, the plan and the brand are looked up
again when the text is claimed, so that a text says what is true when it goes out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.campaigns.campaign import Campaign
from chalicelib.campaigns.not_known import NOT_KNOWN, NotKnown, known
from chalicelib.intake.vocabulary import Variable, Vocabulary
from chalicelib.intake.zones import zone_of
from chalicelib.job import Facts
from chalicelib.store.records import Brand
from chalicelib.store.schema.subscribers import Subscriber


def _variables(optional: str = "", **examples: Any) -> tuple[Variable, ...]:
    empty = optional.split()
    return tuple(Variable(name, example, name in empty) for name, example in examples.items())


EVERY_EVENT = _variables(event_id="ev-1", event_time="2026-11-23T10:00:00.000Z")
DAILY: Mapping[str, tuple[Variable, ...]] = {
    "birthday": _variables(calendar="solar", year=2026),
    "plan_end": _variables(ends_on="2026-11-30", days_before=7, days_left=7),
    "day": _variables(day="2026-12-31", days_before=30, days_left=30),
    "every": _variables(day="2026-11-30"),
}
# What a keyword brings: the reply, and the case of whoever wrote it that is open, if there is one.
REPLY = _variables(
    "case_id case_state case_topic case_opened_at case_expected_by",
    reply_id="in-1",
    reply_time="2026-11-23T10:00:00.000Z",
    keyword="STATUS",
    case_id="K-2026-0007",
    case_state="in_progress",
    case_topic="网络",
    case_opened_at="2026-11-22T09:00:00+08:00",
    case_expected_by="2026-11-24T18:00:00+08:00",
)
SUBSCRIBER = _variables(
    "name time_zone region tier plan plan_ends_on birthday since",
    subscriber_id="s-1001",
    name="王芳",
    time_zone="Asia/Shanghai",
    brand="yuntong",
    region="湖南/长沙",
    tier="gold",
    plan="5g-128",
    plan_ends_on="2026-11-30",
    birthday="1990-08-15",
    birthday_calendar="solar",
    status="active",
    since="2019-03-01",
)
COMMON = _variables(
    "plan_title",
    plan_title="5G畅享128元套餐",
    brand_title="云通",
    care_number="10000",
    language="zh-CN",
    today="2026-11-23",
    thresholds=[80, 90, 100],
)

COUNTED_BY = ("total", "step", "variant", "hour")  # see `tally.counters`
# What an attribute of the operator's must not be called.
TAKEN = frozenset(
    one.name
    for one in (*SUBSCRIBER, *COMMON, *EVERY_EVENT, *REPLY, *(one for each in DAILY.values() for one in each))
) | {"msisdn", "status_since", "previous_msisdns", "threshold", "attributes", *COUNTED_BY}

# Whom the samples are about, where the language asks for somebody else than the examples above.
IN_ENGLISH: Mapping[str, Any] = {
    "name": "Emily Carter",
    "region": "Illinois/Chicago",
    "time_zone": "America/Chicago",
    "plan_title": "Skylark Plus 25 GB",
    "brand": "skylark",
    "brand_title": "Skylark Mobile",
    "care_number": "611",
}
REPLY_IN_ENGLISH: Mapping[str, Any] = {"case_topic": "Network"}


def carried_variables(campaign: Campaign) -> tuple[Variable, ...]:
    """What a job of this campaign carries. A person's, and an event's of a type that nobody knows, is what
    the campaign's sample holds."""
    trigger = campaign.trigger
    each = (Variable(trigger.each[0], 80),) if trigger.each else ()
    if trigger.daily:
        return DAILY[trigger.daily] + each
    if trigger.reply:
        return REPLY
    if kind := campaign.event_type:
        return EVERY_EVENT + kind.variables + each
    known = {one.name for one in (*SUBSCRIBER, *COMMON, *own_variables(campaign.vocabulary), *each)}
    own = tuple(Variable(name, value) for name, value in campaign.sample.items() if name not in known)
    return (EVERY_EVENT if trigger.event else ()) + own + each


def own_variables(vocabulary: Vocabulary) -> tuple[Variable, ...]:
    """The operator's own fields of subscribers; anybody's may be empty."""
    return tuple(Variable(name, one.field.example, True) for name, one in vocabulary.attributes.items())


def variables(campaign: Campaign) -> dict[str, Variable]:
    """Everything a condition or text of this campaign may name; what is carried wins."""
    named = (*own_variables(campaign.vocabulary), *SUBSCRIBER, *COMMON, *carried_variables(campaign))
    return {one.name: one for one in named}


def sample_facts(campaign: Campaign, language: str, brand: Brand | None = None) -> dict[str, Any]:
    """Facts to try a text with: the campaign's `sample` over the examples above, in the language."""
    named = variables(campaign)
    facts = {one.name: one.example for one in named.values()} | {"language": language}
    if language[:2] == "en":
        carried = {one.name for one in carried_variables(campaign)}
        facts |= {name: value for name, value in IN_ENGLISH.items() if name not in carried}
        facts |= {name: value for name, value in REPLY_IN_ENGLISH.items() if name in carried}
    if brand is not None:
        facts |= {
            "brand": brand.id,
            "brand_title": titled(brand.title, language),
            "care_number": brand.care_number,
        }
    return facts | dict(campaign.sample)


def facts_for(
    carried: Facts,
    subscriber: Subscriber | None,
    campaign: Campaign,
    plan: Mapping[str, Any] | None,
    brand: Brand | None,
    now: datetime,
    language: str = "",
) -> dict[str, Any]:
    """All the facts about one text: `carried` (an event's fields, or a job's facts) over the subscriber's.

    What is not known is NOT_KNOWN: empty, so that a condition may ask, and neither more nor less than others.
    `plan` is the plan's document, `language` the one the text will be in. Nothing is raised.
    """
    facts = dict(_blanks(campaign.vocabulary, campaign.trigger.event))
    if subscriber is not None:
        facts.update(campaign.vocabulary.still_fitting(subscriber.own_fields))
        facts.update(zip(_SUBSCRIBER_NAMES, map(known, _of_subscriber(subscriber)), strict=True))
        if _ODD_REGION.search(subscriber.region):
            from chalicelib.intake.regions import region_of  # takes time, and is seldom needed

            facts["region"] = region_of(subscriber.region).name
    today = now.astimezone(_zone(zone_of(subscriber) if subscriber else "")).date()
    facts["today"] = today.isoformat()
    facts["language"] = language
    if brand is not None:
        facts["brand"] = brand.id
        facts["brand_title"] = titled(brand.title, language)
        facts["care_number"] = known(brand.care_number)
    if plan:
        facts["plan_title"] = known(titled(plan.get("title", {}), language))
    for name, value in carried.items():
        facts[name] = known(value)
    facts["thresholds"] = _thresholds(facts.get("resource", ""), campaign, plan)
    if ends_on := facts.get("day" if campaign.trigger.on else "ends_on") or facts.get("cycle_ends_on"):
        facts["days_left"] = _days_until(ends_on, today)  # as it is now, not when the event came
    return facts


def language_of(texts: Mapping[str, Any], wanted: str, brand: Brand | None) -> str:
    """Which of the languages in `texts` to use: the wanted one or its nearest relative, else the brand's,
    else the first by name. Without texts, the wanted one or the brand's."""
    default = brand.default_language if brand else ""
    if not texts:
        return wanted or default
    for wish in (wanted, default):
        if wish in texts:
            return wish
        main = wish.partition("-")[0].lower()
        for one in sorted(texts):
            if main and one.partition("-")[0].lower() == main:
                return one
    return min(texts)


def titled(titles: Mapping[str, str] | str | None, language: str) -> str:
    """A title in the language, or in the first one there is; "" when there is none."""
    if not titles:
        return ""
    if isinstance(titles, str):
        return titles
    found = titles.get(language)
    return found if found is not None else next(iter(titles.values()), "")


def made_up_subscriber(msisdn: str, brand: str, language: str) -> Subscriber:
    """Nobody, with a phone: whom a test text is about, so that no person's data goes to another's phone."""
    said = {one.name: one.example for one in SUBSCRIBER}
    if language == "en":
        said |= {name: value for name, value in IN_ENGLISH.items() if name in said}
    known = {name: value for name, value in said.items() if name in Subscriber.attributes}
    return Subscriber(**known | {"msisdn": msisdn, "brand": brand, "language": language})


# Stored before regions had one form, perhaps: 湖南省, 长沙市, Hunan/长沙.
_ODD_REGION = re.compile(r"[省市区县州盟旗]|[A-Za-z].*[\u3400-\u9fff]|[\u3400-\u9fff].*[A-Za-z]")
_SUBSCRIBER_NAMES = tuple(one.name for one in SUBSCRIBER)
_of_subscriber = attrgetter(*_SUBSCRIBER_NAMES)


@lru_cache(maxsize=256)
def left_out(vocabulary: Vocabulary, event: str) -> Mapping[str, str]:
    """What an event of this type may leave out, not known."""
    kind = vocabulary.events.get(event)
    return {one.name: NOT_KNOWN for one in kind.variables if one.optional} if kind else {}


@lru_cache(maxsize=256)
def _blanks(vocabulary: Vocabulary, event: str) -> Mapping[str, Any]:
    """What a text may name whatever is known, not known; and what an event of this type may leave out."""
    always = (*SUBSCRIBER, *COMMON)
    own: dict[str, Any] = dict.fromkeys(vocabulary.attributes, NOT_KNOWN)
    return {**{one.name: NOT_KNOWN for one in always}, **own, **left_out(vocabulary, event)}


@lru_cache(maxsize=512)
def _zone(name: str) -> ZoneInfo | Any:
    try:
        return ZoneInfo(name) if name else UTC
    except (KeyError, ValueError, OSError):
        return UTC


def _thresholds(resource: object, campaign: Campaign, plan: Mapping[str, Any] | None) -> list[float]:
    own = plan.get("thresholds") if plan else None
    if isinstance(own, Mapping) and resource in own:
        return list(own[resource])
    return list(campaign.thresholds.get(str(resource), ()))


def _days_until(ends_on: object, today: date) -> int | NotKnown:
    try:
        return max((date.fromisoformat(str(ends_on)) - today).days, 0)
    except ValueError:
        return NOT_KNOWN
