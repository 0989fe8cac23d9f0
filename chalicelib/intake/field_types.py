"""The types that a field of an event or an attribute may have: how each is read, and its JSON Schema.

A type's options come from a file and are looked at once; what is left is a plain function for each value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from chalicelib.clock import iso
from chalicelib.document import Reader, is_number, nearest
from chalicelib.intake.intake_codes import IntakeCode as Code
from chalicelib.intake.msisdn import e164
from chalicelib.intake.subscriber import region
from chalicelib.intake.values import (
    LARGEST,
    BadField,
    as_it_should_be,
    day,
    folded,
    key,
    kind_of,
    moment,
    no_end,
    number,
    one_of,
    plain,
    text,
    words,
)
from chalicelib.problems import Problem

Read = Callable[[str, object], Any]
"""The value of a field (its name for errors, the value as it came), as JSON holds it. Raises BadField."""

# Options that a field may have beside those of every field, by type.
TYPES: Final[Mapping[str, tuple[str, ...]]] = {
    "text": ("longest",),
    "name": ("longest",),  # a text that may stand in an occasion
    "key": (),  # a text without / and #, such as a plan's id
    "choice": ("choices", "goes_with"),
    "number": ("unit", "least", "most", "no_limit"),
    "whole": ("unit", "least", "most"),
    "yes_no": (),
    "day": ("no_end",),
    "moment": ("past", "after", "within"),
    "msisdn": (),
    "region": (),
}
EVERY: Final = ("type", "example", "optional", "title")
NUMBERS: Final = ("number", "whole")
LONG: Final = ("text", "name")  # types that say how long they may be
LENGTHS: Final = {"choice": 40, "key": 64, "region": 80, "day": 10, "moment": 24, "msisdn": 16}  # of others
NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")
_UNLIMITED = words(
    "0 0.0 -1 -1.0 none null unlimited infinite infinity inf n/a 不限 不限量 无限 无限制 无限量 ∞"
)
_YES = words("true yes y 1 是 有 真")
_NO = words("false no n 0 否 无 没有 假")


@dataclass(frozen=True, slots=True)
class Field:
    """One field as a file declares it."""

    name: str
    type: str
    example: Any  # as `read` gives it
    read: Read
    optional: bool = False
    title: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""
    choices: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    longest: int = 200
    no_end: bool = False  # a day that says there is none is null
    no_limit: bool = False  # a number that says there is no limit is 0
    options: Mapping[str, Any] = field(default_factory=dict)

    def holds(self, other: Field) -> bool:
        """Whether it takes whatever `other` can hold."""
        if self.type in NUMBERS and other.type in NUMBERS:
            whole = self.type == "number" or other.type == "whole"
            return whole and (self.least or 0) <= (other.least or 0) and (other.most or 0) <= (self.most or 0)
        if self.type == "choice":
            mine = set(map(folded, self.choices))
            return other.type == "choice" and set(map(folded, other.choices)) <= mine
        if self.type in LONG and other.type in {*LONG, *LENGTHS}:
            return LENGTHS.get(other.type, other.longest) <= self.longest
        return self.type == other.type

    @property
    def null_is_said(self) -> bool:
        """Whether null is a value of it, and not the lack of one."""
        return self.no_end or self.no_limit

    @property
    def can_be_empty(self) -> bool:
        """Whether an event may come without a value for it."""
        return self.optional or self.no_end


def field_from(reader: Reader, name: str, also: Sequence[str] = (), example: str = "example") -> Field:
    """The field that `reader` holds; `also` are further options. What is wrong is noted in the reader."""
    kind = reader.choice("type", tuple(TYPES))
    for one in reader.raw:
        if one not in (*EVERY, *also) and kind in TYPES and one not in TYPES[kind]:
            close = nearest(str(one), (*EVERY, *also, *TYPES[kind]))
            reader.problems.append(
                Problem(Code.VOCABULARY_OPTION, {"kind": kind}, reader.place(str(one)), close=close)
            )
    if not NAME.match(name):
        reader.refuse("", Code.VOCABULARY_NAME, value=repr(name))
    choices = _choices(reader) if kind == "choice" else ()
    least, most = _limits(reader, kind)
    longest = reader.integer("longest", 64 if kind == "name" else 200, 1, 1000)
    no_end, no_limit = reader.boolean("no_end"), reader.boolean("no_limit")
    read = _reader(kind, choices, least, most, longest, no_end, no_limit)
    given = reader.raw.get(example)
    value: Any = given
    if given is None:
        reader.refuse(example, Code.VOCABULARY_NO_EXAMPLE)
    elif kind != "msisdn":  # examples are numbers of nobody, which production refuses
        try:
            value = read(name, given)
        except BadField as bad:
            reader.refuse(example, Code.VOCABULARY_EXAMPLE, value=repr(given), problem=_unplaced(bad))
    return Field(
        name,
        kind,
        value,
        read,
        optional=reader.boolean("optional"),
        title=reader.languages("title") if "title" in reader.raw else {},
        unit=str(reader.raw.get("unit") or ""),
        choices=choices,
        least=least,
        most=most,
        longest=longest,
        no_end=no_end,
        no_limit=no_limit,
        options=reader.raw,
    )


def taken_by(one: Field, other: Field) -> Read:
    """How one field is read where what it says is kept in another."""
    read, keep = one.read, other.read

    def both(name: str, value: object) -> Any:
        found = read(name, value)
        if found is not None:
            keep(name, found)
        return found

    return read if other.holds(one) else both


HIDDEN: Final = "•••"
_NOT_OF_THE_VALUE = ("choices", "least", "most", "first", "last", "kind")


def without_the_value(read: Read) -> Read:
    """The same reader, whose errors say nothing of the value that came: for what is personal."""

    def quietly(name: str, value: object) -> Any:
        try:
            return read(name, value)
        except BadField as bad:
            said = {
                key: one if key in _NOT_OF_THE_VALUE else HIDDEN for key, one in bad.problem.values.items()
            }
            raise BadField(name, bad.problem.code, **said) from None

    return quietly


def _unplaced(bad: BadField) -> Problem:
    return Problem(bad.problem.code, bad.problem.values)


def _choices(reader: Reader) -> tuple[str, ...]:
    given = reader.raw.get("choices")
    if not isinstance(given, Sequence) or isinstance(given, str) or not given:
        reader.refuse("choices", Code.VOCABULARY_CHOICES)
        return ()
    return tuple(str(one) for one in given)


def _limits(reader: Reader, kind: str) -> tuple[float | None, float | None]:
    if kind not in NUMBERS:
        return None, None
    least, most = reader.raw.get("least", 0), reader.raw.get("most", LARGEST)
    if not is_number(least) or not is_number(most) or not -LARGEST <= least <= most <= LARGEST:
        reader.refuse("most" if "most" in reader.raw else "least", Code.VOCABULARY_LIMITS)
        return 0, LARGEST
    return least, most


def _reader(
    kind: str,
    choices: tuple[str, ...],
    least: float | None,
    most: float | None,
    longest: int,
    no_end_: bool,
    no_limit: bool,
) -> Read:
    match kind:
        case "choice":
            return _choice(choices)
        case "number" | "whole":
            read = _number(least or 0, LARGEST if most is None else most, kind == "whole")
            return _or_no_limit(read) if no_limit else read
        case "day":
            return _day_or_none if no_end_ else day
        case "text":
            return lambda name, value: text(name, value, longest)
        case "name":
            return lambda name, value: text(name, _without_marks(value), longest)
        case _:
            return _PLAIN.get(kind, text)


def _without_marks(value: object) -> object:
    return value.replace("#", " ") if isinstance(value, str) else value


def _choice(choices: tuple[str, ...]) -> Read:
    exactly = frozenset(choices)

    def read(name: str, value: object) -> str:
        if isinstance(value, str) and value in exactly:  # as it mostly comes
            return value
        return one_of(name, value, choices)

    return read


def _number(least: float, most: float, whole: bool) -> Read:
    lowest, highest = Decimal(str(least)), Decimal(str(most))

    def read(name: str, value: object) -> int | float:
        if type(value) is int and least <= value <= most:  # as counters mostly come
            return value
        found = number(name, value, signed=least < 0)
        if found < lowest:
            raise BadField(name, Code.NUMBER_SMALL, least=plain(lowest))
        if found > highest:
            raise BadField(name, Code.NUMBER_LARGE, most=plain(highest))
        if whole and found != found.to_integral_value():
            raise BadField(name, Code.NUMBER_NOT_WHOLE)
        return plain(found)

    return read


def _or_no_limit(read: Read) -> Read:
    """0 for what has no limit, in its usual spellings: 0, null, -1, unlimited, 不限."""

    def limit(name: str, value: object) -> Any:
        if value is None or (type(value) is not int and folded(str(value)) in _UNLIMITED):
            return 0
        return 0 if value in (0, -1) and not isinstance(value, bool) else read(name, value)

    return limit


def _day_or_none(name: str, value: object) -> str | None:
    if type(value) is str and as_it_should_be(value):
        return value
    return None if value is None or value == "" or no_end(str(value)) else day(name, value)


def _moment(name: str, value: object) -> str:
    return iso(moment(name, value))


def _yes_no(name: str, value: object) -> bool:
    if isinstance(value, bool):
        return value
    said = folded(str(value)) if isinstance(value, str | int) else ""
    if said in _YES:
        return True
    if said in _NO:
        return False
    raise BadField(name, Code.YES_OR_NO, kind=kind_of(value))


_PLAIN: Final[Mapping[str, Read]] = {
    "key": key,
    "moment": _moment,
    "msisdn": e164,
    "region": region,
    "yes_no": _yes_no,
}


_PATTERNS: Final = {
    "key": r"^[^/#]*[^/#\s][^/#]*$",
    "name": r"[^\s#]",
    "region": r"^[^/#]*[^/#\s][^#]*$",
}


def schema(one: Field) -> dict[str, Any]:
    """The field as JSON Schema (2020-12), for who sends it. What is understood besides is not in it."""
    found: dict[str, Any] = {"examples": [one.example]}
    if one.title:
        found["description"] = one.title.get("en") or next(iter(one.title.values()))
    match one.type:
        case "number" | "whole":
            found |= {"type": "integer" if one.type == "whole" else "number"}
            found |= {"minimum": plain(Decimal(str(one.least or 0)))}
            found["maximum"] = LARGEST if one.most is None else one.most
            if one.no_limit:
                found["type"] = ["number", "null"]
                found["description"] = "0 or null: there is no limit"
                found["minimum"] = min(found["minimum"], 0)
        case "yes_no":
            found["type"] = "boolean"
        case "choice":
            found |= {"type": "string", "enum": list(one.choices)}
        case "day":
            found |= {"type": ["string", "null"] if one.no_end else "string", "format": "date"}
        case "moment":
            found |= {"type": "string", "format": "date-time"}
        case "msisdn":
            found |= {"type": "string", "pattern": r"^\+[1-9][0-9]{7,14}$"}
        case _:
            found |= {"type": "string", "minLength": 1, "maxLength": LENGTHS.get(one.type, one.longest)}
            found["pattern"] = _PATTERNS.get(one.type, r"\S")
    if one.unit:
        found["x-unit"] = one.unit
    return found
