"""A campaign as sentences for a page, so that nobody has to read YAML to know what will happen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from chalicelib.campaigns.audience import NO_OWN, AudienceRule, clauses, rules_of
from chalicelib.campaigns.campaign import Campaign, Trigger
from chalicelib.campaigns.facts import titled
from chalicelib.campaigns.survey_block import SurveyBlock
from chalicelib.campaigns.variants import HOLDOUT
from chalicelib.i18n.codes import named
from chalicelib.i18n.formats import all_of, clock_time, duration, listed, one_of
from chalicelib.i18n.translations import N_, said_as, say, say_many
from chalicelib.intake.attributes import Attributes
from chalicelib.intake.vocabulary import EventType


def sentences(campaign: Campaign, language: str) -> list[str]:
    """What the campaign does, a sentence for each of: when, whom, what, variants, survey."""
    return list(sections(campaign, language).values())


def sections(campaign: Campaign, language: str) -> dict[str, str]:
    """The sentences by what they say: `when`, `whom`, `what`; `variants` and `survey` if there are any."""
    found = {
        "when": _when(campaign.trigger, campaign.event_type, campaign.vocabulary.attributes, language),
        "whom": _whom(campaign, language),
        "what": _what(campaign, language),
    }
    by_percent = _variants(campaign.variants, language) if campaign.variants else ""
    if campaign.variants_when:
        asked = _variants_when(campaign.variants_when, language)
        both = {"one": asked, "other": by_percent}
        by_percent = said_as("two sentences", "%(one)s %(other)s", language, **both) if by_percent else asked
    if by_percent:
        found["variants"] = by_percent
    if campaign.survey:
        found["survey"] = _survey(campaign.survey, language)
    return found


def _when(trigger: Trigger, kind: EventType | None, own: Attributes, language: str) -> str:
    if trigger.manual:
        return say("Somebody starts it.", language)
    if trigger.reply:
        return say("When somebody writes %(keywords)s.", language, keywords=one_of(trigger.reply, language))
    at = clock_time(trigger.at)
    if trigger.daily == "birthday":
        return say("On the birthday, at %(at)s where they are.", language, at=at)
    if trigger.every:
        return say_many(
            "Once in %(n)s day for each subscriber, at %(at)s where they are.",
            "Once in %(n)s days for each subscriber, at %(at)s where they are.",
            trigger.every,
            language,
            at=at,
        )
    if trigger.on:
        title = titled(own[trigger.on].field.title, language) if trigger.on in own else trigger.on
        return _before_day(title or trigger.on, trigger.days_before, at, language)
    if trigger.daily:
        return _plan_end(trigger.days_before, at, language)
    event = titled(kind.title, language) if kind else trigger.event
    if trigger.after:
        after = duration(trigger.after, language)
        if trigger.when:
            said = N_("%(after)s after %(event)s and `%(condition)s`.")
            return say(said, language, after=after, event=event, condition=trigger.when)
        return say("%(after)s after %(event)s.", language, after=after, event=event)
    if trigger.when:
        return say("When %(event)s and `%(condition)s`.", language, event=event, condition=trigger.when)
    return say("When %(event)s.", language, event=event)


def _before_day(title: str, days_before: Sequence[int], at: str, language: str) -> str:
    days = [day for day in days_before if day]
    if not days:
        return say("On the day “%(title)s”, at %(at)s where they are.", language, title=title, at=at)
    said = all_of([str(day) for day in days], language)
    if 0 in days_before:
        return say_many(
            "%(days)s day before “%(title)s” and on the day itself, at %(at)s where they are.",
            "%(days)s days before “%(title)s” and on the day itself, at %(at)s where they are.",
            max(days),
            language,
            days=said,
            title=title,
            at=at,
        )
    return say_many(
        "%(days)s day before “%(title)s”, at %(at)s where they are.",
        "%(days)s days before “%(title)s”, at %(at)s where they are.",
        max(days),
        language,
        days=said,
        title=title,
        at=at,
    )


def _plan_end(days_before: Sequence[int], at: str, language: str) -> str:
    days = [day for day in days_before if day]
    if not days:
        return say("On the day the plan ends, at %(at)s where they are.", language, at=at)
    said = all_of([str(day) for day in days], language)
    if 0 in days_before:
        return say_many(
            "%(days)s day before the plan ends and on the day itself, at %(at)s where they are.",
            "%(days)s days before the plan ends and on the day itself, at %(at)s where they are.",
            max(days),
            language,
            days=said,
            at=at,
        )
    return say_many(
        "%(days)s day before the plan ends, at %(at)s where they are.",
        "%(days)s days before the plan ends, at %(at)s where they are.",
        max(days),
        language,
        days=said,
        at=at,
    )


def _whom(campaign: Campaign, language: str) -> str:
    own = campaign.vocabulary.attributes
    who = say("all subscribers", language)
    if campaign.brand != "*":
        who = say("subscribers of %(brand)s", language, brand=campaign.brand)
    found = [(clause, rules_of(clause, own)) for clause in clauses(campaign.audience)]
    rules = _rules([rule_said(one, language, own) for _, rules in found for one in rules or ()], language)
    conditions = [f"`{clause}`" for clause, rules in found if not rules]
    rest = said_as("between two conditions of an audience", " and ", language).join(conditions)
    if rules and rest:
        return say(
            "For %(who)s whose %(rules)s and with %(rest)s.", language, who=who, rules=rules, rest=rest
        )
    if rules:
        return say("For %(who)s whose %(rules)s.", language, who=who, rules=rules)
    if rest:
        return say("For %(who)s with %(rest)s.", language, who=who, rest=rest)
    return say("For %(who)s.", language, who=who)


def _rules(parts: Sequence[str], language: str) -> str:
    if len(parts) < 2:
        return "".join(parts)
    comma = said_as("between two rules of an audience", ", ", language)
    last = said_as("before the last rule of an audience", ", and whose ", language)
    return f"{comma.join(parts[:-1])}{last}{parts[-1]}"


def field_said(name: str, language: str, own: Attributes) -> str:
    """What a rule's field is called; an attribute of the operator's by its title."""
    return (
        (titled(own[name].field.title, language) or name) if name in own else named("field", name, language)
    )


WORDED = {"status": "subscriber", "tier": "tier"}  # fields whose values have words, and of which kind


def rule_said(rule: AudienceRule, language: str, own: Attributes = NO_OWN) -> str:
    """`等级是以下之一：金卡、钻石`, "tier is one of gold, diamond"."""
    kind = WORDED.get(rule.field, "") if rule.field not in own else ""
    values = [named(kind, value, language) if kind else value for value in rule.values]
    field, operator = field_said(rule.field, language, own), named("operator", rule.op, language)
    if not rule.values:
        return said_as("a rule", "%(field)s %(operator)s", language, field=field, operator=operator)
    return said_as(
        "a rule",
        "%(field)s %(operator)s %(values)s",
        language,
        field=field,
        operator=operator,
        values=listed(values, language),
    )


def _what(campaign: Campaign, language: str) -> str:
    window = campaign.window
    doubt = N_("once more") if campaign.when_in_doubt == "resend" else N_("not again")
    when = say("at any time", language)
    if window:
        hours = f"{clock_time(window.start)}–{clock_time(window.end)}"
        when = say("between %(hours)s where they are", language, hours=hours)
    return say(
        "Sends “%(title)s” (%(category)s) %(when)s, within %(lasts)s; when in doubt, %(doubt)s.",
        language,
        title=titled(campaign.title, language),
        category=named("category", campaign.category, language),
        when=when,
        lasts=duration(campaign.valid_for, language),
        doubt=say(doubt, language),
    )


def _variants_when(variants: Sequence[tuple[str, str]], language: str) -> str:
    named = [f"{name} ({when})" for name, when in variants]
    return say(
        "By condition, the first that is true: %(variants)s.", language, variants=listed(named, language)
    )


def _variants(variants: Mapping[str, int], language: str) -> str:
    sent = [f"{name} {share}%" for name, share in sorted(variants.items()) if name != HOLDOUT]
    if rest := variants.get(HOLDOUT):
        return say_many(
            "In %(n)s variant: %(variants)s; %(rest)s%% get nothing, to compare with.",
            "In %(n)s variants: %(variants)s; %(rest)s%% get nothing, to compare with.",
            len(sent),
            language,
            variants=listed(sent, language),
            rest=rest,
        )
    return say_many(
        "In %(n)s variant: %(variants)s.",
        "In %(n)s variants: %(variants)s.",
        len(sent),
        language,
        variants=listed(sent, language),
    )


def _survey(survey: SurveyBlock, language: str) -> str:
    low, high = survey.scale
    parts = [
        say(
            "Asks for a score from %(low)s to %(high)s, %(best)s is best",
            language,
            low=low,
            high=high,
            best=survey.best,
        )
    ]
    if bad := [str(one) for one in sorted(survey.dissatisfied)]:
        parts.append(say("%(scores)s opens a case", language, scores=one_of(bad, language)))
    if survey.remind_after:
        parts.append(say("reminds after %(after)s", language, after=duration(survey.remind_after, language)))
    if rest := survey.not_asked_within:
        parts.append(
            say(
                "asks nobody whom a survey asked within %(within)s", language, within=duration(rest, language)
            )
        )
    parts.append(say("ends after %(after)s", language, after=duration(survey.expires_after, language)))
    return say(
        "%(parts)s.", language, parts=said_as("between parts of a sentence", "; ", language).join(parts)
    )


def step_names(steps: Iterable[str], language: str) -> dict[str, str]:
    """What a campaign's texts are called: step -> words."""
    found = {}
    for step in steps:
        name, at, variant = step.partition("@")
        found[step] = named("text", name, language) + (f" · {variant}" if at else "")
    return found
