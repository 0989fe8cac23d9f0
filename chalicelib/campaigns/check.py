"""Is a campaign fit to be saved? Everything that would otherwise go wrong when a text is sent.

One list of problems for the console and for files: unknown fields and variables (with the nearest name),
what the language does not allow, missing texts and samples, texts that do not come out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from chalicelib.campaigns import language as rules
from chalicelib.campaigns.campaign import (
    FIELDS,
    REMINDER,
    SURVEY_FIELDS,
    TRIGGER_FIELDS,
    BadCampaign,
    Campaign,
    campaign_from,
)
from chalicelib.campaigns.facts import EVENTS, Variable, carried_variables, sample_facts, variables
from chalicelib.campaigns.language import BadSource, Unrenderable, Use, nearest
from chalicelib.campaigns.reading import Problem, is_number
from chalicelib.campaigns.wording import word
from chalicelib.sms.segments import count, why_ucs2
from chalicelib.store.records import Brand, Originator

MANY_SEGMENTS = 10
BRAND_FIELDS = tuple(Brand.__dataclass_fields__)
ORIGINATOR_FIELDS = tuple(Originator.__dataclass_fields__)
PLAN_FIELDS = ("id", "brand", "title", "thresholds", "allowances")
_UNSIGNED = Brand("*", {}, (), {})


def check(document: Mapping[str, Any], brands: Sequence[Brand] = ()) -> list[Problem]:
    """Everything wrong with a campaign's document, as it would be saved; warnings are marked as such.

    `brands` are those it may be sent for; with them the signed texts are tried and counted.
    """
    problems = list(_unknown_fields(document))
    try:
        campaign = campaign_from(document)
    except BadCampaign as error:
        return problems + error.problems
    used = [brand for brand in brands if campaign.brand in ("*", brand.id)]
    for found in (_trigger, _conditions, _sample, _languages):
        problems += found(campaign)
    if brands:
        problems += _brands(campaign, used)
    known = variables(campaign.trigger, campaign.sample)
    for step, texts in campaign.texts.items():
        for language, source in texts.items():
            place = f"texts.{step}.{language}"
            bad = list(_names(place, source, known, rules.text_uses))
            problems += bad
            if not bad:
                problems += _tried(campaign, step, language, used)
                problems += _replaceable(place, source)
    return problems


def check_brand(document: Mapping[str, Any]) -> list[Problem]:
    """Everything wrong with a brand's document."""
    problems = list(_unknown("", document, BRAND_FIELDS))
    originators = document.get("originators")
    if not isinstance(originators, list) or not originators:
        return [*problems, Problem("originators", "must be a list of at least one number or sender ID")]
    for index, one in enumerate(originators):
        place = f"originators.{index}"
        if not isinstance(one, Mapping):
            problems.append(Problem(place, 'must be a mapping such as {identity: …, countries: ["86"]}'))
            continue
        problems += _unknown(place, one, ORIGINATOR_FIELDS)
        if not isinstance(one.get("identity"), str) or not one["identity"]:
            problems.append(Problem(f"{place}.identity", "must be the number or sender ID, in quotes"))
        countries = one.get("countries")
        if not isinstance(countries, list) or not all(
            isinstance(code, str) and (code == "*" or code.isdigit()) for code in countries
        ):
            problems.append(
                Problem(
                    f"{place}.countries",
                    'must be a list of calling codes in quotes, such as ["86"], or ["*"]',
                )
            )
        if one.get("counting", "network") not in ("network", "cn"):
            problems.append(Problem(f"{place}.counting", "must be network or cn"))
        pace = one.get("per_second", 1)
        if isinstance(pace, bool) or not isinstance(pace, int | float) or pace <= 0:
            problems.append(Problem(f"{place}.per_second", "must be message parts a second, more than 0"))
    for name in ("id", "default_language"):
        if not isinstance(document.get(name), str) or not document[name]:
            problems.append(Problem(name, "is missing"))
    for name in ("title", "signature"):
        words = document.get(name)
        if not isinstance(words, Mapping) or not words.get(document.get("default_language")):
            problems.append(Problem(name, "needs words in the brand's default language"))
    if document.get("signature_at", "front") not in ("front", "end"):
        problems.append(Problem("signature_at", "must be front or end"))
    if document.get("opt_out_scope", "all") not in ("all", "category", "campaign"):
        problems.append(Problem("opt_out_scope", "must be all, category or campaign"))
    return problems


def check_plan(document: Mapping[str, Any], brands: Sequence[Brand] = ()) -> list[Problem]:
    """Everything wrong with a plan's document; with `brands`, its brand must be one of them."""
    problems = list(_unknown("", document, PLAN_FIELDS))
    title = document.get("title")
    if not isinstance(title, Mapping) or not title or not all(isinstance(one, str) for one in title.values()):
        problems.append(Problem("title", "needs words for each language, such as {zh-CN: …, en: …}"))
    if brands and document.get("brand") not in (known := [brand.id for brand in brands]):
        problems.append(Problem("brand", f"there is no such brand: one of {', '.join(known)}"))
    for name in ("thresholds", "allowances"):
        if not isinstance(document.get(name, {}), Mapping):
            problems.append(Problem(name, "must be a mapping of resources, such as {data: …}"))
            return problems
    for resource, levels in document.get("thresholds", {}).items():
        if not isinstance(levels, list) or not all(is_number(one) and 0 < one <= 1000 for one in levels):
            said = "must be a list of percentages, such as [80, 90, 100], or [] to tell nothing"
            problems.append(Problem(f"thresholds.{resource}", said))
    for resource, amount in document.get("allowances", {}).items():
        if not is_number(amount) or amount <= 0:
            problems.append(
                Problem(f"allowances.{resource}", "must be a month's MB, min or count, more than 0")
            )
    return problems


def _unknown_fields(document: Mapping[str, Any]) -> Iterator[Problem]:
    yield from _unknown("", document, FIELDS)
    for name, known in (("trigger", TRIGGER_FIELDS), ("survey", SURVEY_FIELDS)):
        inner = document.get(name)
        if isinstance(inner, Mapping):
            yield from _unknown(name, inner, known)


def _unknown(prefix: str, found: Mapping[str, Any], known: tuple[str, ...]) -> Iterator[Problem]:
    for name in found:
        if name not in known:
            place = f"{prefix}.{name}" if prefix else str(name)
            yield Problem(place, f"there is no such field.{nearest(str(name), known)}")


def _trigger(campaign: Campaign) -> Iterator[Problem]:
    trigger = campaign.trigger
    if not trigger.event:
        return
    if trigger.event not in EVENTS:
        yield Problem(
            "trigger.event", f"no event is called {trigger.event!r}.{nearest(trigger.event, list(EVENTS))}"
        )
    elif trigger.since and trigger.since not in (fields := [one.name for one in EVENTS[trigger.event]]):
        yield Problem(
            "trigger.since", f"{trigger.event} has no {trigger.since!r}.{nearest(trigger.since, fields)}"
        )
    by_region = any(one.name == "region" for one in EVENTS.get(trigger.event, ()))
    if trigger.to and not by_region:
        yield Problem("trigger.to", f"{trigger.event} names no region")
    if trigger.to and trigger.each:
        yield Problem("trigger.each", "is not possible for a whole region")


def _conditions(campaign: Campaign) -> Iterator[Problem]:
    trigger = campaign.trigger
    every = variables(trigger, campaign.sample)
    carried = {one.name: one for one in carried_variables(trigger, campaign.sample)}
    each = trigger.each
    yield from _names("trigger.when", trigger.when, carried if trigger.to else every, _expression_uses)
    yield from _names("audience", campaign.audience, every, _expression_uses)
    if each:
        without = {name: one for name, one in every.items() if name != each[0]}
        yield from _names("trigger.each", each[1], without, _expression_uses)
    occasion = campaign.occasion
    if not occasion:
        return
    # An occasion is part of a key: what may change between two tellings of one event must not be in it.
    bad = list(_names("occasion", occasion, carried, rules.text_uses, "an occasion may name only"))
    yield from bad
    if each and not bad and each[0] not in {use.name for use in rules.text_uses(occasion)}:
        yield Problem("occasion", f"must name `{each[0]}`, or all its values would count as the same text")


def _expression_uses(source: str) -> list[Use]:
    return rules.expression_uses(source) if source else []


def _names(
    place: str,
    source: str,
    known: Mapping[str, Variable],
    uses: Callable[[str], Iterable[Use]],
    only: str = "",
) -> Iterator[Problem]:
    """What the language refuses in a source, and the names in it that are not known."""
    try:
        found = uses(source)
    except BadSource as error:
        yield Problem(place, error.error, error.line)
        return
    for use in found:
        if use.name not in known:
            close = nearest(use.name, list(known))
            said = f"`{use.name}` is not a variable of this campaign.{close}"
            if only:
                said = f"`{use.name}` is not possible: {only} {', '.join(sorted(known))}.{close}"
            yield Problem(place, said, use.line)


def _sample(campaign: Campaign) -> Iterator[Problem]:
    trigger = campaign.trigger
    carried = carried_variables(trigger, campaign.sample)
    if not campaign.sample and (trigger.event or trigger.daily):
        yield Problem("sample", f"is missing: give an example of {', '.join(one.name for one in carried)}")
        return
    derived = {"event_id", "event_time"}
    for one in carried:
        if not one.optional and one.name not in derived and one.name not in campaign.sample:
            yield Problem("sample", f"has no `{one.name}`: give an example, such as {one.example!r}")
    known = variables(trigger, campaign.sample)
    for name in campaign.sample:
        if name not in known:
            yield Problem(
                f"sample.{name}",
                f"`{name}` is not a variable of this campaign.{nearest(str(name), list(known))}",
            )


def _languages(campaign: Campaign) -> Iterator[Problem]:
    """Every text in every language that the campaign speaks; a survey's labels and reminder as well."""
    spoken = set(campaign.title) | {language for texts in campaign.texts.values() for language in texts}
    for step, texts in campaign.texts.items():
        for language in sorted(spoken - set(texts)):
            yield Problem(f"texts.{step}", f"has no text in {language}, which the campaign has elsewhere")
    if campaign.survey is None:
        return
    if (campaign.survey.remind_after is None) != (REMINDER not in campaign.texts):
        yield Problem(
            "texts" if campaign.survey.remind_after else "survey",
            "remind_after and a text for the step reminder go together: add what is missing",
        )
    for language in sorted(spoken - set(campaign.survey.raw.get("labels", {}))):
        yield Problem(
            "survey.labels", f"has no words in {language}, so answers in words would not be understood"
        )


def _brands(campaign: Campaign, brands: Sequence[Brand]) -> Iterator[Problem]:
    if not brands:
        yield Problem("brand", f"there is no brand {campaign.brand!r}: use * or a brand's id")
    for brand in brands:
        if not any(brand.signature.values()):
            yield Problem("brand", f"{brand.id} has no signature, which every text needs")
        if campaign.marketing and not any(brand.opt_out_hint.values()):
            yield Problem("brand", f"{brand.id} has no opt_out_hint, which marketing needs")


def _tried(campaign: Campaign, step: str, language: str, brands: Sequence[Brand]) -> Iterator[Problem]:
    """The text as the sample makes it, for each brand; and with what may be unknown left empty."""
    place = f"texts.{step}.{language}"
    only = replace(campaign, texts={step: {language: campaign.texts[step][language]}})
    for brand in brands or (_UNSIGNED,):
        facts = sample_facts(campaign, language, brand if brands else None)
        try:
            body = word(only, step, brand, language, facts).body
        except Unrenderable as error:
            yield Problem(place, f"does not come out with the sample: {error.error}", error.line)
            return
        modes = {one.counting for one in brand.originators}
        segments = max((count(body, mode).segments for mode in modes), default=0)
        if segments > MANY_SEGMENTS:
            yield Problem(place, f"takes {segments} segments for {brand.id}: say it shorter", warning=True)
    facts = sample_facts(campaign, language)
    for one in variables(campaign.trigger, campaign.sample).values():
        if one.optional:
            try:
                word(only, step, _UNSIGNED, language, {**facts, one.name: ""})
            except Unrenderable as error:
                said = f"does not come out when `{one.name}` is unknown: {error.error}"
                yield Problem(place, said, error.line)


def _replaceable(place: str, source: str) -> Iterator[Problem]:
    """Characters that alone turn a text into UCS-2, at twice the price, though others say the same."""
    offenders = why_ucs2(source)
    if any(one.replacement is None for one in offenders):
        return
    for one in offenders:
        line = source.count("\n", 0, one.index) + 1
        said = f"{one.character!r} makes it UCS-2, 70 a segment, not 160: write {one.replacement!r}"
        yield Problem(place, said, line, warning=True)
