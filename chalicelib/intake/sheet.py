"""A CSV file as it comes: whatever encoding and separator the exporting program chose."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

_BLOCK = 1 << 20


class BadSheet(ValueError):
    """A file that cannot be read as a table; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One record: the line it begins on (from 1, the header's included) and its cells."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """An opened CSV file. It is read from its beginning each time `rows` is called, never whole."""

    stream: BinaryIO
    encoding: str
    separator: str
    header: tuple[str, ...]

    def rows(self) -> Iterator[SheetRow]:
        """The records after the header, without blank lines. Raises BadSheet on an open quote."""
        records = _records(self.stream, self.encoding, self.separator)
        next(records)
        return records


def open_sheet(stream: BinaryIO) -> Sheet:
    """Find out encoding (UTF-8, UTF-16 with mark, GB18030), separator (comma, semicolon, tab) and header.

    `stream` must be able to seek. Reads it to the end once, so that a wrong byte shows before anything
    is done with the rows. Raises BadSheet.
    """
    encoding = _encoding(stream)
    first = _first_line(stream, encoding)
    separator = max(",;\t", key=first.count)
    for row in _records(stream, encoding, separator):
        return Sheet(stream, encoding, separator, tuple(cell.strip() for cell in row.cells))
    raise BadSheet("the file is empty: its first line must name the columns")


def _encoding(stream: BinaryIO) -> str:
    stream.seek(0)
    head = stream.read(4)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = ["utf-16"]
    else:
        candidates = ["utf-8-sig", "gb18030"]
    worst = 0
    for name in candidates:
        wrong_at = _wrong_byte(stream, name)
        if wrong_at is None:
            return name
        worst = max(worst, wrong_at)
    raise BadSheet(f"the file is neither UTF-8 nor GB18030 (byte {worst + 1}): export it as UTF-8")


def _wrong_byte(stream: BinaryIO, encoding: str) -> int | None:
    stream.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    before = 0
    while True:
        block = stream.read(_BLOCK)
        try:
            decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            return before + error.start
        if not block:
            return None
        before += len(block)


def _first_line(stream: BinaryIO, encoding: str) -> str:
    stream.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    lines = decoder.decode(stream.read(_BLOCK)).splitlines()
    return lines[0] if lines else ""


def _records(stream: BinaryIO, encoding: str, separator: str) -> Iterator[SheetRow]:
    stream.seek(0)
    text = io.TextIOWrapper(stream, encoding, newline="")
    try:
        reader = csv.reader(text, delimiter=separator, strict=True)
        begins = 1
        try:
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield SheetRow(begins, tuple(cells))
                begins = reader.line_num + 1
        except csv.Error as error:
            raise BadSheet(f'line {begins}: {error}: is a quote (") opened there and not closed?') from None
    finally:
        text.detach()  # closing is for whoever opened the stream
