"""The operator's own words: which events there are with which fields, and which attributes subscribers have.

They are files (`templates/events/<type>.yaml`, `templates/attributes.yaml`), documents of the catalogue
(`event#<type>`, `attributes`), and here: read once into plain functions.

`SHIPPED` is what the package knows without a catalogue, written by `python -m local.vocabulary`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

from chalicelib.document import Reader, nearest, read_beside
from chalicelib.intake.attributes import Attributes, SubscriberAttribute, attributes_from
from chalicelib.intake.derived import Derived, derived_from, no_field, worked_out
from chalicelib.intake.field_types import NUMBERS, Field, field_from, taken_by, without_the_value
from chalicelib.intake.intake_codes import IntakeCode as Code
from chalicelib.intake.values import BadField
from chalicelib.problems import BadDocument, Problem

SKEW: Final = timedelta(minutes=10)  # that a sender's clock may be ahead, where a type does not say
FIELDS: Final = ("title", "about", "clock", "fields", "derived", "sets", "worth", "occasion")
SAID_OTHERWISE: Final = (*NUMBERS, "yes_no")  # the types whose values are no texts
TIMES: Final = ("day", "moment")  # the types that say when
OF_ALL: Final = ("id", "time", "type", "subscriber_id", "event_id", "event_time", "event_day")
EVENT: Final = "event#"
ATTRIBUTES: Final = "attributes"
_TYPE = re.compile(r"(?=.{1,80}\Z)[a-z][a-z0-9_]{0,39}(\.[a-z][a-z0-9_]{0,39}){1,3}\Z")


@dataclass(frozen=True, slots=True)
class Variable:
    """One name that conditions and texts may use, an example of its value, and whether it can be empty."""

    name: str
    example: Any
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """What has to hold between fields: one of `goes_with`, `after`, `within`."""

    name: str
    kind: str
    other: str = ""
    pairs: Mapping[str, str] = field(default_factory=dict)
    within: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True, eq=False)
class EventType:
    """One type of event.

    A `time` that is ahead of ours by up to `ahead` is taken as now, and so is a moment of `past`, for none of
    them can be in the future; what is further ahead, or longer ago than `behind`, is refused.
    """

    name: str
    title: Mapping[str, str]
    about: str  # "subscriber" | "region"
    fields: tuple[Field, ...]
    derived: tuple[Derived, ...] = ()
    checks: tuple[Check, ...] = ()
    past: tuple[str, ...] = ()
    ahead: timedelta = SKEW
    behind: timedelta | None = None
    worth: timedelta | None = None  # how long after its time it is told
    worth_until: str = ""  # the field, a day or a moment, after which it is told to nobody
    sets: Mapping[str, str] = field(default_factory=dict)  # attribute -> field
    occasion: str = ""  # what a text about it is about, where somebody writes a campaign in the console
    variables: tuple[Variable, ...] = ()
    needs: tuple[tuple[str, Callable[[str, object], Any]], ...] = ()
    may_have: tuple[tuple[str, Callable[[str, object], Any]], ...] = ()
    nulls: frozenset[str] = frozenset()  # of those, the fields of which null says something
    limit: str = ""  # the field that is 0 where there is no limit
    inputs: tuple[str, ...] = ()  # the fields that derived ones name
    kept: tuple[tuple[str, Callable[[str, object], Any]], ...] = ()  # derived, and how attributes take them

    @property
    def of_subscriber(self) -> bool:
        """Whether it names one."""
        return self.about == "subscriber"

    def work_out(self, fields: Mapping[str, Any], day: str) -> dict[str, Any]:
        """The derived fields; `day` is the event's own date, where the sender is. Raises BadField."""
        found = worked_out(self.derived, self.inputs, fields, day)
        for name, read in self.kept:
            if found[name] != "":
                read(name, found[name])
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """Everything that an operator's systems may say. `dimensions` are the attributes that results are given
    by, `unread` the documents that could not be read and why, in whose place is what was known before."""

    events: Mapping[str, EventType]
    attributes: Mapping[str, SubscriberAttribute] = field(default_factory=dict)
    dimensions: tuple[str, ...] = ()
    unread: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)

    @property
    def personal(self) -> frozenset[str]:
        """The attributes about the person, and the fields of events that set them."""
        own = {name for name, one in self.attributes.items() if one.personal}
        setting = {name for kind in self.events.values() for each, name in kind.sets.items() if each in own}
        return frozenset(own | setting)

    def still_fitting(self, own_fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """A subscriber's own fields without those that were stored when they were of another type."""
        if all(self._fits(name, value) for name, value in own_fields.items()):
            return own_fields
        return {name: value for name, value in own_fields.items() if self._fits(name, value)}

    def _fits(self, name: str, value: object) -> bool:
        one = self.attributes.get(name)
        if one is None:
            return False
        kind = one.field.type
        if isinstance(value, bool):
            return kind == "yes_no"
        if not isinstance(value, str):
            return kind in NUMBERS
        return kind not in SAID_OTHERWISE and (kind != "day" or (len(value) == 10 and value[4] == "-"))

    def dimensions_of(self, own_fields: Mapping[str, Any]) -> dict[str, str]:
        """What a subscriber's own fields say of the dimensions; those that are not known are left out."""
        found = {}
        for name in self.dimensions:
            value = own_fields.get(name)
            if value is None or not self._fits(name, value):
                continue
            if isinstance(value, bool):
                found[name] = "yes" if value else "no"
            elif value:
                found[name] = str(value)
        return found


def event_type_from(
    name: str, document: Mapping[str, Any], attributes: Mapping[str, SubscriberAttribute]
) -> EventType:
    """The type that a document declares. Raises BadDocument with every mistake in it."""
    reader = Reader(document)
    reader.only(FIELDS)
    if not _TYPE.match(name):
        reader.refuse("", Code.VOCABULARY_TYPE, value=repr(name))
    title = reader.languages("title")
    about = reader.choice("about", ("subscriber", "region"), "subscriber")
    fields = _fields(reader)
    known = {one.name: one for one in fields}
    if about == "region" and (known.get("region") is None or known["region"].type != "region"):
        reader.refuse("fields", Code.VOCABULARY_REGION)
    clock = reader.part("clock", ("ahead", "behind"))
    derived = derived_from(reader, known, OF_ALL)
    sets = _sets(reader, {*known, *(one.name for one in derived)}, attributes)
    fields = tuple(_kept(one, sets, attributes) for one in fields)
    worth, worth_until = _worth(reader, known)
    made = EventType(
        name,
        title,
        about,
        fields,
        derived=derived,
        checks=tuple(_checks(reader, known)),
        past=tuple(one.name for one in fields if one.options.get("past") is True),
        ahead=clock.duration("ahead", SKEW),
        behind=clock.duration("behind", timedelta(0)) or None,
        worth=worth,
        worth_until=worth_until,
        sets=sets,
        occasion=reader.text("occasion", default=""),
        needs=tuple((one.name, one.read) for one in fields if not one.optional),
        may_have=tuple((one.name, one.read) for one in fields if one.optional),
        nulls=frozenset(one.name for one in fields if one.optional and one.null_is_said),
        limit=next((one.name for one in fields if one.no_limit), ""),
        kept=tuple(
            (one.name, attributes[each].field.read)
            for one in derived
            for each in sets
            if sets[each] == one.name
        ),
        inputs=tuple(sorted({name for one in derived for name in one.names if name in known})),
        variables=_variables(fields, derived),
    )
    reader.done()
    return _with_derived_examples(reader, made)


def _kept(one: Field, sets: Mapping[str, str], attributes: Attributes) -> Field:
    """A field that is read as the attributes which it sets take it."""
    for name in (attribute for attribute, source in sets.items() if source == one.name):
        one = replace(one, read=taken_by(one, attributes[name].field))
        if attributes[name].personal:
            one = replace(one, read=without_the_value(one.read))
    return one


def _variables(fields: tuple[Field, ...], derived: tuple[Derived, ...]) -> tuple[Variable, ...]:
    own = [Variable(one.name, one.example, one.can_be_empty) for one in fields]
    empty = {one.name for one in own if one.optional}  # what needs one of these may be empty, too
    for one in derived:
        optional = bool(one.names & empty)
        own.append(Variable(one.name, "", optional))
        if optional:
            empty.add(one.name)
    return tuple(own)


def _with_derived_examples(reader: Reader, made: EventType) -> EventType:
    """The type with examples for the derived fields, worked out of the others'. Raises BadDocument."""
    if not made.derived:
        return made
    given = {one.name: one.example for one in made.fields}
    try:
        found = made.work_out(given, _EXAMPLE_DAY)
    except BadField as bad:
        reader.refuse(f"derived.{bad.problem.place}", bad.problem.code, **bad.problem.values)
        raise BadDocument(reader.problems) from None
    return replace(
        made,
        variables=tuple(
            replace(one, example=found[one.name]) if one.name in found else one for one in made.variables
        ),
    )


_EXAMPLE_DAY = "2026-11-23"


def _fields(reader: Reader) -> tuple[Field, ...]:
    found = []
    for name, inner in reader.parts("fields"):
        if name in OF_ALL:
            inner.refuse("", Code.VOCABULARY_TAKEN)
        found.append(field_from(inner, name))
    return tuple(found)


def _checks(reader: Reader, known: Mapping[str, Field]) -> list[Check]:
    found = []
    for name, one in known.items():
        inner = Reader(one.options, f"fields.{name}", reader.problems)
        for other, pairs in inner.mapping("goes_with").items():
            of = known.get(other)
            if of is None:
                no_field(inner, "goes_with", other, known)
            elif (
                not isinstance(pairs, Mapping)
                or set(pairs) != set(of.choices)
                or not set(map(str, pairs.values())) <= set(one.choices)
            ):
                inner.refuse("goes_with", Code.VOCABULARY_PAIRS, other=other)
            else:
                found.append(Check(name, "goes_with", other, {one: str(each) for one, each in pairs.items()}))
        if after := inner.text("after", default=""):
            times = [each.name for each in known.values() if each.type in TIMES and each.name != name]
            if after in times:
                found.append(Check(name, "after", after))
            else:
                no_field(inner, "after", after, times)
        if within := inner.duration("within", timedelta(0)):
            found.append(Check(name, "within", within=within))
    return found


def _worth(reader: Reader, known: Mapping[str, Field]) -> tuple[timedelta | None, str]:
    if not isinstance(reader.raw.get("worth"), Mapping):
        return reader.duration("worth", timedelta(0)) or None, ""
    until = reader.part("worth", ("until",)).text("until")
    days = [one.name for one in known.values() if one.type in TIMES]
    if until and until not in days:
        no_field(reader, "worth.until", until, days)
        return None, ""
    return None, until


def _sets(
    reader: Reader, names: set[str], attributes: Mapping[str, SubscriberAttribute]
) -> Mapping[str, str]:
    found = {}
    for attribute, source in reader.mapping("sets").items():
        if attribute not in attributes:
            values = {"value": repr(attribute), "choices": sorted(attributes)}
            place, close = reader.place(f"sets.{attribute}"), nearest(attribute, attributes)
            reader.problems.append(Problem(Code.VOCABULARY_ATTRIBUTE, values, place, close=close))
        elif not isinstance(source, str) or source not in names:
            no_field(reader, f"sets.{attribute}", str(source), names)
        else:
            found[attribute] = source
    return found


def vocabulary_from(documents: Mapping[str, Mapping[str, Any]]) -> Vocabulary:
    """The vocabulary of catalogue documents by name; other kinds are passed over."""
    return _over(documents, {}, Vocabulary({}))


def _over(
    documents: Mapping[str, Mapping[str, Any]], known: Mapping[str, Mapping[str, Any]], before: Vocabulary
) -> Vocabulary:
    """The vocabulary of documents over another, whose documents are `known`: what is the same is not read
    again, and what cannot be read stands in the way of nothing else."""
    own, attributes = documents.get(ATTRIBUTES), before.attributes
    unread: dict[str, tuple[Problem, ...]] = {}
    if own is not None and own != known.get(ATTRIBUTES):
        found = read_beside(unread, ATTRIBUTES, lambda: attributes_from(own))
        attributes = before.attributes if found is None else found
    events = dict(before.events)
    others = attributes is not before.attributes  # that known types set, perhaps
    for name, document in {**known, **documents}.items() if others else documents.items():
        if name.startswith(EVENT) and (document != known.get(name) or (others and document.get("sets"))):
            kind = name.removeprefix(EVENT)
            read = partial(_type_beside, kind, document, attributes)
            if made := read_beside(unread, name, read):
                events[kind] = made
    dimensions = tuple(name for name, one in attributes.items() if one.dimension)
    return Vocabulary(events, attributes, dimensions, unread)


def _type_beside(name: str, document: Mapping[str, Any], attributes: Attributes) -> EventType:
    return event_type_from(name, _setting_known(document, attributes), attributes)


def _setting_known(document: Mapping[str, Any], attributes: Attributes) -> Mapping[str, Any]:
    """The document of a type without the attributes that there are no more: its events still come in."""
    sets = document.get("sets")
    if not isinstance(sets, Mapping):
        return document
    return {**document, "sets": {name: one for name, one in sets.items() if name in attributes}}


@cache
def shipped_documents() -> Mapping[str, Mapping[str, Any]]:
    """The documents that the package knows without a catalogue."""
    found: Mapping[str, Mapping[str, Any]] = json.loads(
        Path(__file__).with_name("vocabulary.json").read_text(encoding="utf-8")
    )
    return found


def over_shipped(documents: Mapping[str, Mapping[str, Any]]) -> Vocabulary:
    """The vocabulary of these documents and, where they say nothing, of the package: a deployment knows its
    types before anything is live."""
    return _over(documents, shipped_documents(), shipped())


@cache
def shipped() -> Vocabulary:
    """The vocabulary that the package knows without a catalogue."""
    return vocabulary_from(shipped_documents())
