"""What a campaign is: read from the catalogue's JSON document, or refused with every mistake named.

The document is `campaign.yaml` as JSON plus `texts` {step: {language: source}}. Reading it needs
nothing but the standard library; whether its expressions and texts are sound is `check.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Any

from chalicelib.campaigns.campaign_codes import CampaignCode as Code
from chalicelib.campaigns.survey_block import SurveyBlock, survey_from
from chalicelib.campaigns.variants import HOLDOUT
from chalicelib.document import Reader, Window, clock_time, duration, is_number, plain, whole, window
from chalicelib.intake.vocabulary import EventType, Vocabulary, shipped
from chalicelib.problems import BadValue

CATEGORIES = ("mandatory", "service", "survey", "marketing", "reply")
LANES = ("urgent", "bulk")
DAILY = ("birthday", "plan_end")
ON_A_DAY, EVERY = "day", "every"
DAYS_AHEAD = 366  # at most, of a day in an attribute; 60 of a plan's end
DOUBT = ("resend", "drop")
FIELDS = (
    "id",
    "brand",
    "title",
    "category",
    "priority",
    "trigger",
    "thresholds",
    "occasion",
    "audience",
    "lane",
    "send_window",
    "valid_for",
    "when_in_doubt",
    "survey",
    "variants",
    "variants_when",
    "registrations",
    "sample",
    "texts",
)
TRIGGER_FIELDS = (
    "event",
    "each",
    "when",
    "after",
    "since",
    "to",
    "daily",
    "at",
    "days_before",
    "reply",
    "manual",
)
WHEN_FIELDS = ("variant", "when")
ON_FIELDS = ("on", "days_before", "every")  # of `daily`, where it is no word
INVITATION, REMINDER, TEXT = "invitation", "reminder", "text"

_ID = re.compile(r"[a-z][a-z0-9-]{1,39}\Z")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")
_STEP = re.compile(r"[a-z][a-z0-9_]{0,39}(?:@[a-z][a-z0-9_]{0,19})?\Z")  # text, or text@b of a variant
_VARIANT = re.compile(r"[a-z][a-z0-9_]{0,19}\Z")
_EVENT = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_.]*\Z")


@dataclass(frozen=True, slots=True)
class Trigger:
    """What starts a campaign: an event, a day of the calendar, a subscriber's keyword, or a person."""

    event: str = ""  # event type
    each: tuple[str, str] | None = (
        None  # variable, list expression: one try per value, the highest true one goes
    )
    when: str = ""  # condition; "" is always
    after: timedelta = timedelta(0)  # how long after the event
    since: str = ""  # the event's field that `after` and `valid_for` count from; "" is the event's time
    to: str = ""  # "region": everybody in the event's region, the event names no subscriber
    daily: str = ""  # "birthday" | "plan_end" | "day" | "every"
    every: int = 0  # of "every": in how many days each subscriber's turn comes once
    on: str = ""  # of "day": the subscribers' own attribute that is the day
    at: time = time(10)  # local clock time of a daily one
    days_before: tuple[int, ...] = (0,)  # of a daily one, most days first
    reply: tuple[str, ...] = ()  # keywords: somebody writes one of them
    manual: bool = False


@dataclass(frozen=True, slots=True)
class Campaign:
    """One version of one campaign, as it is sent."""

    id: str
    version: int
    brand: str  # "*" or a brand's id
    title: Mapping[str, str]
    category: str
    priority: int  # higher goes first when caps are scarce
    trigger: Trigger
    thresholds: Mapping[str, tuple[float, ...]]  # by resource; a plan's own come first
    occasion: str  # template; "" when what starts it names the occasion: a person, an answer, a reply
    audience: str  # condition; "" is everybody
    lane: str
    window: Window | None  # None is any time; the category's window applies besides
    valid_for: timedelta
    when_in_doubt: str  # "resend" | "drop"
    survey: SurveyBlock | None
    sample: Mapping[str, Any]
    texts: Mapping[str, Mapping[str, str]] = field(repr=False)  # step -> language -> source
    variants: Mapping[str, int] = field(default_factory=dict)  # name -> percent; `holdout` gets nothing
    variants_when: tuple[tuple[str, str], ...] = ()  # name, condition: the first true, before percents
    registrations: Mapping[str, str] = field(default_factory=dict)  # country -> its authority's number
    vocabulary: Vocabulary = field(default_factory=shipped, repr=False)  # what it may name

    @property
    def first_step(self) -> str:
        return INVITATION if self.survey else TEXT

    @property
    def event_type(self) -> EventType | None:
        """The type of the event that starts it; None when none does, or nobody knows the type."""
        return self.vocabulary.events.get(self.trigger.event)

    @property
    def marketing(self) -> bool:
        return self.category == "marketing"

    def worded_as(self, step: str, variant: str) -> str:
        """The name of the texts that say `step` for a variant: its own, else those of everybody."""
        own = f"{step}@{variant}"
        return own if own in self.texts else step


def campaign_from(
    document: Mapping[str, Any], version: int = 0, vocabulary: Vocabulary | None = None
) -> Campaign:
    """Read a document. Fields nobody knows are left to `check`, so that old code can read new documents.

    `vocabulary` are the events and attributes that there are; None: those that ship.

    Raises BadDocument with every mistake found, not only the first.
    """
    reader = Reader(document)
    asked = reader.inside("survey")
    survey = None if asked is None else survey_from(asked, _asking(reader))
    trigger = _trigger(reader)
    first = INVITATION if survey else TEXT
    by_condition = _variants_when(reader)
    campaign = Campaign(
        id=reader.text("id", pattern=_ID, code=Code.BAD_ID),
        version=version,
        brand=reader.text("brand", default="*"),
        title=reader.languages("title"),
        category=reader.choice("category", CATEGORIES),
        priority=reader.integer("priority", 50, 0, 100),
        trigger=trigger,
        thresholds=_thresholds(reader),
        occasion=reader.text("occasion", default="" if trigger.manual or trigger.reply else None),
        audience=reader.text("audience", default=""),
        lane=reader.choice("lane", LANES, default="bulk"),
        window=reader.converted("send_window", window, None),
        valid_for=reader.duration("valid_for", timedelta(days=1)),
        when_in_doubt=reader.choice("when_in_doubt", DOUBT, default="drop"),
        survey=survey,
        sample=reader.mapping("sample"),
        texts=_texts(reader, first),
        variants=_variants(reader, [name for name, _ in by_condition]),
        variants_when=by_condition,
        registrations={str(k): str(v).strip() for k, v in reader.mapping("registrations").items()},
        vocabulary=vocabulary or shipped(),
    )
    reader.done()
    return campaign


def _trigger(reader: Reader) -> Trigger:
    inner = reader.inside("trigger", required=True)
    if inner is None:
        return Trigger()
    kinds = [kind for kind in ("event", "daily", "reply", "manual") if inner.raw.get(kind)]
    if len(kinds) != 1:
        inner.refuse("", Code.NOT_ONE_TRIGGER)
        return Trigger()
    if kinds == ["manual"]:
        return Trigger(manual=True)
    if kinds == ["reply"]:
        return Trigger(reply=inner.words("reply"))
    if kinds == ["daily"]:
        at = inner.converted("at", clock_time, time(10))
        if isinstance(inner.raw["daily"], Mapping):
            own = inner.part("daily")
            if "every" in own.raw:
                return Trigger(daily=EVERY, every=_every(own), at=at)
            on = own.text("on", pattern=_NAME, code=Code.BAD_FIELD_NAME)
            return Trigger(daily=ON_A_DAY, on=on, at=at, days_before=_days_before(own, ON_A_DAY, DAYS_AHEAD))
        daily = inner.choice("daily", DAILY)
        return Trigger(daily=daily, at=at, days_before=_days_before(inner, daily, 60))
    to = inner.text("to", default="")
    if to not in ("", "region"):
        inner.refuse("to", Code.BAD_TO, value=repr(to))
    return Trigger(
        event=inner.text("event", pattern=_EVENT, code=Code.BAD_EVENT_TYPE),
        each=_each(inner),
        when=inner.text("when", default=""),
        after=inner.duration("after", timedelta(0)),
        since=inner.text("since", default="", pattern=_NAME, code=Code.BAD_FIELD_NAME),
        to=to,
    )


def _each(inner: Reader) -> tuple[str, str] | None:
    each = inner.raw.get("each")
    if each is None:
        return None
    if not isinstance(each, Mapping) or len(each) != 1:
        inner.refuse("each", Code.EACH_NOT_ONE)
        return None
    variable, source = next(iter(each.items()))
    named = isinstance(variable, str) and _NAME.match(variable)
    if not named or not isinstance(source, str) or not source.strip():
        inner.refuse("each", Code.EACH_NOT_NAMED)
        return None
    return variable, source


def _every(own: Reader) -> int:
    if "on" in own.raw or "days_before" in own.raw:
        own.refuse("every", Code.EVERY_ALONE)
    return own.converted("every", _whole_days, DAYS_AHEAD)


def _whole_days(text: str) -> int:
    try:
        days = duration(text) / timedelta(days=1)
    except BadValue:
        days = 0.0
    if not days.is_integer() or not 1 <= days <= DAYS_AHEAD:
        raise BadValue(Code.EVERY_NOT_DAYS, most=DAYS_AHEAD)
    return int(days)


def _days_before(inner: Reader, daily: str, most: int) -> tuple[int, ...]:
    raw = inner.raw.get("days_before", [0])
    if daily == "birthday" and "days_before" in inner.raw:
        inner.refuse("days_before", Code.DAYS_OF_BIRTHDAY)
        return (0,)
    if not isinstance(raw, Sequence) or isinstance(raw, str) or not raw:
        inner.refuse("days_before", Code.NOT_DAYS)
        return (0,)
    days = [whole(one) for one in raw]
    if any(day is None or not 0 <= day <= most for day in days):
        inner.refuse("days_before", Code.DAYS_NOT_WHOLE, low=0, high=most)
        return (0,)
    return tuple(sorted({day for day in days if day is not None}, reverse=True))


def _thresholds(reader: Reader) -> Mapping[str, tuple[float, ...]]:
    found = {}
    for resource, values in reader.mapping("thresholds").items():
        numbers: list[Any] = list(values) if isinstance(values, Sequence) else []
        if not numbers or not all(is_number(one) and 0 < one <= 1000 for one in numbers):
            reader.refuse(f"thresholds.{resource}", Code.NOT_PERCENTAGES)
            continue
        found[str(resource)] = tuple(sorted({plain(one) for one in numbers}))
    return found


def _asking(reader: Reader) -> frozenset[str]:
    """The steps whose texts may ask a survey's further questions."""
    texts = reader.raw.get("texts")
    return frozenset(texts or () if isinstance(texts, Mapping) else ()) - {INVITATION, REMINDER}


def _variants_when(reader: Reader) -> tuple[tuple[str, str], ...]:
    """Variants by condition, in their order: who is none of these gets one by percent."""
    found: dict[str, str] = {}
    for inner in reader.each("variants_when"):
        name = inner.text("variant", pattern=_VARIANT, code=Code.BAD_VARIANT_NAME)
        if name in found or name in reader.mapping("variants"):
            inner.refuse("variant", Code.VARIANT_TWICE)
        elif name == HOLDOUT:
            inner.refuse("variant", Code.HOLDOUT_BY_PERCENT)
        found[name] = inner.text("when")
    return tuple(found.items())


def _variants(reader: Reader, by_condition: Sequence[str]) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for name, share in reader.mapping("variants").items():
        percent = whole(share)
        if not _VARIANT.match(str(name)):
            reader.refuse(f"variants.{name}", Code.BAD_VARIANT_NAME)
        elif percent is None or not 1 <= percent <= 99:
            reader.refuse(f"variants.{name}", Code.NOT_A_PERCENTAGE)
        else:
            found[str(name)] = percent
    if found and sum(found.values()) != 100:
        reader.refuse("variants", Code.NOT_100, sum=sum(found.values()))
    if found and not set(found) - {HOLDOUT}:
        reader.refuse("variants", Code.ONLY_HOLDOUT)
    if HOLDOUT in found and reader.raw.get("category") in ("mandatory", "reply"):
        reader.refuse("variants.holdout", Code.NO_HOLDOUT_HERE)
    for step in reader.mapping("texts"):
        plain_step, _, variant = str(step).partition("@")
        if variant and (variant not in (*found, *by_condition) or variant == HOLDOUT):
            reader.refuse(f"texts.{step}", Code.NO_SUCH_VARIANT, value=repr(variant))
        elif variant and plain_step not in reader.mapping("texts"):
            reader.refuse(f"texts.{step}", Code.NO_PLAIN_TEXT, step=plain_step)
    return found


def _texts(reader: Reader, first: str) -> Mapping[str, Mapping[str, str]]:
    found: dict[str, Mapping[str, str]] = {}
    for step, languages in reader.mapping("texts").items():
        if not _STEP.match(str(step)):
            reader.refuse(f"texts.{step}", Code.BAD_STEP_NAME)
        elif not isinstance(languages, Mapping) or not languages:
            reader.refuse(f"texts.{step}", Code.NOT_TEXTS)
        else:
            for language, source in languages.items():
                if not isinstance(source, str) or not source.strip():
                    reader.refuse(f"texts.{step}.{language}", Code.EMPTY_TEXT)
            found[str(step)] = {str(k): v for k, v in languages.items() if isinstance(v, str)}
    if first not in found and reader.raw.get("category") != "reply":
        reader.refuse("texts", Code.NO_FIRST_TEXT, step=first)
    return found
