"""Workbooks (xlsx) as tables, for the command only: the reader is compiled and does not ship."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import BinaryIO

from chalicelib.intake.intake_codes import IntakeCode as Code
from chalicelib.intake.sheet import BadSheet, Sheet, SheetRow

_ZIP = b"PK\x03\x04"


def is_workbook(stream: BinaryIO) -> bool:
    """Whether these bytes are an xlsx file."""
    stream.seek(0)
    return stream.read(4) == _ZIP


def open_workbook(stream: BinaryIO) -> Sheet:
    """The first sheet that holds anything; its first row that does names the columns. Raises BadSheet."""
    from python_calamine import CalamineError, CalamineSheet, load_workbook

    stream.seek(0)
    try:
        book = load_workbook(stream)
        sheets = [book.get_sheet_by_name(name) for name in book.sheet_names]
    except CalamineError as error:
        raise BadSheet(Code.WORKBOOK_BROKEN, words=str(error)) from error

    def records(sheet: CalamineSheet, width: int) -> Iterator[SheetRow]:
        above = sheet.start[0] if sheet.start else 0
        for number, row in enumerate(sheet.iter_rows(), above + 1):
            cells = [_text(cell) for cell in row]
            while cells and not cells[-1]:
                cells.pop()
            if not cells:
                continue
            problem = Code.ROW_WIDE if width and len(cells) > width else ""
            yield SheetRow(number, (*cells, *[""] * (width - len(cells))), problem)

    for sheet in sheets:
        for first in records(sheet, 0):
            header = tuple(cell.strip() for cell in first.cells)

            def rows(sheet: CalamineSheet = sheet, first: SheetRow = first) -> Iterator[SheetRow]:
                found = records(sheet, len(first.cells))
                return (one for one in found if one.line > first.line)

            return Sheet("xlsx", "", header, rows)
    raise BadSheet(Code.WORKBOOK_EMPTY)


def _text(cell: object) -> str:
    """A cell as it would be written in a CSV file; a whole number without the decimals of a spreadsheet."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime | date | time):
        return cell.isoformat().replace("T", " ")
    return str(cell)
