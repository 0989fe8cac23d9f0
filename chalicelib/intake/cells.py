"""One row of a subscriber file to a subscriber's fields: what the row says, and what of it was left out.

A row is refused for its id, its number and its status, without which a text would go to nobody or to
somebody who has left. Any other field that cannot be read costs that field only, and is reported.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from chalicelib.intake.attributes import Attributes, SubscriberAttribute
from chalicelib.intake.dates import Order, Written, read_date
from chalicelib.intake.field_types import Read, without_the_value
from chalicelib.intake.intake_codes import IntakeCode as Code
from chalicelib.intake.lunar import lunar
from chalicelib.intake.names import is_nothing, name_of
from chalicelib.intake.regions import region_of
from chalicelib.intake.subscriber import other_chinese, read_field, subscriber_changes
from chalicelib.intake.values import NO_END_FROM, BadField, folded, narrow, no_end
from chalicelib.store.records import Brand

DATES = ("birthday", "plan_ends_on", "since")
_NEEDED = ("subscriber_id", "msisdn", "status")  # without these right, the row is refused
_PLACEHOLDERS = {
    (1900, 1, 1),
    (1970, 1, 1),
    (1899, 12, 30),
    (1899, 12, 31),
    (1753, 1, 1),
    (1800, 1, 1),
    (1, 1, 1),
}
_NO_DAY = re.compile(r"0{1,4}([-/.])0{1,2}\1(?:0{2}|0{4})(?: .*)?")
_KEPT_TEXT = re.compile(r'="([^"]*)"')


@dataclass(frozen=True, slots=True)
class CellRules:
    """What a file's rows are read with, beside their cells."""

    country: str = ""  # calling code of numbers written the national way
    brand: str = ""  # of rows that name none
    homes: Mapping[str, str] = field(default_factory=dict)  # brand -> calling code of its country
    orders: Mapping[str, Order] = field(default_factory=dict)  # date field -> what its column begins with
    today: date = date.max
    own: Attributes = field(default_factory=dict)  # the operator's own attributes


@dataclass(frozen=True, slots=True)
class CellsRead:
    """The fields that a row gives, normalised, and what it gave in vain or in doubt."""

    changes: Mapping[str, Any]
    left_out: tuple[BadField, ...] = ()
    doubts: tuple[BadField, ...] = ()  # stored, but said


def homes(brands: Mapping[str, Brand]) -> dict[str, str]:
    """The calling code that each brand's numbers have when they are written the national way: the first of
    its originators'; "" where they serve any."""
    found = {}
    for name, brand in brands.items():
        codes = [code for one in brand.originators for code in one.countries if code.isdigit()]
        found[name] = codes[0] if codes and len(codes[0]) <= 3 else ""
    return found


def read_row(given: Mapping[str, str], how: CellRules) -> CellsRead:
    """The row's fields; an empty cell gives none. Raises BadField where the row cannot be used."""
    cells = {name: cleaned for name, cell in given.items() if (cleaned := _cleaned(cell))}
    brand = cells.get("brand", "") or how.brand
    if brand and not is_nothing(brand):
        cells["brand"] = brand
    country = how.country or how.homes.get(folded(brand), "")
    left_out: list[BadField] = []
    changes: dict[str, Any] = {}
    for name, cell in cells.items():
        try:
            if name in how.own:
                changes[name] = _own(how.own[name], how)(name, cell)
                continue
            if name != "subscriber_id" and name != "plan_ends_on" and is_nothing(cell):
                raise BadField(name, Code.NAME_NONE if name == "name" else Code.FIELD_NOTHING)
            if name == "name" and not (cell := name_of(cell)):
                raise BadField(name, Code.NAME_NONE)
            if name in DATES:
                changes |= _date(name, cell, cells, how)
            else:
                changes[name] = read_field(name, cell, country)
        except BadField as bad:
            if name in _NEEDED and bad.problem.code != Code.FIELD_NOTHING:
                raise
            left_out.append(bad)
    if "subscriber_id" not in changes:
        raise BadField("subscriber_id", Code.TEXT_EMPTY)
    return CellsRead(changes, tuple(left_out), (*_region(changes), *_language(cells, changes)))


def _own(attribute: SubscriberAttribute, how: CellRules) -> Read:
    """How a cell of an attribute of the operator's is read; what says that nothing is known is left out,
    unless it is a value. Days may be written as files write the built-in dates."""
    declared = attribute.field

    def read(name: str, value: object) -> Any:
        cell = str(value)
        if is_nothing(cell) and cell not in declared.choices and declared.type != "yes_no":
            raise BadField(name, Code.FIELD_NOTHING)
        if declared.type == "day":
            if declared.no_end and no_end(cell):
                return None
            found = _written(name, str(narrow(cell)), how)
            if declared.no_end and found.year >= NO_END_FROM:
                return None
            cell = _day(name, found)
        return declared.read(name, cell)

    return without_the_value(read) if attribute.personal else read


def _cleaned(cell: str) -> str:
    """A cell without what spreadsheets put around a text to keep it: ="007", '007."""
    found = cell.strip().strip("\ufeff\u200b").strip()
    if kept := _KEPT_TEXT.fullmatch(found):
        return kept[1].strip()
    return found[1:] if found[:1] == "'" and found[1:2] in "+0123456789" and len(found) > 1 else found


def _region(changes: dict[str, str]) -> tuple[BadField, ...]:
    if not changes.get("region"):
        return ()
    found = region_of(changes["region"])
    changes["region"] = found.name
    return () if found.known else (BadField("region", Code.REGION_UNKNOWN),)


def _language(cells: Mapping[str, str], changes: Mapping[str, Any]) -> tuple[BadField, ...]:
    """What is stored as the nearest language that there are texts in is said."""
    if changes.get("language") != "zh-CN" or not other_chinese(cells["language"]):
        return ()
    return (
        BadField("language", Code.LANGUAGE_NEAREST, value=cells["language"], language=changes["language"]),
    )


def _date(name: str, cell: str, cells: Mapping[str, str], how: CellRules) -> dict[str, str]:
    cell = str(narrow(cell))
    if name == "birthday":
        return _birthday(cell, cells.get("birthday_calendar", ""), how)
    if name == "plan_ends_on" and (no_end(cell) or is_nothing(cell)):
        if no_end(cell):
            return {name: ""}
        raise BadField(name, Code.FIELD_NOTHING)
    found = _written(name, cell, how)
    if name == "plan_ends_on" and found.year >= NO_END_FROM:
        return {name: ""}
    return {name: _day(name, found)}


def _written(name: str, cell: str, how: CellRules) -> Written:
    """The date with its year that a cell holds, in whatever form its column has."""
    if _NO_DAY.fullmatch(cell):
        raise BadField(name, Code.FIELD_NOTHING)
    found = read_date(name, cell, how.orders.get(name, ""))
    if not found.year:
        raise BadField(name, Code.DATE_FORM)
    return found


def _day(name: str, found: Written) -> str:
    if not 1900 <= found.year <= 2199:
        raise BadField(name, Code.DATE_YEAR, year=str(found.year), first="1900", last="2199")
    try:
        return date(found.year, found.month, found.day).isoformat()
    except ValueError:
        raise BadField(name, Code.DATE_NO_DAY) from None


def _birthday(cell: str, calendar: str, how: CellRules) -> dict[str, str]:
    """The birthday, and its calendar where the cell says one and its own column does not."""
    if _NO_DAY.fullmatch(cell):
        raise BadField("birthday", Code.FIELD_NOTHING)
    written, is_lunar = lunar(cell)
    found = read_date("birthday", written, how.orders.get("birthday", ""))
    if (found.year, found.month, found.day) in _PLACEHOLDERS or found.year >= 9999:
        raise BadField("birthday", Code.BIRTHDAY_PLACEHOLDER, date=_text(found))
    if found.year and (found.year, found.month, found.day) > (how.today.year, how.today.month, how.today.day):
        raise BadField("birthday", Code.BIRTHDAY_FUTURE)
    given = {"birthday": _text(found)}
    if calendar and not is_nothing(calendar):
        with suppress(BadField):  # it is told for its own field
            given["birthday_calendar"] = read_field("birthday_calendar", calendar)
    elif is_lunar:
        given["birthday_calendar"] = "lunar"
    return subscriber_changes(given)


def _text(found: Written) -> str:
    month_day = f"{found.month:02d}-{found.day:02d}"
    return f"{found.year:04d}-{month_day}" if found.year else month_day
