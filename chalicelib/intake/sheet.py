"""A table as it comes: CSV in whatever encoding and separator the exporting program chose, plain or gzip.

What was chosen is said in `Sheet`, so that people can see it before anything is stored. A line that cannot
be read is one row with a `problem`; it never costs its neighbours.
"""

from __future__ import annotations

import csv
import gzip
import io
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO

from chalicelib.intake.encodings import Undecided, encoding_of, unreadable
from chalicelib.intake.headings import understood
from chalicelib.intake.intake_codes import IntakeCode as Code
from chalicelib.problems import BadValue

SEPARATORS = ",;\t|"
MOST_LINES = 20  # that a quoted cell may go over; beyond it the quote is a letter like any other


class BadSheet(BadValue):
    """A file that cannot be read as a table."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One record: the line it begins on (from 1, the header's included), its cells, and the code that
    says why it cannot be read."""

    line: int
    cells: tuple[str, ...]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """An opened table. Its rows are read from the beginning each time `rows` is called, never held."""

    encoding: str  # as Python names it; "xlsx" for a workbook
    separator: str
    header: tuple[str, ...]
    rows: Callable[[], Iterator[SheetRow]]
    bad_lines: int = 0  # that the encoding does not have


def open_sheet(stream: IO[bytes]) -> Sheet:
    """Find out encoding, separator and header. `stream` must be able to seek; it is read to its end once.

    Encodings: UTF-8, UTF-16 with or without mark, GB18030, Big5, Windows-1252, by evidence over the whole
    file. Separators: comma, semicolon, tab, |, or what a first line `sep=;` says. Raises BadSheet.
    """
    stream = unzipped(stream)
    stream.seek(0)
    head = stream.read(4)
    if head == b"PK\x03\x04":
        raise BadSheet(Code.FILE_WORKBOOK)
    if head == b"\xd0\xcf\x11\xe0":
        raise BadSheet(Code.FILE_OLD_WORKBOOK)
    try:
        encoding = encoding_of(stream)
    except Undecided:
        raise BadSheet(Code.FILE_NO_TEXT) from None
    name = encoding.name
    start, separator = _first(stream, name)
    for row in _records(stream, name, separator, start, 0):
        if row.problem:
            raise BadSheet(Code.FILE_HEADER)
        header = _trimmed(row.cells)
        after = row.line

        def rows(width: int = len(header), after: int = after) -> Iterator[SheetRow]:
            records = _records(stream, name, separator, start, width)
            return (one for one in records if one.line > after)

        return Sheet(name, separator, header, rows, encoding.bad_lines)
    raise BadSheet(Code.FILE_EMPTY)


def unzipped(stream: IO[bytes]) -> IO[bytes]:
    """The stream, or what a gzip file holds. Raises BadSheet."""
    stream.seek(0)
    if stream.read(2) != b"\x1f\x8b":
        return stream
    stream.seek(0)
    held: IO[bytes] = TemporaryFile()  # noqa: SIM115 - for as long as the sheet
    try:
        with gzip.GzipFile(fileobj=stream) as inner:
            shutil.copyfileobj(inner, held, 1 << 20)
    except (OSError, EOFError) as error:
        raise BadSheet(Code.FILE_GZIP, words=str(error)) from error
    return held


def _first(stream: IO[bytes], encoding: str) -> tuple[int, str]:
    """Lines to pass over before the header (a `sep=;` line), and the separator."""
    lines: list[str] = []
    for line in _lines(stream, encoding):
        lines.append(line)
        if len(lines) > MOST_LINES:
            break
    if not lines:
        return 0, ","
    told = lines[0].strip().strip('"')
    if told.lower().startswith("sep=") and len(told) == 5:
        return 1, told[4]
    if lines[0].strip("\r\n").lower() == "sep=\t":
        return 1, "\t"
    first = next((one for one in lines if one.strip()), "")
    return 0, max(SEPARATORS, key=lambda one: (len(understood(_split(first, one))), first.count(one)))


def _lines(stream: IO[bytes], encoding: str) -> Iterator[str]:
    stream.seek(0)
    errors = "replace" if encoding.startswith("utf-16") else "surrogateescape"
    text = io.TextIOWrapper(stream, encoding, errors=errors, newline="")
    try:
        for number, line in enumerate(text):
            yield line.removeprefix("\ufeff") if number == 0 else line
    finally:
        text.detach()  # closing is for whoever opened the stream


def _records(stream: IO[bytes], encoding: str, separator: str, start: int, width: int) -> Iterator[SheetRow]:
    """The records from line `start` + 1 on, without blank lines; `width` 0 takes cells as they are."""
    waiting: list[str] = []
    source = _lines(stream, encoding)
    number = 0

    def following() -> str | None:
        return waiting.pop(0) if waiting else next(source, None)

    while (line := following()) is not None:
        number += 1
        if number <= start or not line.strip(separator + " \t\r\n"):
            continue
        if unreadable(line):
            yield SheetRow(
                number, (line.rstrip("\r\n").encode("utf-8", "replace").decode(),), Code.ROW_ENCODING
            )
            continue
        if '"' not in line:
            yield _row(number, line.rstrip("\r\n").split(separator), width)
            continue
        taken = [line]
        cells = _parsed(line, separator)
        while cells is None and len(taken) < MOST_LINES and (more := following()) is not None:
            taken.append(more)
            cells = _parsed("".join(taken), separator)
            if cells is not None and width and len(_trimmed(cells)) > width:
                cells = None
        if cells is None:  # a quote that was never one: 5" 屏, "小明" 王
            waiting[:0] = taken[1:]
            yield _row(number, _split(line, separator), width)
            continue
        yield _row(number, cells, width)
        number += len(taken) - 1


def _parsed(text: str, separator: str) -> list[str] | None:
    """The cells of one record, None when its quotes do not come out even."""
    try:
        found = list(csv.reader([text], delimiter=separator, strict=True))
    except csv.Error:
        return None
    return found[0] if len(found) == 1 else None


def _split(line: str, separator: str) -> list[str]:
    """The cells of a line whose quotes mean nothing, but for those around a whole cell."""
    cells = line.rstrip("\r\n").split(separator)
    return [
        one[1:-1] if len(one) > 1 and one[0] == one[-1] == '"' and '"' not in one[1:-1] else one
        for one in cells
    ]


def _trimmed(cells: Sequence[str]) -> tuple[str, ...]:
    """Without empty cells at the end, which spreadsheets add."""
    found = [cell.strip() for cell in cells]
    while found and not found[-1]:
        found.pop()
    return tuple(found)


def _row(line: int, cells: Sequence[str], width: int) -> SheetRow:
    """Cells as many as the header's: what is missing at the end is empty, more than empty is a problem."""
    if not width:
        return SheetRow(line, tuple(cells))
    if any("\0" in cell for cell in cells):
        return SheetRow(line, tuple(cell.replace("\0", "") for cell in cells), Code.ROW_NUL)
    if len(cells) > width and len(_trimmed(cells)) > width:
        return SheetRow(line, tuple(cells), Code.ROW_WIDE)
    return SheetRow(line, tuple((*cells, *[""] * (width - len(cells)))[:width]))
