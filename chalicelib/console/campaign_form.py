"""The form of a campaign: a document as fields of text, and the document as the fields change it.

A part of the form that was left as it was leaves the document as it is, so that what came from a file is not
rewritten. Mistakes are not judged here but by `campaigns.check`, so they are the same for files; only what
cannot be put into a document at all is a problem of the form's own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, cast

from chalicelib.campaigns import language
from chalicelib.campaigns.audience import AudienceRule, BadRule, Op, clauses, condition_of
from chalicelib.campaigns.campaign import INVITATION, REMINDER, TEXT
from chalicelib.campaigns.campaign_codes import CampaignCode as Code
from chalicelib.campaigns.facts import COMMON, DAILY, EVERY_EVENT, REPLY, SUBSCRIBER
from chalicelib.campaigns.grammar import BadSource
from chalicelib.campaigns.variants import HOLDOUT
from chalicelib.console.campaign_fields import (
    PLAIN,
    TRIGGER,
    FormValues,
    daily_kind,
    listed,
    pairs,
    shown_as,
    spoken,
    under,
    value_of,
    values_of,
)
from chalicelib.console.frame import whole
from chalicelib.intake.attributes import Attributes
from chalicelib.intake.vocabulary import Vocabulary
from chalicelib.problems import Problem

OCCASIONS: Final[FormValues] = {
    "birthday": "{{ calendar }}-{{ year }}",
    "plan_end": "{{ ends_on }}/{{ days_before }}",
    "day": "{{ day }}/{{ days_before }}",
    "every": "{{ day }}",
    "manual": "",
    "reply": "",
}
"""What one text is about, for triggers where that is plain; else what the event's type says, or the event."""
EVENT_FIELDS: Final = ("when", "after", "since", "to")
_PARTS: Final[FormValues] = {
    "rule": "audience",
    "variant": "variants",
}  # a field's head -> its part, if another
_ROWS: Final[FormValues] = {**_PARTS, "survey|question": "survey"}
_MORE = re.compile(
    r"(rule\|\d{1,3}\|(field|op|values)|variant\|\d{1,2}\|(name|percent)|survey\|question\|\d\|(step|when|options)"
    r"|registration\|[A-Z]{2}|text\|[a-z][a-z0-9_]{0,39}(@[a-z][a-z0-9_]{0,19})?\|[A-Za-z-]{2,12})\Z"
)
"""Fields that a form may have beside those of the document as it was."""


def written(
    document: Mapping[str, Any], form: FormValues, known: Vocabulary
) -> tuple[dict[str, Any], dict[str, str], list[Problem]]:
    """The document as the form changes it, the fields as they are to be shown again, and what of the form no
    document can hold. Fields that the form does not have stay as they are."""
    before = values_of(document, known.attributes)
    given = {name: value.replace("\r\n", "\n").replace("\r", "\n") for name, value in form.items()}
    typed = {
        **before,
        **{name: value for name, value in given.items() if name in before or _MORE.match(name)},
    }
    changed = {
        name
        for name, value in typed.items()
        if (
            value != before.get(name, "")
            if _part(name) == "text"
            else value.strip() != before.get(name, "").strip()
        )
    }
    parts = {_part(name) for name in changed}
    made = dict(document)
    problems: list[Problem] = []
    for part, build in _BUILT.items():
        if part in parts:
            problems += build(made, typed, before)
    if "audience" in parts:
        problems += _audience(made, typed, known.attributes)
    if "trigger" in parts:
        _follow_trigger(made, known, keep_occasion="occasion" in changed)
    shown = values_of(made, known.attributes) | {
        name: typed[name] for name in changed if _part(name) != "text"
    }
    for head in (one for one, part in _ROWS.items() if part in parts):
        rows = {name: value for name, value in typed.items() if name.startswith(f"{head}|")}
        shown = {name: value for name, value in shown.items() if not name.startswith(f"{head}|")} | rows
    return made, shown, problems


def _part(name: str) -> str:
    head = name.partition("|")[0]
    return "plain" if head in PLAIN else _PARTS.get(head, head)


def _put(made: dict[str, Any], name: str, value: Any) -> None:
    """Set a field, or leave it out when there is nothing to say."""
    made.pop(name, None)
    if value not in ("", None, {}, []):
        made[name] = value


def _plain(made: dict[str, Any], typed: FormValues, before: FormValues) -> list[Problem]:
    for name in PLAIN:
        if typed[name].strip() != before[name]:
            _put(made, name, value_of(typed[name]) if name == "priority" else typed[name].strip())
    return []


def _titles(made: dict[str, Any], typed: FormValues, _: FormValues) -> list[Problem]:
    known = made.get("title") or {}
    made["title"] = {
        one: words.strip() for (one,), words in under("title", typed) if words.strip() or one in known
    }
    return []


def _texts(made: dict[str, Any], typed: FormValues, _: FormValues) -> list[Problem]:
    known = made.get("texts") or {}
    texts: dict[str, dict[str, str]] = {step: {} for step in known}
    for (step, one), source in under("text", typed):
        if source.strip() or (step in known and "@" not in step):
            texts.setdefault(step, {})[one] = source
    made["texts"] = {step: found for step, found in texts.items() if found}
    return []


def _registered(made: dict[str, Any], typed: FormValues, _: FormValues) -> list[Problem]:
    numbers = {country: number.strip() for (country,), number in under("registration", typed)}
    _put(made, "registrations", {country: number for country, number in numbers.items() if number})
    return []


def _trigger(made: dict[str, Any], typed: FormValues, _: FormValues) -> list[Problem]:
    fields = {name: typed[f"trigger|{name}"].strip() for name in TRIGGER}
    match fields["kind"]:
        case "manual":
            made["trigger"] = {"manual": True}
        case "reply":
            made["trigger"] = {"reply": listed(fields["reply"])}
        case "birthday":
            made["trigger"] = {"daily": "birthday", "at": fields["at"]}
        case "plan_end":
            days = [value_of(one) for one in listed(fields["days_before"])]
            made["trigger"] = {"daily": "plan_end", "days_before": days, "at": fields["at"]}
        case "day":
            days = [value_of(one) for one in listed(fields["days_before"])]
            made["trigger"] = {"daily": {"on": fields["on"], "days_before": days}, "at": fields["at"]}
        case "every":
            every = f"{fields['every']}d" if fields["every"].isdecimal() else fields["every"]
            made["trigger"] = {"daily": {"every": every}, "at": fields["at"]}
        case _:
            made["trigger"] = {"event": fields["event"]}
            _put(made["trigger"], "each", pairs(fields["each"]))
            for name in EVENT_FIELDS:
                _put(made["trigger"], name, fields[name])
    return []


def _follow_trigger(made: dict[str, Any], known_words: Vocabulary, keep_occasion: bool) -> None:
    """Give another trigger the examples that it needs, and the occasion that suits it."""
    trigger = made["trigger"]
    kind = known_words.events.get(str(trigger.get("event") or ""))
    by_person = "reply" if "reply" in trigger else "manual"
    source = daily_kind(trigger.get("daily")) or str(trigger.get("event") or by_person)
    carried = REPLY if source == "reply" else DAILY.get(source) or (kind.variables if kind else ())
    each = trigger.get("each") or {}
    sample = dict(made.get("sample") or {})
    if source != "manual":
        names = {one.name for one in (*carried, *SUBSCRIBER, *COMMON)} | set(each)
        shown = () if source == "reply" else carried
        needed = {one.name: one.example for one in shown if not one.optional} | dict.fromkeys(each, 80)
        sample = needed | {name: value for name, value in sample.items() if name in names}
    _put(made, "sample", sample)
    known = {one.name for one in (*carried, *(EVERY_EVENT if trigger.get("event") else ()))} | set(each)
    if not keep_occasion and not _fits(str(made.get("occasion", "")), known, each):
        usual = OCCASIONS.get(source, kind.occasion if kind and kind.occasion else "{{ event_id }}")
        _put(made, "occasion", usual if _fits(usual, known, each) or not usual else "{{ event_id }}")


def _fits(occasion: str, known: set[str], each: Mapping[str, str]) -> bool:
    try:
        named = {use.name for use in language.text_uses(occasion)}
    except BadSource:
        return True  # it is the writer's to mend
    return bool(named) and named <= known and set(each) <= named


def _thresholds(made: dict[str, Any], typed: FormValues, _: FormValues) -> list[Problem]:
    found = pairs(typed["thresholds"])
    _put(
        made, "thresholds", {name: [value_of(one) for one in listed(given)] for name, given in found.items()}
    )
    return []


def _audience(made: dict[str, Any], typed: FormValues, own: Attributes) -> list[Problem]:
    rows = _rows("rule", typed, ("field", "op", "values"))
    rules = [
        AudienceRule(row["field"], cast("Op", row["op"] or "is"), tuple(listed(row["values"])))
        for _, row in rows
    ]
    try:
        condition = condition_of(rules, own)
    except BadRule as error:
        return [replace(error.problem, place=f"audience.{rows[error.number - 1][0]}")]
    rest = typed["audience|rest"].strip()
    if condition and rest:
        rest = f"({rest})" if _loose(rest) else rest
    _put(made, "audience", " and ".join(one for one in (condition, rest) if one))
    return []


def _loose(condition: str) -> bool:
    """Would it mean something else with `and` before it?"""
    return len(clauses(f"this and {condition}")) == 1


def _variants(made: dict[str, Any], typed: FormValues, before: FormValues) -> list[Problem]:
    shares: dict[str, Any] = {}
    problems = []
    texts = dict(made.get("texts") or {})
    kept = {row["name"] for _, row in _rows("variant", typed, ("name", "percent"))}
    for number, row in _rows("variant", typed, ("name", "percent")):
        name, old = row["name"], before.get(f"variant|{number}|name", "")
        if name in shares or name == HOLDOUT:
            code = Code.HOLDOUT_ROW if name == HOLDOUT else Code.VARIANT_TWICE
            problems.append(Problem(code, place=f"variants.{number}"))
        shares[name] = value_of(row["percent"])
        if old and old not in kept:  # another name for the same words
            texts = {re.sub(f"@{re.escape(old)}\\Z", f"@{name}", step): each for step, each in texts.items()}
    if typed["variant|holdout"].strip() not in ("", "0"):
        shares[HOLDOUT] = value_of(typed["variant|holdout"])
    _put(made, "variants", shares)
    asked, old_ones = pairs(typed["variant|when"]), list(pairs(before["variant|when"]))
    _put(made, "variants_when", [{"variant": name, "when": when} for name, when in asked.items()])
    for old, name in zip(old_ones, asked, strict=False):
        if old not in asked and name not in old_ones:  # another name for the same words
            texts = {re.sub(f"@{re.escape(old)}\\Z", f"@{name}", step): each for step, each in texts.items()}
    named = ("", *shares, *asked)
    made["texts"] = {step: each for step, each in texts.items() if _of_variant(step) in named}
    return problems


def _of_variant(step: str) -> str:
    return step.partition("@")[2]


def _survey(made: dict[str, Any], typed: FormValues, _: FormValues) -> list[Problem]:
    texts = made.get("texts") or {}
    old = made.pop("survey", None)
    if typed["survey|on"] != "yes":
        dropped = {REMINDER, *(one.get("step") for one in (old or {}).get("questions") or ())}
        made["texts"] = _renamed(texts, INVITATION, TEXT, dropped)
        return []
    low, high = value_of(typed["survey|low"]), value_of(typed["survey|high"])
    block = {
        "scale": [low, high],
        "best": low if typed["survey|best"] == "low" else high,
        "labels": {one: pairs(words) for (one,), words in under("survey|labels", typed) if words.strip()},
        "letters": {one: value_of(score) for one, score in pairs(typed["survey|letters"]).items()},
        "prefix": typed["survey|prefix"].strip(),
        "dissatisfied": [value_of(one) for one in listed(typed["survey|dissatisfied"])],
        "options": pairs(typed["survey|options"]),
        "questions": [
            _question(row) for _, row in _rows("survey|question", typed, ("step", "when", "options"))
        ],
        "remind_after": typed["survey|remind_after"].strip(),
        "expires_after": typed["survey|expires_after"].strip(),
        "not_asked_within": typed["survey|not_asked_within"].strip(),
    }
    found = {
        name: value for name, value in block.items() if value not in ("", {}, []) or name == "dissatisfied"
    }
    empty = {
        name: value for name, value in (old or {}).items() if value in ("", {}, []) and name not in found
    }
    made["survey"] = {**found, **empty}
    made["texts"] = _renamed(texts, TEXT, INVITATION, set() if block["remind_after"] else {REMINDER})
    for step in [REMINDER] * bool(block["remind_after"]) + [
        one["step"] for one in found.get("questions", ())
    ]:
        made["texts"].setdefault(step, dict.fromkeys(spoken(made), ""))
    return []


def _question(row: FormValues) -> dict[str, Any]:
    one: dict[str, Any] = {"step": row["step"], "when": row["when"] or "always"}
    _put(one, "options", pairs(row["options"]))
    return one


def _renamed(texts: Mapping[str, Any], old: str, new: str, dropped: set[Any]) -> dict[str, Any]:
    """The texts with one step called otherwise, for every variant, and some left out."""
    found = {}
    for step, sources in texts.items():
        name, at, variant = step.partition("@")
        if name not in dropped:
            found[f"{new if name == old else name}{at}{variant}"] = sources
    return found


def _sample(made: dict[str, Any], typed: FormValues, _: FormValues) -> list[Problem]:
    old = made.get("sample") or {}
    found = {
        name: old[name] if name in old and shown_as(old[name]) == value else value_of(value)
        for name, value in pairs(typed["sample"]).items()
    }
    _put(made, "sample", found)
    return []


_BUILT: Final = {
    "plain": _plain,
    "title": _titles,
    "text": _texts,
    "registration": _registered,
    "trigger": _trigger,
    "thresholds": _thresholds,
    "variants": _variants,
    "survey": _survey,
    "sample": _sample,
}
"""How each part of the form changes a document; what names texts comes after the texts."""


def _rows(head: str, typed: FormValues, names: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    """The rows of which the first field says something, or any field of which does when it is no choice."""
    found: dict[int, dict[str, str]] = {}
    for rest, value in under(head, typed):
        if len(rest) == 2 and whole(rest[0]) is not None and rest[1] in names:
            found.setdefault(int(rest[0]), dict.fromkeys(names, ""))[rest[1]] = value.strip()
    asked = {"op", "when"}  # choices that always have a value
    return [
        (number, row)
        for number, row in sorted(found.items())
        if any(value for name, value in row.items() if name not in asked)
    ]
