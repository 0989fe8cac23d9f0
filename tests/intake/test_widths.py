"""What Chinese keyboards write: numbers, dates and codes in full width are read as the plain ones, wherever
they come from; names and other words stay as they were written."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

import pytest

from chalicelib.intake.cells import CellRules, read_row
from chalicelib.intake.dates import more_evidence
from chalicelib.intake.event import event_from
from chalicelib.intake.vocabulary import over_shipped, shipped
from tests.support.factories import NOW

ATTRIBUTES = shipped().attributes
BUILT_IN = {
    "msisdn": "+8613800138000",
    "language": "zh-CN",
    "time_zone": "Asia/Shanghai",
    "brand": "yuntong",
    "tier": "gold",
    "status": "active",
    "birthday": "1990-08-15",
    "birthday_calendar": "lunar",
    "plan_ends_on": "2026-12-01",
    "since": "2019-03-01",
    "region": "湖南/长沙",
}
OWN = {
    "arpu": "96.5",
    "points": "1200",
    "balance": "-8.5",
    "contract_ends_on": "2027-03-31",
    "payment": "prepaid",
}
EVERY_TYPE: dict[str, tuple[dict[str, Any], str]] = {
    "number": ({"type": "number", "example": 5}, "12.5"),
    "below_zero": ({"type": "number", "least": -9, "example": 5}, "-8.5"),
    "signed": ({"type": "number", "example": 5}, "+12"),
    "no_limit": ({"type": "number", "no_limit": True, "example": 5}, "-1"),
    "whole": ({"type": "whole", "example": 5}, "12"),
    "yes_no": ({"type": "yes_no", "example": True}, "YES"),
    "choice": ({"type": "choice", "choices": ["5G", "4G"], "example": "5G"}, "5g"),
    "day": ({"type": "day", "example": "2026-11-30"}, "2026-12-01"),
    "day_with_slashes": ({"type": "day", "example": "2026-11-30"}, "2026/12/1"),
    "no_end": ({"type": "day", "no_end": True, "example": "2026-11-30"}, "9999-12-31"),
    "moment": ({"type": "moment", "example": "2026-11-24T01:00:00+08:00"}, "2026-11-24T01:00:00+08:00"),
    "msisdn": ({"type": "msisdn", "example": "+8613900000001"}, "+86 138-0013-8000"),
    "region": ({"type": "region", "example": "湖南/长沙"}, "湖南/长沙"),
}
KNOWN = over_shipped(
    {
        "event#width.seen": {
            "title": {"en": "x", "zh-CN": "x"},
            "fields": {name: {**declared, "optional": True} for name, (declared, _) in EVERY_TYPE.items()},
        }
    }
)


def wide(written: str) -> str:
    """The text as an input method in full width writes it."""
    return "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in written)


def marked(written: str) -> str:
    """The text with marks around it that nobody sees, as it is copied out of chats and address books."""
    return f"\u202a{written}\u202c\u200b"


WRITTEN = pytest.mark.parametrize(
    "spelled", [wide, marked, lambda one: f"\u3000{one} "], ids=["wide", "marked", "blanks"]
)


@WRITTEN
@pytest.mark.parametrize("name", [*BUILT_IN, *OWN])
def test_a_cell_of_a_file(name: str, spelled: Any) -> None:
    plain = {**BUILT_IN, **OWN}[name]
    rows = [{"subscriber_id": "s-1", name: one} for one in (plain, spelled(plain))]
    first, second = (read_row(row, CellRules(own=ATTRIBUTES)) for row in rows)
    assert second.left_out == ()
    assert second.changes == first.changes


def fields(kind: str, name: str, value: Any) -> Mapping[str, Any]:
    """What is read of an event that says this."""
    said = {"id": "e-1", "time": NOW.isoformat(), "subscriber_id": "s-1", name: value}
    return event_from(kind, said, NOW, KNOWN).fields


@WRITTEN
@pytest.mark.parametrize("name", [*BUILT_IN, *OWN])
def test_a_field_of_subscriber_changed(name: str, spelled: Any) -> None:
    plain = {**BUILT_IN, **OWN}[name]
    assert fields("subscriber.changed", name, spelled(plain)) == fields("subscriber.changed", name, plain)


@WRITTEN
@pytest.mark.parametrize("name", EVERY_TYPE)
def test_a_field_of_an_event(name: str, spelled: Any) -> None:
    plain = EVERY_TYPE[name][1]
    assert fields("width.seen", name, spelled(plain)) == fields("width.seen", name, plain)


@pytest.mark.parametrize("cell", ["13/05/2026", "25.12.2026", "13/5"])
def test_what_the_dates_of_a_column_begin_with(cell: str) -> None:
    assert more_evidence("", wide(cell)) == more_evidence("", cell) == "day"


@pytest.mark.parametrize("cell", ["农历8月15日", "农历１９９０－０８－１５", "闰０６－１５", "８月１５日"])
def test_a_lunar_birthday(cell: str) -> None:
    plain = unicodedata.normalize("NFKC", cell)
    rows = [{"subscriber_id": "s-1", "birthday": one} for one in (plain, cell)]
    first, second = (read_row(row, CellRules()).changes for row in rows)
    assert first == second


@pytest.mark.parametrize(
    ("name", "written"), [("name", "王芳（５Ｇ）"), ("device", "Ｍａｔｅ　６０"), ("contact", "李娜（妻）")]
)
def test_words_stay_as_they_were_written(name: str, written: str) -> None:
    read = read_row({"subscriber_id": "s-1", name: written}, CellRules(own=ATTRIBUTES))
    assert read.changes[name] == written


@pytest.mark.parametrize("written", ["١٢", "१२", "十二", "1２Ｇ", "１_０００"])
def test_what_is_no_number_in_full_width_is_none_either(written: str) -> None:
    read = read_row({"subscriber_id": "s-1", "arpu": written}, CellRules(own=ATTRIBUTES))
    assert [one.problem.place for one in read.left_out] == ["arpu"]
