"""Is a campaign fit to be saved? Everything that would otherwise go wrong when a text is sent.

One list of problems for the console and for files: unknown fields and variables (with the nearest name),
what the language does not allow, missing texts and samples, texts that do not come out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from chalicelib.campaigns import kinds, sense
from chalicelib.campaigns import language as rules
from chalicelib.campaigns.campaign import (
    FIELDS,
    ON_FIELDS,
    REMINDER,
    TRIGGER_FIELDS,
    WHEN_FIELDS,
    Campaign,
    campaign_from,
)
from chalicelib.campaigns.campaign_codes import CampaignCode as Code
from chalicelib.campaigns.facts import REPLY, carried_variables, sample_facts, variables
from chalicelib.campaigns.grammar import BadSource
from chalicelib.campaigns.keyword_rules import folded
from chalicelib.campaigns.language import Unrenderable, Use
from chalicelib.campaigns.not_known import NOT_KNOWN
from chalicelib.campaigns.survey_block import SURVEY_FIELDS
from chalicelib.campaigns.trigger_rules import (
    kinds_in_conditions,
    occasion_problems,
    of_another_trigger,
    trigger_problems,
)
from chalicelib.campaigns.wording import word
from chalicelib.document import Reader, nearest, repeated
from chalicelib.intake.subscriber import LANGUAGES
from chalicelib.intake.vocabulary import Variable, Vocabulary
from chalicelib.problems import BadDocument, Problem
from chalicelib.sms.segments import count, why_ucs2
from chalicelib.store.records import Brand

MANY_SEGMENTS = 10
_UNSIGNED = Brand("*", {}, (), {})


def check(
    document: Mapping[str, Any], brands: Sequence[Brand] = (), vocabulary: Vocabulary | None = None
) -> list[Problem]:
    """Everything wrong with a campaign's document, as it would be saved; warnings are marked as such.

    `brands` are those it may be sent for; with them the signed texts are tried and counted. `vocabulary` are
    the events and attributes that there are; None: those that ship.
    """
    problems = _unknown_fields(document)
    problems += repeated(document, but=("sample", "texts", "trigger.reply"))
    try:
        campaign = campaign_from(document, vocabulary=vocabulary)
    except BadDocument as error:
        return problems + error.problems
    used = [brand for brand in brands if campaign.brand in ("*", brand.id)]
    for found in (trigger_problems, _conditions, sense.of_hours, _sample, _languages):
        problems += found(campaign)
    if brands:
        problems += _brands(campaign, used)
    known = variables(campaign)
    for step, texts in campaign.texts.items():
        for language, source in texts.items():
            place = f"texts.{step}.{language}"
            bad = list(_names(place, source, known, rules.text_uses))
            problems += bad
            if not bad:
                tree = rules.text_tree(source)
                odd = (*kinds.problems_in(tree, campaign), *sense.of_text(tree, known))
                problems += [replace(one, place=place) for one in odd]
                problems += _tried(campaign, step, language, used)
                problems += _replaceable(place, source)
    return problems


def check_keywords(campaign: Campaign, campaigns: Iterable[Campaign]) -> Iterator[Problem]:
    """What is wrong with a campaign's keywords beside those of the others that the same people may get."""
    for other in campaigns:
        if other.id == campaign.id or len({other.brand, campaign.brand} - {"*"}) > 1:
            continue
        theirs = {folded(one) for one in other.trigger.reply}
        for keyword in campaign.trigger.reply:
            if folded(keyword) in theirs:
                values = {"value": repr(keyword), "other": other.id}
                yield Problem(Code.KEYWORD_OF_ANOTHER, values, "trigger.reply")


def _unknown_fields(document: Mapping[str, Any]) -> list[Problem]:
    reader = Reader(document)
    reader.only(FIELDS)
    for each in reader.each("variants_when"):
        each.only(WHEN_FIELDS)
    for name, known in (("trigger", TRIGGER_FIELDS), ("survey", SURVEY_FIELDS)):
        inner = document.get(name)
        if isinstance(inner, Mapping):
            Reader(inner, name, reader.problems).only(known)
            if name == "trigger":
                of_another_trigger(Reader(inner, name, reader.problems))
            if isinstance(inner.get("daily"), Mapping):
                Reader(inner["daily"], f"{name}.daily", reader.problems).only(ON_FIELDS)
    return reader.problems


def _conditions(campaign: Campaign) -> Iterator[Problem]:
    trigger = campaign.trigger
    every = variables(campaign)
    carried = {one.name: one for one in carried_variables(campaign)}
    each = trigger.each
    yield from _names("trigger.when", trigger.when, carried if trigger.to else every, _expression_uses)
    yield from _names("audience", campaign.audience, every, _expression_uses)
    for number, (_, when) in enumerate(campaign.variants_when):
        yield from _names(f"variants_when[{number}].when", when, every, _expression_uses)
    if each:
        without = {name: one for name, one in every.items() if name != each[0]}
        yield from _names("trigger.each", each[1], without, _expression_uses)
    yield from kinds_in_conditions(campaign)
    if not campaign.occasion:
        return
    # An occasion is part of a key: what may change between two tellings of one event must not be in it, nor
    # what is counted when the text is claimed.
    if trigger.daily:
        carried = {name: one for name, one in carried.items() if name != "days_left"}
    bad = list(_names("occasion", campaign.occasion, carried, rules.text_uses, Code.NOT_IN_OCCASION))
    yield from bad or occasion_problems(campaign, carried)


def _expression_uses(source: str) -> list[Use]:
    return rules.expression_uses(source) if source else []


def _names(
    place: str,
    source: str,
    known: Mapping[str, Variable],
    uses: Callable[[str], Iterable[Use]],
    code: str = Code.NOT_A_VARIABLE_HERE,
) -> Iterator[Problem]:
    """What the language refuses in a source, and the names in it that are not known."""
    try:
        found = uses(source)
    except BadSource as error:
        yield replace(error.problem, place=place, line=error.line)
        return
    for use in found:
        if use.name not in known:
            values = {"name": use.name, "choices": sorted(known)}
            yield Problem(code, values, place, use.line, close=nearest(use.name, known))


def _sample(campaign: Campaign) -> Iterator[Problem]:
    trigger = campaign.trigger
    carried = carried_variables(campaign)
    if not campaign.sample and (trigger.event or trigger.daily):
        yield Problem(Code.NO_SAMPLE, {"names": [one.name for one in carried]}, "sample")
        return
    derived = {"event_id", "event_time", *(one.name for one in REPLY)}
    for one in carried:
        if not one.optional and one.name not in derived and one.name not in campaign.sample:
            yield Problem(Code.NOT_IN_SAMPLE, {"name": one.name, "example": repr(one.example)}, "sample")
    known = variables(campaign)
    for name in campaign.sample:
        if name not in known:
            close = nearest(str(name), known)
            yield Problem(Code.NOT_A_VARIABLE_HERE, {"name": name}, f"sample.{name}", close=close)


def _languages(campaign: Campaign) -> Iterator[Problem]:
    """Every text in every language that the campaign speaks; a survey's labels and reminder as well."""
    spoken = set(campaign.title) | {language for texts in campaign.texts.values() for language in texts}
    for step, texts in campaign.texts.items():
        for language in sorted(set(texts) - set(LANGUAGES)):
            values = {"language": language, "choices": LANGUAGES}
            yield Problem(Code.LANGUAGE_OF_NOBODY, values, f"texts.{step}.{language}")
    for step, texts in campaign.texts.items():
        for language in sorted(spoken - set(texts)):
            yield Problem(Code.TEXT_MISSING_IN, {"language": language}, f"texts.{step}")
    if campaign.survey is None:
        return
    if (campaign.survey.remind_after is None) != (REMINDER not in campaign.texts):
        place = "texts" if campaign.survey.remind_after else "survey"
        yield Problem(Code.REMINDER_HALF, place=place)
    for language in sorted(spoken - set(campaign.survey.labels)):
        yield Problem(Code.LABELS_MISSING_IN, {"language": language}, "survey.labels")


def _brands(campaign: Campaign, brands: Sequence[Brand]) -> Iterator[Problem]:
    if not brands:
        yield Problem(Code.NO_SUCH_BRAND, {"value": repr(campaign.brand)}, "brand")
    for brand in brands:
        if not any(brand.signature.values()):
            yield Problem(Code.NO_SIGNATURE, {"brand": brand.id}, "brand")
        if campaign.marketing and not any(brand.opt_out_hint.values()):
            yield Problem(Code.NO_WAY_OUT, {"brand": brand.id}, "brand")


def _tried(campaign: Campaign, step: str, language: str, brands: Sequence[Brand]) -> Iterator[Problem]:
    """The text as the sample makes it, for each brand; and with what may be unknown left empty."""
    place = f"texts.{step}.{language}"
    only = replace(campaign, texts={step: {language: campaign.texts[step][language]}})
    for brand in brands or (_UNSIGNED,):
        facts = sample_facts(campaign, language, brand if brands else None)
        try:
            body = word(only, step, brand, language, facts).body
        except Unrenderable as error:
            yield Problem(Code.SAMPLE_FAILS, {"problem": error.problem}, place, max(error.line, 1))
            return
        modes = {one.counting for one in brand.originators}
        segments = max((count(body, mode).segments for mode in modes), default=0)
        if segments > MANY_SEGMENTS:
            values = {"n": segments, "brand": brand.id}
            yield Problem(Code.MANY_SEGMENTS, values, place, warning=True)
    facts = sample_facts(campaign, language)
    named = {use.name for use in rules.text_uses(only.texts[step][language])}
    empty = [one.name for one in variables(campaign).values() if one.optional and one.name in named]
    together = [empty] if len(empty) > 1 else []
    for names in (*([one] for one in empty), *together):
        try:
            word(only, step, _UNSIGNED, language, {**facts, **dict.fromkeys(names, NOT_KNOWN)})
        except Unrenderable as error:
            values = {"name": ", ".join(names), "problem": error.problem}
            yield Problem(Code.UNKNOWN_FAILS, values, place, max(error.line, 1))
            if len(names) == 1:
                together.clear()


def _replaceable(place: str, source: str) -> Iterator[Problem]:
    """Characters that alone turn a text into UCS-2, at twice the price, though others say the same."""
    offenders = why_ucs2(source)
    if any(one.replacement is None for one in offenders):
        return
    for one in offenders:
        line = source.count("\n", 0, one.index) + 1
        values = {"character": repr(one.character), "replacement": repr(one.replacement)}
        yield Problem(Code.DEAR_CHARACTER, values, place, line, warning=True)
