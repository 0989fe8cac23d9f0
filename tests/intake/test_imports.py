"""CSV files of every kind against a store in memory: what is added, changed, refused and left alone."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.i18n.problems import words
from chalicelib.intake.cells import CellRules
from chalicelib.intake.imports import BadMap, ImportDone, Options, carry_out, positions, profile, wanted
from chalicelib.intake.sheet import BadSheet, open_sheet
from chalicelib.intake.subscriber import FIELDS
from chalicelib.store.schema.subscribers import Subscriber
from local.believable import AMERICA, filler

IBM = Path(__file__).parents[3] / "shared" / "data" / "ibm_telco.csv"
PEOPLE = """\
id,Name,Phone,Ends
A1,王小明,+86 138 0013 8000,2026-12-31
A2,Zoë O'Brien,(312) 555-0123,
"""
MAP = {"subscriber_id": "id", "name": "Name", "msisdn": "Phone", "plan_ends_on": "Ends"}


ROWS = ("added", "changed", "unchanged", "rejected", "repeated", "older")


class Memory:
    """Subscribers in a dict, and how often they were written."""

    def __init__(self, *known: Subscriber) -> None:
        self.held = {one.subscriber_id: one for one in known}
        self.writes = 0

    def get_many(self, ids: Iterable[str]) -> Mapping[str, Subscriber]:
        return {one: self.held[one] for one in ids if one in self.held}

    def put_many(self, subscribers: Sequence[Subscriber]) -> None:
        ids = [one.subscriber_id for one in subscribers]
        assert len(ids) == len(set(ids)) > 0  # what BatchWriteItem wants
        self.writes += len(ids)
        self.held.update({one.subscriber_id: one for one in subscribers})


def bring(
    memory: Memory, csv: str | bytes, columns: Mapping[str, str] | None = None, **options: object
) -> ImportDone:
    """Import a file; everything that came of it, added up."""
    sheet = open_sheet(io.BytesIO(csv.encode() if isinstance(csv, str) else csv))
    make_up = options.pop("make_up", None)
    how = CellRules(**{"country": "1", "today": date(2026, 11, 23), **options})  # type: ignore[arg-type]
    chosen = Options(positions(sheet.header, columns or {}), how, make_up)  # type: ignore[arg-type]
    found = profile(sheet, chosen)
    parts = list(carry_out(wanted(sheet, chosen, found), get_many=memory.get_many, put_many=memory.put_many))
    counts: Counter[str] = Counter()
    for part in parts:
        counts.update(part.counts)
    rows = {name: counts.pop(name) for name in ROWS if name in counts}
    assert sum(rows.values()) == found.rows
    return ImportDone(
        +Counter(rows),
        tuple(chain.from_iterable(part.rejects for part in parts)),
        tuple(chain.from_iterable(part.repeats for part in parts)),
        tuple(chain.from_iterable(part.left_out for part in parts)),
    )


def test_rows_become_subscribers() -> None:
    memory = Memory()
    assert bring(memory, PEOPLE, MAP, brand="skylark").counts == {"added": 2}
    assert memory.held == {
        "A1": Subscriber(
            "A1", msisdn="+8613800138000", name="王小明", brand="skylark", plan_ends_on="2026-12-31"
        ),
        "A2": Subscriber("A2", msisdn="+13125550123", name="Zoë O'Brien", brand="skylark"),
    }


def test_a_second_run_writes_nothing() -> None:
    memory = Memory()
    bring(memory, PEOPLE, MAP)
    assert bring(memory, PEOPLE, MAP).counts == {"unchanged": 2}
    assert memory.writes == 2


def test_only_what_differs_is_written_and_what_no_column_says_stays() -> None:
    memory = Memory(
        Subscriber("A1", msisdn="+8613800138000", name="王小明", tier="gold", plan_ends_on="2026-11-30"),
        Subscriber("A2", msisdn="+13125550123", name="Zoë O'Brien", birthday="02-29"),
    )
    assert bring(memory, PEOPLE, MAP).counts == {"changed": 1, "unchanged": 1}
    assert memory.held["A1"].plan_ends_on == "2026-12-31"
    assert memory.held["A1"].tier == "gold"
    assert memory.writes == 1


def test_an_empty_cell_leaves_the_field_as_it_is() -> None:
    memory = Memory(Subscriber("A2", msisdn="+13125550123", name="Zoë O'Brien", plan_ends_on="2027-01-01"))
    bring(memory, PEOPLE, MAP)
    assert memory.held["A2"].plan_ends_on == "2027-01-01"


def test_a_moved_number_is_remembered() -> None:
    memory = Memory(Subscriber("A2", msisdn="+13125550199"))
    bring(memory, PEOPLE, MAP)
    assert memory.held["A2"].previous_msisdns == ("+13125550199",)


def test_rejected_rows_say_line_field_and_reason_and_keep_their_cells() -> None:
    csv = PEOPLE + 'A3,"two\nlines",,\n,nobody,,\nA5,,12,\nA6,too,many,cells,here\nA7,fine,,\n'
    memory = Memory()
    done = bring(memory, csv, MAP)
    assert done.counts == {"added": 4, "rejected": 3}
    assert memory.held["A3"].name == "two lines"
    assert [(one.line, one.problem.place) for one in done.rejects] == [
        (6, "subscriber_id"),
        (7, "msisdn"),
        (8, ""),
    ]
    assert done.rejects[0].problem.code == "text.empty"
    assert words(done.rejects[2].problem, "en").startswith("has 5 cells, the header has 4")
    assert done.rejects[2].cells == ("A6", "too", "many", "cells", "here")


def test_a_birthday_that_contradicts_what_is_stored_is_left_out() -> None:
    memory = Memory(Subscriber("A1", birthday="1990-12-30", birthday_calendar="lunar"))
    done = bring(memory, "subscriber_id,birthday\nA1,02-30\nA2,02-30\n")
    assert done.counts == {"changed": 1, "added": 1}
    assert [(one.line, one.problem.place) for one in done.left_out] == [(3, "birthday")]
    assert not memory.held["A2"].birthday
    assert memory.held["A1"].birthday == "02-30"


def test_of_a_subscriber_that_comes_twice_the_last_good_row_counts() -> None:
    csv = "subscriber_id,tier,status\nA1,gold,\nA2,gold,\nA1,silver,\nA1,diamond,dead\n"
    memory = Memory()
    done = bring(memory, csv)
    assert done.counts == {"added": 2, "repeated": 1, "rejected": 1}
    assert [(one.line, one.subscriber_id, one.counts) for one in done.repeats] == [(2, "A1", 4)]
    assert memory.held["A1"].tier == "silver"
    assert bring(memory, csv).counts == {"unchanged": 2, "repeated": 1, "rejected": 1}


def test_a_column_of_brands_wins_over_the_option() -> None:
    memory = Memory()
    bring(memory, "subscriber_id,brand\nA1,yuntong\nA2,\n", brand="skylark")
    assert {one.brand for one in memory.held.values()} == {"yuntong", "skylark"}
    assert memory.held["A2"].brand == "skylark"


def test_made_up_values_fill_only_what_is_unknown() -> None:
    memory = Memory(Subscriber("A1", birthday="1990-08-15"))
    made: list[str] = []

    def make_up(row: Mapping[str, str]) -> Mapping[str, str]:
        made.append(row["subscriber_id"])
        return {"birthday": "2000-01-01", "tier": "standard"}

    bring(memory, "subscriber_id,tier\nA1,gold\nA2,\n", make_up=make_up)
    assert made == ["A1", "A2"]
    assert memory.held["A1"] == Subscriber("A1", birthday="1990-08-15", tier="gold")
    assert memory.held["A2"] == Subscriber("A2", birthday="2000-01-01", tier="standard")


def test_thousands_of_rows_are_done_in_file_order() -> None:
    memory = Memory()
    csv = "subscriber_id,status\n" + "".join(
        f"A{n},{'dead' if n % 1000 == 0 else ''}\n" for n in range(1, 5001)
    )
    done = bring(memory, csv)
    assert done.counts == {"added": 4995, "rejected": 5}
    assert [one.line for one in done.rejects] == [1001, 2001, 3001, 4001, 5001]


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(PEOPLE.encode("utf-8"), id="UTF-8"),
        pytest.param(PEOPLE.encode("utf-8-sig"), id="UTF-8 with a mark"),
        pytest.param(PEOPLE.replace("\n", "\r\n").encode("utf-8"), id="Windows line ends"),
        pytest.param(PEOPLE.encode("utf-16"), id="UTF-16"),
        pytest.param(PEOPLE.replace("ë", "e").encode("gb18030"), id="GB18030"),
        pytest.param(PEOPLE.replace(",", ";").encode(), id="semicolons"),
        pytest.param(PEOPLE.replace(",", "\t").encode(), id="tabs"),
        pytest.param(PEOPLE.replace("\n", "\n\n").encode(), id="blank lines"),
        pytest.param(PEOPLE.replace("id,Name", " id , Name ").encode(), id="blanks around column names"),
        pytest.param(PEOPLE.rstrip("\n").encode(), id="no line end at the end"),
    ],
)
def test_files_as_programs_write_them(raw: bytes) -> None:
    memory = Memory()
    assert bring(memory, raw, MAP).counts == {"added": 2}
    assert memory.held["A1"].name == "王小明"


@pytest.mark.parametrize(
    ("raw", "error"),
    [
        pytest.param(b"", "the file is empty", id="empty"),
        pytest.param(b"\n\n", "the file is empty", id="only blank lines"),
        pytest.param(b"\x7fELF\x02\x01\x01\x00\x03\x00\x3e" * 40, "is no text", id="a program"),
        pytest.param(b"\x1f\x8b\x08broken", "gzip file is broken", id="broken gzip"),
        pytest.param(b"PK\x03\x04rest", "is a workbook", id="xlsx"),
        pytest.param(b"\xd0\xcf\x11\xe0rest", "is an old workbook", id="xls"),
    ],
)
def test_files_that_are_no_table_are_refused_before_anything_is_written(raw: bytes, error: str) -> None:
    memory = Memory()
    with pytest.raises(BadSheet) as caught:
        bring(memory, raw, {"subscriber_id": "id"})
    assert error in words(caught.value.problem, "en")
    assert memory.writes == 0


@pytest.mark.parametrize(
    ("columns", "error"),
    [
        pytest.param({"subscriber_id": "id", "nam": "Name"}, "there is no field “nam”", id="no such field"),
        pytest.param(
            {"id": "subscriber_id"}, "the field comes first: subscriber_id=id", id="the wrong way round"
        ),
        pytest.param(
            {"subscriber_id": "ID"}, "no column “ID”.*Did you mean `id`", id="a column nearly named"
        ),
        pytest.param(
            {"subscriber_id": "customer"}, "no column “customer”.*Columns: id, Name", id="no such column"
        ),
        pytest.param({"name": "Name"}, "no column says which subscriber", id="no id"),
        pytest.param({"subscriber_id": "twice"}, "is there 2 times", id="a column that is there twice"),
    ],
)
def test_a_map_that_does_not_fit_is_refused(columns: Mapping[str, str], error: str) -> None:
    with pytest.raises(BadMap) as caught:
        positions(["id", "Name", "twice", "twice"], columns)
    assert re.search(error, words(caught.value.problem, "en"))


CELLS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ["A1", "+8613800138000", "02-30"]
)


@settings(deadline=None)
@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=8))
def test_whatever_is_in_the_cells_every_row_is_counted_once_and_again_nothing_changes(
    rows: list[list[str]],
) -> None:
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    csv = "\n".join(["subscriber_id,msisdn,birthday", *quoted]) + "\n"
    memory = Memory()
    first = bring(memory, csv)
    again = bring(memory, csv)
    assert again.counts["added"] == again.counts["changed"] == 0
    assert again.counts["unchanged"] == first.counts["added"]
    assert [(one.line, one.problem) for one in again.rejects] == [
        (one.line, one.problem) for one in first.rejects
    ]


@pytest.mark.skipif(not IBM.exists(), reason="the data set is not here")
def test_7043_subscribers_without_numbers_and_birthdays() -> None:
    columns = {"subscriber_id": "customerID", "plan": "Contract"}
    memory = Memory()

    def run() -> Counter[str]:
        make_up = filler(["msisdn", "birthday"], AMERICA, date(2026, 11, 23))
        return bring(memory, IBM.read_bytes(), columns, brand="skylark", make_up=make_up).counts

    assert run() == {"added": 7043}
    assert run() == {"unchanged": 7043}
    everyone = memory.held.values()
    assert len({one.msisdn for one in everyone}) == 7043
    assert all(re.fullmatch(r"\+1[2-9]\d\d555\d{4}", one.msisdn) for one in everyone)
    assert all(one.birthday and one.brand == "skylark" for one in everyone)
    assert {one.plan for one in everyone} == {"Month-to-month", "One year", "Two year"}


def test_no_field_is_about_consent() -> None:
    assert not [name for name in FIELDS if "opt" in name or "consent" in name]
