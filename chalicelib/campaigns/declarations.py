"""Are an event type and the attributes fit to be saved? What would otherwise go wrong when an event comes.

Reading them (`intake.vocabulary`) refuses what nobody could use. This is stricter: a new version may be held
to more than one that went live long ago.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from chalicelib.campaigns import language
from chalicelib.campaigns.campaign_codes import CampaignCode
from chalicelib.campaigns.facts import SUBSCRIBER, TAKEN
from chalicelib.campaigns.grammar import RESERVED, BadSource
from chalicelib.campaigns.language import Unrenderable
from chalicelib.campaigns.not_known import NOT_KNOWN
from chalicelib.document import Reader, duration, nearest
from chalicelib.events_out import EVENTS_OUT
from chalicelib.intake.attributes import Attributes, SubscriberAttribute, attributes_from
from chalicelib.intake.derived import EVENT_DAY
from chalicelib.intake.event import hold
from chalicelib.intake.expression_kinds import ExpressionKind, kind_of, kind_of_type
from chalicelib.intake.field_types import NAME, Field
from chalicelib.intake.headings import field_of, plain
from chalicelib.intake.intake_codes import IntakeCode as Code
from chalicelib.intake.subscriber import LANGUAGES
from chalicelib.intake.values import LONGEST_CHOICE, BadField, folded, moment, text, words
from chalicelib.intake.vocabulary import EventType, event_type_from, shipped
from chalicelib.problems import BadDocument, BadValue, Problem

WORDS: Final = words("and or not in is if elif else endif for true false none days_after")  # of conditions
OF_EVERY_TEXT: Final = ("thresholds",)  # what a text is always told anew, whatever an event brings
HIDDEN: Final = {one.name for one in SUBSCRIBER} - {
    "region",
    "plan",
    "subscriber_id",
}  # that conditions ask for
BETWEEN: Final = ("goes_with", "past", "after", "within")  # options that need an event around their field
RULES: Final = ("subscriber.changed", "plan.changed", "number.assigned", "number.released")  # see start.py
_EXAMPLE_TIME: Final = moment("time", "2026-11-24T10:00:00+08:00")


def check_attributes(document: Mapping[str, Any]) -> list[Problem]:
    """Everything wrong with the document of the attributes; warnings are marked as such."""
    try:
        found = attributes_from(document, TAKEN)
    except BadDocument as bad:
        return bad.problems
    reader = Reader(document)
    headings: dict[str, str] = {}
    for name, one in found.items():
        inner = reader.part(name)
        _field(inner, one.field)
        for option in BETWEEN:
            if option in inner.raw:
                inner.refuse(option, Code.VOCABULARY_OPTION, kind=one.field.type)
        for heading in dict.fromkeys(map(plain, (name, *one.field.title.values()))):
            other = headings.setdefault(heading, name)
            if other != name or (heading != plain(name) and field_of(heading)):
                values = {"other": other if other != name else field_of(heading)}
                place = inner.place("title")
                reader.problems.append(Problem(Code.VOCABULARY_HEADING, values, place, warning=True))
    return reader.problems


def check_event_type(name: str, document: Mapping[str, Any], attributes: Attributes) -> list[Problem]:
    """Everything wrong with the document of an event type; warnings are marked as such."""
    try:
        kind = event_type_from(name, document, attributes)
    except BadDocument as bad:
        return bad.problems
    reader = Reader(document)
    if name in EVENTS_OUT:
        reader.refuse("", Code.VOCABULARY_OUT, value=repr(name))
    _title(reader, kind.title)
    for one, inner in zip(kind.fields, (each for _, each in reader.parts("fields")), strict=True):
        _field(inner, one)
        if one.name in OF_EVERY_TEXT:
            inner.refuse("", Code.VOCABULARY_TAKEN)
        if one.name in HIDDEN:
            reader.problems.append(Problem(Code.VOCABULARY_HIDES, place=inner.place(""), warning=True))
        _length(inner, "within")
    _length(reader, "worth")
    _length(reader.part("clock"), "behind")
    if not kind.of_subscriber and any(one.name == "region" and one.optional for one in kind.fields):
        reader.refuse("fields.region.optional", Code.VOCABULARY_REGION)
    if not kind.of_subscriber and kind.sets:
        reader.refuse("sets", Code.VOCABULARY_NOBODY)
    _rules(reader, kind)
    _examples(reader, kind)
    known = _derived(reader, kind)
    for attribute, source in kind.sets.items():
        _set(reader, attributes[attribute], source, kind, known)
    reader.problems.extend(_occasion(kind))
    return reader.problems


def _title(reader: Reader, title: Mapping[str, str]) -> None:
    for one in title:
        if one not in LANGUAGES:
            reader.refuse(f"title.{one}", Code.LANGUAGE_UNKNOWN, value=one)
    for one in LANGUAGES if title else ():
        if one not in title:
            values, place = {"language": one}, reader.place("title")
            reader.problems.append(Problem(Code.VOCABULARY_UNTITLED, values, place, warning=True))


def _field(reader: Reader, one: Field) -> None:
    """What is wrong with one field, of an event or of subscribers."""
    if one.name in WORDS or one.name in RESERVED:
        reader.refuse("", Code.VOCABULARY_TAKEN)
    _title(reader, one.title)
    reader.text("unit", default="")
    reader.boolean("past")
    if one.type == "msisdn" and not _looks_like_a_number(one.example):
        bad = Problem(Code.MSISDN_LENGTH)
        reader.refuse("example", Code.VOCABULARY_EXAMPLE, value=repr(one.example), problem=bad)
    seen: set[str] = set()
    for choice in reader.raw.get("choices", ()):
        if not _is_choice(choice) or folded(str(choice)) in seen:
            reader.refuse("choices", Code.VOCABULARY_CHOICE, value=repr(choice), most=LONGEST_CHOICE)
        seen.add(folded(str(choice)))


def _looks_like_a_number(example: object) -> bool:
    digits = example[1:] if isinstance(example, str) and example.startswith("+") else ""
    return digits.isascii() and digits.isdecimal() and 8 <= len(digits) <= 15


def _is_choice(value: object) -> bool:
    """Whether it can come as it stands: a short text, or a number that is written as one."""
    try:
        return not isinstance(value, float) and text("", value, LONGEST_CHOICE) == str(value)
    except BadField:
        return False


def _length(reader: Reader, name: str) -> None:
    """A length of time of nothing says something else than it seems to."""
    value = reader.raw.get(name)
    if isinstance(value, str) and not duration(value):
        reader.refuse(name, Code.VOCABULARY_NO_LENGTH)


def _rules(reader: Reader, kind: EventType) -> None:
    """What the code needs of the types whose rules are its own."""
    if kind.name not in RULES:
        return
    if not kind.of_subscriber:
        reader.refuse("about", Code.VOCABULARY_NOBODY)
    if kind.name == "subscriber.changed" and kind.fields:
        reader.refuse("fields", Code.VOCABULARY_CHANGES)
    own = {one.name: one for one in kind.fields}
    for one in shipped().events[kind.name].fields:
        found = own.get(one.name)
        if found is None or found.type != one.type or found.optional:
            reader.refuse("fields", Code.VOCABULARY_NEEDS, value=repr(one.name), kind=one.type)


def _examples(reader: Reader, kind: EventType) -> None:
    """The contract shows the examples as one event, so they have to go together."""
    said = {one.name: "" if one.example is None else one.example for one in kind.fields}
    for check in kind.checks:
        if check.kind == "within":  # its author's today is not the example's
            continue
        try:
            hold(check, said, _EXAMPLE_TIME)
        except BadField as bad:
            problem = Problem(bad.problem.code, bad.problem.values)
            values = {"value": repr(said[check.name]), "problem": problem}
            reader.refuse(f"fields.{check.name}.example", Code.VOCABULARY_EXAMPLE, **values)


def _derived(reader: Reader, kind: EventType) -> dict[str, ExpressionKind]:
    """The kinds of a type's fields, the derived ones among them, as far as they go together."""
    known: dict[str, ExpressionKind] = {one.name: kind_of_type(one.type) for one in kind.fields}
    known[EVENT_DAY] = "day"
    for one in kind.derived:
        place = f"derived.{one.name}"
        if not NAME.match(one.name):
            reader.refuse(place, Code.VOCABULARY_NAME, value=repr(one.name))
        if one.name in WORDS or one.name in RESERVED or one.name in OF_EVERY_TEXT:
            reader.refuse(place, Code.VOCABULARY_TAKEN)
        if not one.names <= known.keys():
            continue  # of one that is refused
        try:
            known[one.name] = kind_of(one.source, known)
        except BadValue as bad:
            reader.refuse(place, bad.problem.code, **bad.problem.values)
    return known


def _set(
    reader: Reader,
    attribute: SubscriberAttribute,
    source: str,
    kind: EventType,
    known: Mapping[str, ExpressionKind],
) -> None:
    """An attribute takes what the field that sets it says; a warning where that can be more."""
    wanted = attribute.field
    place, values = f"sets.{attribute.name}", {"value": repr(source), "kind": wanted.type}
    kinds = known.get(source), kind_of_type(wanted.type)
    if kinds[0] and kinds[0] != kinds[1] and kinds != ("day", "text"):
        reader.refuse(place, Code.VOCABULARY_OTHER_KIND, **values)
        return
    example = next(one.example for one in kind.variables if one.name == source)
    try:
        if example not in (None, "") and wanted.type != "msisdn":  # examples are numbers of nobody
            wanted.read(source, example)
    except BadField as bad:
        problem = Problem(bad.problem.code, bad.problem.values)
        reader.refuse(place, Code.VOCABULARY_EXAMPLE, value=repr(example), problem=problem)
        return
    if any(one.name == source and not wanted.holds(one) for one in kind.fields):
        reader.problems.append(Problem(Code.VOCABULARY_WIDER, values, reader.place(place), warning=True))


def _occasion(kind: EventType) -> Iterator[Problem]:
    """What the console fills in for a campaign on this type; `threshold` is such a campaign's own."""
    if not kind.occasion:
        return
    known = {"event_id", "event_time", "threshold", *(one.name for one in kind.variables)}
    try:
        uses = language.text_uses(kind.occasion)
    except BadSource as bad:
        yield Problem(bad.problem.code, bad.problem.values, "occasion", close=bad.problem.close)
        return
    named = {one.name for one in uses}
    unknown = sorted(named - known)
    for name in unknown:
        values = {"name": name, "choices": sorted(known)}
        yield Problem(CampaignCode.NOT_IN_OCCASION, values, "occasion", close=nearest(name, known))
    for one in kind.variables if not unknown else ():
        if one.optional and one.name in named and (problem := _fails(kind, one.name)):
            yield Problem(CampaignCode.UNKNOWN_FAILS, {"name": one.name, "problem": problem}, "occasion")


def _fails(kind: EventType, unknown: str) -> Problem | None:
    """Why the occasion does not come out where a field is not known."""
    facts = dict.fromkeys(("event_id", "event_time", "threshold"), "1")
    facts |= {one.name: one.example for one in kind.variables}
    try:
        said = language.text(kind.occasion, "en")({**facts, unknown: NOT_KNOWN})
    except Unrenderable as error:
        return Problem(error.problem.code, error.problem.values)
    return None if said else Problem(CampaignCode.COMES_OUT_EMPTY)
