"""A campaign's document as the fields of its form: names, texts, and where a problem is to be mended."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from chalicelib.campaigns.audience import NO_OWN, clauses, rules_of
from chalicelib.campaigns.campaign import EVERY, ON_A_DAY
from chalicelib.campaigns.variants import HOLDOUT
from chalicelib.console.frame import whole
from chalicelib.i18n.translations import languages
from chalicelib.intake.attributes import Attributes

FormValues = Mapping[str, str]
KINDS: Final = ("event", "birthday", "plan_end", "day", "every", "reply", "manual")
PLAIN: Final[FormValues] = {
    "brand": "*",
    "category": "",
    "lane": "bulk",
    "send_window": "",
    "valid_for": "",
    "when_in_doubt": "drop",
    "priority": "",
    "occasion": "",
}
"""Fields that are one value, with what the form shows where the document has none."""
MORE_ROWS: Final = 2
TRIGGER: Final[FormValues] = {
    "kind": "event",
    "event": "usage.reported",
    "when": "",
    "each": "",
    "after": "",
    "since": "",
    "to": "",
    "at": "10:00",
    "on": "",
    "every": "90",
    "days_before": "7, 3, 1, 0",
    "reply": "",
}
SURVEY: Final[Mapping[str, Any]] = {
    "scale": [1, 5],
    "best": 5,
    "dissatisfied": [1, 2],
    "labels": {
        "zh-CN": {5: "非常满意", 4: "满意", 3: "一般", 2: "不满意", 1: "非常不满意"},
        "en": {5: "very satisfied", 4: "satisfied", 3: "neutral", 2: "dissatisfied", 1: "very dissatisfied"},
    },
    "expires_after": "72h",
}
"""What a survey begins with when one is added."""
_PAIR = re.compile(r"\s*([^\s:：=]+)\s*[:：=]?\s*(.*?)\s*\Z")
_NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{1,9})?\Z")
_DAYS = re.compile(r"(\d+)d\Z")
_COMMAS = re.compile(r"[,，、;；]")


def values_of(document: Mapping[str, Any], own: Attributes = NO_OWN) -> dict[str, str]:
    """The document as the form shows it: field name -> text. Rules may be about the attributes `own`."""
    found = {name: shown_as(document.get(name, default)) for name, default in PLAIN.items()}
    titles = document.get("title") or {}
    found |= {f"title|{one}": shown_as(titles.get(one, "")) for one in dict.fromkeys((*languages(), *titles))}
    found |= {f"trigger|{name}": value for name, value in _trigger_values(document).items()}
    found["thresholds"] = lines(document.get("thresholds") or {})
    found |= _audience_values(str(document.get("audience", "")), own)
    shares = document.get("variants") or {}
    for number, name in enumerate((one for one in shares if one != HOLDOUT), start=1):
        found |= {f"variant|{number}|name": name, f"variant|{number}|percent": shown_as(shares[name])}
    found["variant|holdout"] = shown_as(shares.get(HOLDOUT, ""))
    found["variant|when"] = lines(by_condition(document))
    found |= _survey_values(document.get("survey"))
    found["sample"] = lines(document.get("sample") or {})
    for step, sources in _offered(document).items():
        found |= {f"text|{step}|{one}": source for one, source in sources.items()}
    registered = document.get("registrations") or {}
    found |= {f"registration|{country}": shown_as(number) for country, number in registered.items()}
    return found


def by_condition(document: Mapping[str, Any]) -> dict[str, str]:
    """The variants that are chosen by a condition, in their order."""
    found = document.get("variants_when") or ()
    return {str(one.get("variant", "")): " ".join(str(one.get("when", "")).splitlines()) for one in found}


def spoken(document: Mapping[str, Any]) -> list[str]:
    """The languages that a campaign is written in."""
    steps = (document.get("texts") or {}).values()
    return list(dict.fromkeys([*(document.get("title") or {}), *(one for texts in steps for one in texts)]))


def _offered(document: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Every text that can be written: those there are, and a variant's own words where it has none."""
    texts = {step: dict(sources) for step, sources in (document.get("texts") or {}).items()}
    blank = dict.fromkeys(spoken(document), "")
    plain = [step for step in texts if "@" not in step]
    named = (*by_condition(document), *(document.get("variants") or {}))
    own = [f"{step}@{one}" for one in named if one != HOLDOUT for step in plain]
    return {step: {**blank, **texts.get(step, {})} for step in dict.fromkeys((*texts, *own))}


def daily_kind(daily: object) -> str:
    """What a daily trigger goes by: a word, or what its own fields say."""
    if isinstance(daily, Mapping):
        return EVERY if "every" in daily else ON_A_DAY
    return str(daily or "")


def _trigger_values(document: Mapping[str, Any]) -> dict[str, str]:
    trigger = document.get("trigger") or {}
    other = next((one for one in ("manual", "reply") if trigger.get(one)), "event")
    daily = trigger.get("daily") or other
    kind = daily_kind(daily)
    trigger = {**trigger, **daily} if isinstance(daily, Mapping) else trigger
    given = {name: shown_as(value) for name, value in trigger.items() if name in TRIGGER}
    if "every" in given:
        given["every"] = _DAYS.sub(r"\1", given["every"])
    each = trigger.get("each")
    return {**TRIGGER, **given, "kind": kind, "each": lines(each) if isinstance(each, Mapping) else ""}


def _audience_values(condition: str, own: Attributes) -> dict[str, str]:
    """The clauses that are rules as rows, the rest as one condition."""
    rows: dict[str, str] = {}
    rest: list[str] = []
    number = 0
    for clause in clauses(condition):
        found = rules_of(clause, own) or []
        if not found or any(_COMMAS.search(value) for one in found for value in one.values):
            rest.append(clause)
            continue
        for one in found:
            number += 1
            rows |= {f"rule|{number}|field": one.field, f"rule|{number}|op": one.op}
            rows[f"rule|{number}|values"] = ", ".join(one.values)
    return {**rows, "audience|rest": " and ".join(rest)}


def _survey_values(survey: Mapping[str, Any] | None) -> dict[str, str]:
    block = survey or SURVEY
    low, high = (*(block.get("scale") or ()), "", "")[:2]
    found = {
        "on": "yes" if survey else "",
        "low": shown_as(low),
        "high": shown_as(high),
        "best": "low" if block.get("best") == low else "high",
        "dissatisfied": shown_as(block.get("dissatisfied", "")),
        "prefix": shown_as(block.get("prefix", "")),
        "letters": lines(block.get("letters") or {}),
        "options": lines(block.get("options") or {}),
        "remind_after": shown_as(block.get("remind_after", "")),
        "expires_after": shown_as(block.get("expires_after", "")),
        "not_asked_within": shown_as(block.get("not_asked_within", "")),
    }
    labels = block.get("labels") or {}
    for one in dict.fromkeys((*languages(), *labels)):
        found[f"labels|{one}"] = lines(labels.get(one) or {})
    for number, one in enumerate(block.get("questions") or (), start=1):
        found |= {f"question|{number}|step": shown_as(one.get("step", ""))}
        found |= {f"question|{number}|when": shown_as(one.get("when", "always"))}
        found |= {f"question|{number}|options": lines(one.get("options") or {})}
    return {f"survey|{name}": value for name, value in found.items()}


def rows_of(head: str, values: FormValues) -> list[int]:
    """The numbers of the rows that the form shows: those that say something, and some to fill in."""
    filled = {
        int(rest[0]) for rest, value in under(head, values) if value.strip() and whole(rest[0]) is not None
    }
    last = max(filled, default=0)
    return sorted(filled | set(range(last + 1, last + 1 + MORE_ROWS)))


def under(head: str, values: FormValues) -> Iterable[tuple[list[str], str]]:
    """The fields below a head, with the rest of their names: `title|en` of `title` is `["en"]`."""
    for name, value in values.items():
        if name.startswith(f"{head}|"):
            yield name[len(head) + 1 :].split("|"), value


def listed(text: str) -> list[str]:
    return [one for part in _COMMAS.split(text) if (one := part.strip())]


def pairs(text: str) -> dict[str, str]:
    """`name: words` on each line."""
    found = (_PAIR.match(line) for line in text.splitlines() if line.strip())
    return {one[1]: one[2] for one in found if one}


def value_of(text: str) -> Any:
    """A number where it is one, true and false, a list or mapping as JSON has them; else the text."""
    text = text.strip()
    if (
        text in ("true", "false")
        or text[:1] in "[{"
        or re.fullmatch(r"-?(0|[1-9]\d{0,14})(\.\d{1,9})?", text)
    ):
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text


def shown_as(value: Any) -> str:
    if isinstance(value, bool | Mapping):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(shown_as(one) for one in value)
    return "" if value is None else str(value)


def lines(pairs_: Mapping[str, Any]) -> str:
    return "\n".join(f"{name}: {shown_as(value)}" for name, value in pairs_.items())


_PLACES: Final[FormValues] = {
    "trigger.daily": "trigger",
    "texts": "text",
    "registrations": "registration",
    "variants.holdout": "variant|holdout",
    "variants_when": "variant|when",
    "variants": "variant",
    "survey.scale": "survey|low",
    "survey.questions": "survey|question",
    "audience": "audience|rest",
}
_FIRST: Final[FormValues] = {"trigger": "trigger|kind", "survey": "survey|on", "variant": "variant|1|name"}


def field_of(place: str, names: Iterable[str]) -> str:
    """The field of the form where a problem is to be mended; "" when it is in none of these fields."""
    known = list(names)
    place = re.sub(r"\[(\d+)\]", r".\1", place)
    if re.fullmatch(r"audience\.\d+", place):
        return place.replace("audience.", "rule|") + "|field"
    for prefix, head in _PLACES.items():
        if place == prefix or place.startswith(f"{prefix}."):
            place = head + place[len(prefix) :]
            break
    wanted = place.replace(".", "|")
    while wanted:
        if wanted in known:
            return wanted
        if wanted in _FIRST:
            return _FIRST[wanted]
        if found := next((one for one in known if one.startswith(f"{wanted}|")), ""):
            return found
        wanted = wanted.rpartition("|")[0]
    return ""
