"""What a text comes to with real subscribers: segments, price, where they break, what makes them dear."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Any

from chalicelib.campaigns.campaign import Campaign
from chalicelib.campaigns.campaign_codes import CampaignCode as Code
from chalicelib.campaigns.facts import carried_variables, facts_for, language_of, sample_facts
from chalicelib.campaigns.language import Unrenderable
from chalicelib.campaigns.live import Live
from chalicelib.campaigns.wording import word
from chalicelib.job import Job
from chalicelib.problems import Problem
from chalicelib.sms.price import Price, price
from chalicelib.sms.segments import (
    GSM_ALONE,
    GSM_JOINED,
    UCS_ALONE,
    UCS_JOINED,
    Offender,
    count,
    split,
    why_ucs2,
)
from chalicelib.store.records import Brand, Originator
from chalicelib.store.schema.base import replace
from chalicelib.store.schema.subscribers import Subscriber

TEST = "test"  # the campaign that tries texts on one's own phone


@dataclass(frozen=True, slots=True)
class Filled:
    """A text as one subscriber would get it. `breaks` are the places in `body` (code points) where the
    second and further segments begin; `left` is how many units still fit the last segment."""

    subscriber: Subscriber
    body: str
    language: str
    originator: str
    encoding: str
    segments: int
    units: int
    left: int
    breaks: tuple[int, ...]
    price: Price | None


@dataclass(frozen=True, slots=True)
class Unfilled:
    """A subscriber that the text cannot be made for, and why."""

    subscriber: Subscriber
    problem: Problem


@dataclass(frozen=True, slots=True)
class Meter:
    """What a text comes to for a sample, in one language or in all."""

    tried: int
    shortest: Filled
    typical: Filled  # the middle one, by segments and length
    longest: Filled
    segments: Mapping[int, int]  # segments -> how many of the sample
    average: Mapping[str, float]  # currency -> list price a text


def fill(
    campaign: Campaign,
    step: str,
    subscriber: Subscriber,
    current: Live,
    prices: Mapping[str, Any],
    now: datetime,
    language: str = "",
) -> Filled:
    """The text of a step (`text`, `text@b`) as this subscriber would get it now, with the campaign's sample
    for what an event or the day says, and the example of each personal attribute in place of theirs.
    `language` overrides theirs. Raises Unrenderable."""
    brand = current.brands.get(subscriber.brand) or _any(current)
    if brand is None:
        raise Unrenderable("brand", Problem(Code.NO_BRAND_TO_SIGN))
    texts = campaign.texts.get(step, {})
    chosen = language_of(texts, language or subscriber.language, brand)
    examples = sample_facts(campaign, chosen, brand)
    carried = {one.name: examples[one.name] for one in carried_variables(campaign)}
    plan = current.plans.get(subscriber.plan)
    facts = facts_for(carried, _unseen(subscriber, campaign), campaign, plan, brand, now, chosen)
    body = word(campaign, step, brand, chosen, facts).body
    originator = (
        brand.originator_for(subscriber.msisdn, promotional=campaign.marketing) if subscriber.msisdn else None
    )
    return counted(body, chosen, subscriber, originator or _first(brand), prices)


def _unseen(subscriber: Subscriber, campaign: Campaign) -> Subscriber:
    """The subscriber as somebody may see them who only writes texts."""
    own = campaign.vocabulary.attributes
    examples = {
        name: own[name].field.example for name in subscriber.own_fields if name in own and own[name].personal
    }
    return replace(subscriber, own_fields={**subscriber.own_fields, **examples}) if examples else subscriber


def _any(current: Live) -> Brand | None:
    return current.brands[min(current.brands)] if current.brands else None


def _first(brand: Brand) -> Originator:
    return brand.originators[0]


def plain(body: str, language: str, subscriber: Subscriber, brand: Brand) -> Filled:
    """A text that is no campaign's, as this subscriber would get it, behind the brand's signature."""
    originator = brand.originator_for(subscriber.msisdn) or _first(brand)
    return counted(body, language, subscriber, originator, {})


def counted(
    body: str, language: str, subscriber: Subscriber, originator: Originator, prices: Mapping[str, Any]
) -> Filled:
    """A finished text with what it comes to from this originator."""
    found = count(body, originator.counting)
    pieces = split(body, originator.counting)
    return Filled(
        subscriber=subscriber,
        body=body,
        language=language,
        originator=originator.identity,
        encoding=found.encoding,
        segments=found.segments,
        units=found.units,
        left=_room(found.encoding, found.segments, originator.counting) - found.units,
        breaks=tuple(accumulate(len(piece) for piece in pieces))[:-1],
        price=price(subscriber.msisdn, found.segments, prices) if subscriber.msisdn else None,
    )


def _room(encoding: str, segments: int, counting: str) -> int:
    """How many units so many segments hold."""
    if counting != "cn" and encoding == "GSM-7":
        return GSM_ALONE if segments == 1 else GSM_JOINED * segments
    return UCS_ALONE if segments == 1 else UCS_JOINED * segments


def fill_all(
    campaign: Campaign,
    step: str,
    people: Iterable[Subscriber],
    current: Live,
    prices: Mapping[str, Any],
    now: datetime,
    language: str = "",
) -> tuple[list[Filled], list[Unfilled]]:
    """The text for each of these; and those it cannot be made for."""
    filled: list[Filled] = []
    unfilled: list[Unfilled] = []
    for one in people:
        try:
            filled.append(fill(campaign, step, one, current, prices, now, language))
        except Unrenderable as error:
            unfilled.append(Unfilled(one, error.problem))
    return filled, unfilled


def varied(people: Sequence[Subscriber], wanted: int = 10) -> list[Subscriber]:
    """So many of these, of as many different plans, languages, brands and kinds of names as there are."""
    groups: dict[tuple[object, ...], list[Subscriber]] = {}
    for one in people:
        kind = (one.brand, one.language, one.plan, not one.name, len(one.name) > 20)
        groups.setdefault(kind, []).append(one)
    chosen: list[Subscriber] = []
    while len(chosen) < wanted and any(groups.values()):
        chosen += [group.pop(0) for group in groups.values() if group]
    return chosen[:wanted]


def meter(filled: Sequence[Filled]) -> Meter | None:
    """Shortest, typical and longest of some texts; None for none."""
    if not filled:
        return None
    ordered = sorted(filled, key=lambda one: (one.segments, one.units, len(one.body)))
    priced: dict[str, list[float]] = {}
    for one in filled:
        if one.price is not None:
            priced.setdefault(one.price.currency, []).append(float(one.price.amount))
    return Meter(
        tried=len(filled),
        shortest=ordered[0],
        typical=ordered[len(ordered) // 2],
        longest=ordered[-1],
        segments=dict(sorted(Counter(one.segments for one in filled).items())),
        average={currency: sum(each) / len(each) for currency, each in priced.items()},
    )


@dataclass(frozen=True, slots=True)
class Mark:
    """A character of a template's source that makes the text UCS-2: where it is (line and column from 1,
    `index` in code points) and what could stand for it, None for nothing."""

    index: int
    line: int
    column: int
    character: str
    replacement: str | None


def marks(source: str) -> list[Mark]:
    """What in a source makes every text of it UCS-2, in order."""
    return [_mark(source, one) for one in why_ucs2(source)]


def _mark(source: str, one: Offender) -> Mark:
    before = source[: one.index]
    line = before.count("\n") + 1
    return Mark(one.index, line, one.index - (before.rfind("\n") + 1) + 1, one.character, one.replacement)


def replaced(source: str) -> str:
    """The source with every such character replaced, if something can stand for each of them; else as it
    is: a Chinese text stays UCS-2 and would only lose its punctuation."""
    found = why_ucs2(source)
    if any(one.replacement is None for one in found):
        return source
    for one in reversed(found):
        end = one.index + len(one.character)
        source = source[: one.index] + str(one.replacement) + source[end:]
    return source


def trial_job(filled: Filled, to: str, id: str, valid_until: str) -> Job:
    """The job that brings a filled text to one's own phone (`to`, an MSISDN), whatever state the campaign
    is in. `id` is drawn for each try; `valid_until` is ISO."""
    return Job(
        campaign=TEST,
        subscriber="-",
        occasion=id,
        step="text",
        lane="urgent",
        facts={"text": filled.body},
        to=to,
        brand=filled.subscriber.brand,
        language=filled.language,
        valid_until=valid_until,
    )
