"""The fields of an event that are worked out of its others, in the order in which they need each other."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from chalicelib.document import Reader, nearest
from chalicelib.intake.expressions import NotWorkedOut, Values, compiled
from chalicelib.intake.intake_codes import IntakeCode as Code
from chalicelib.intake.values import BadField, plain
from chalicelib.problems import BadValue, Problem

EVENT_DAY: Final = "event_day"
_MOST: Final = Decimal(10**15)  # beyond it a number is a mistake, and no text can say it
_LEAST: Final = -_MOST


@dataclass(frozen=True, slots=True)
class Derived:
    """A field that is worked out; `names` are those it needs."""

    name: str
    source: str
    work: Callable[[Values], Any]
    names: frozenset[str]


def derived_from(reader: Reader, fields: Collection[str], taken: Collection[str]) -> tuple[Derived, ...]:
    """The derived fields of a type that has these fields, each after those it needs; what is wrong is noted
    in the reader."""
    found = []
    for name, source in reader.mapping("derived").items():
        place = f"derived.{name}"
        if name in fields or name in taken:
            reader.refuse(place, Code.VOCABULARY_TAKEN)
            continue
        try:
            found.append(Derived(name, str(source), *compiled(str(source))))
        except BadValue as bad:
            reader.refuse(place, bad.problem.code, **bad.problem.values)
    return tuple(_in_order(reader, found, {EVENT_DAY, *fields}))


def _in_order(reader: Reader, waiting: list[Derived], known: set[str]) -> Iterable[Derived]:
    """The catalogue keeps no order. What names itself, or waits for what waits for it, is refused."""
    every = known | set(reader.mapping("derived"))
    for one in waiting:
        for name in sorted(one.names - every)[:1]:
            no_field(reader, f"derived.{one.name}", name, every - {one.name})
    waiting = [one for one in waiting if one.names <= every]
    while waiting:
        ready = [one for one in waiting if one.names <= known]
        if not ready:
            break
        yield from ready
        known = known | {one.name for one in ready}
        waiting = [one for one in waiting if one not in ready]
    circle = {one.name: one.names - known for one in waiting}
    for name, others in circle.items():
        if others <= circle.keys():  # and not of one that is refused anyway
            reader.refuse(f"derived.{name}", Code.VOCABULARY_CIRCLE, names=sorted(others))


def no_field(reader: Reader, place: str, name: str, known: Iterable[str]) -> None:
    """Note a name that no field has."""
    choices = sorted(known)
    values = {"value": repr(name), "choices": choices or ["–"]}
    reader.problems.append(
        Problem(Code.VOCABULARY_FIELD, values, reader.place(place), close=nearest(name, choices))
    )


def worked_out(derived: Iterable[Derived], inputs: Iterable[str], fields: Values, day: str) -> dict[str, Any]:
    """The derived fields of an event whose `fields` these are; `day` is its own date, where its sender is.

    Raises BadField, placed at what cannot be worked out or is larger than can be meant.
    """
    values: dict[str, Any] = {EVENT_DAY: day}
    for name in inputs:
        value = fields[name]
        if type(value) is int:
            values[name] = Decimal(value)
        elif type(value) is float:
            values[name] = Decimal(str(value))
        else:
            values[name] = "" if value is None else value
    found = {}
    for one in derived:
        try:
            value = one.work(values)
        except NotWorkedOut:
            raise _fails(one) from None
        values[one.name] = value
        if type(value) is Decimal:
            if not _LEAST <= value <= _MOST:
                raise _fails(one)
            value = plain(value)
        found[one.name] = value
    return found


def _fails(one: Derived) -> BadField:
    return BadField(one.name, Code.DERIVED_FAILS, words=f"{one.name} = {one.source}")
