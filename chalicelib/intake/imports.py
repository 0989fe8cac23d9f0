"""Subscribers from a CSV file: from `ringback subscribers import` and from the drop bucket.

A file is read twice, never held: first what its columns as a whole say (which ids come again, how dates are
written), then the rows that count are compared with what is stored, and only differences are written. So
a second run writes nothing. Consent lives with the numbers (`store.conversations`), not with
subscribers: an import cannot touch it, let alone revive it.
"""

from __future__ import annotations

import dataclasses
from array import array
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import islice
from typing import Any

from chalicelib.intake.attributes import Attributes
from chalicelib.intake.cells import DATES, CellRules, CellsRead, read_row
from chalicelib.intake.dates import Order, more_evidence
from chalicelib.intake.field_types import HIDDEN
from chalicelib.intake.headings import own_columns, understood
from chalicelib.intake.intake_codes import IntakeCode as Code
from chalicelib.intake.sheet import Sheet, SheetRow
from chalicelib.intake.subscriber import FIELDS, changed
from chalicelib.intake.values import BadField
from chalicelib.problems import BadValue, Problem
from chalicelib.store.schema.base import replace
from chalicelib.store.schema.subscribers import Subscriber

BATCH = 500  # rows that are read, compared and written together
WORKERS = 4
SHOWN = 5  # rows of a preview
LOTS = 256  # that ids are looked through for those that come again

MakeUp = Callable[[Mapping[str, str]], Mapping[str, str]]
GetMany = Callable[[Iterable[str]], Mapping[str, Subscriber]]
PutMany = Callable[[Sequence[Subscriber]], None]
NewerThan = Callable[[Iterable[str]], Mapping[str, frozenset[str]]]
"""Of subscribers' ids: the fields that something newer than the file has set; all of them: "*"."""


class BadMap(BadValue):
    """Fields and columns that do not fit together."""


@dataclass(frozen=True, slots=True)
class Options:
    """How rows become subscribers."""

    positions: Mapping[str, int]  # field -> place of its cell in a row
    how: CellRules = field(default_factory=CellRules)
    make_up: MakeUp | None = None  # row's fields -> values for what stays unknown, once a row, in file order


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one row says of a subscriber: only cells that hold something."""

    line: int
    read: CellsRead
    made_up: Mapping[str, str]
    cells: tuple[str, ...]

    @property
    def subscriber_id(self) -> str:
        """Whose row it is."""
        return str(self.read.changes["subscriber_id"])


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that cannot be used, with what is wrong and its cells as they were."""

    line: int
    problem: Problem
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A field of a row that was used without it, or (`kept`) was stored as it is and is doubtful."""

    line: int
    subscriber_id: str
    problem: Problem
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Repeat:
    """A row whose subscriber comes again on line `counts`, which is the one that counts."""

    line: int
    subscriber_id: str
    counts: int


@dataclass(frozen=True, slots=True)
class SheetProfile:
    """What the first reading found: the number of rows, of ids that are repeated the last good line, and how
    the dates of each column are written."""

    rows: int
    last: Mapping[str, int]
    orders: Mapping[str, Order] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ImportDone:
    """What came of some rows.

    `counts`: added, changed, unchanged, rejected, repeated and older add up to the rows; beside them
    without_number, unknown_brand and left_out count what is so with rows that were taken.
    """

    counts: Counter[str] = field(default_factory=Counter)
    rejects: tuple[Reject, ...] = ()
    repeats: tuple[Repeat, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What an import would do with a file, for people to see before anything is stored."""

    encoding: str
    separator: str
    columns: Mapping[str, str]  # field -> the heading of its column
    not_understood: tuple[str, ...]  # headings of columns that are not used
    rows: tuple[CellsRead | Reject, ...]  # the first ones
    bad_lines: int  # that the encoding does not have, in the whole file


def positions(
    header: Sequence[str], columns: Mapping[str, str], own: Attributes | None = None
) -> dict[str, int]:
    """Where each field's cell is: from `columns` (field -> column), the others by what headings usually mean.
    `own` are the operator's own attributes, whose headings are their names and titles.

    Raises BadMap for an unknown field, a column that is missing or there twice, and without
    `subscriber_id`.
    """
    known = (*FIELDS, *(own or ()))
    found: dict[str, int] = {}
    for name, column in columns.items():
        if name not in known:
            code = Code.MAP_SWAPPED if column in known else Code.MAP_NO_FIELD
            raise BadMap(code, value=name, column=column, choices=known)
        if header.count(column) > 1:
            raise BadMap(Code.MAP_COLUMN_TWICE, column=column, name=name, n=header.count(column))
        if column not in header:
            folded = {one.casefold(): one for one in header}
            near = get_close_matches(column.casefold(), folded, 1, 0.5)
            close = folded[near[0]] if near else ""
            raise BadMap(Code.MAP_NO_COLUMN, column=column, name=name, choices=tuple(header), close=close)
        found[name] = header.index(column)
    if not columns:
        found = understood(header)
        found |= own_columns(header, own or {}, set(found.values()))
    if "subscriber_id" not in found:
        raise BadMap(Code.MAP_NO_ID, choices=tuple(header))
    return found


def preview(sheet: Sheet, options: Options, found: SheetProfile) -> ImportPreview:
    """What the file is taken for, and its first rows as they would be stored, personal attributes hidden."""
    chosen = _with_orders(options, found)
    rows = [_hidden(_read(row, sheet, chosen), options.how.own) for row in islice(sheet.rows(), SHOWN)]
    used = set(options.positions.values())
    return ImportPreview(
        sheet.encoding,
        sheet.separator,
        {name: sheet.header[at] for name, at in options.positions.items()},
        tuple(one for at, one in enumerate(sheet.header) if at not in used and one),
        tuple(rows),
        sheet.bad_lines,
    )


def _hidden(row: CellsRead | Reject, own: Attributes) -> CellsRead | Reject:
    if isinstance(row, Reject):
        return row
    return dataclasses.replace(
        row,
        changes={
            name: HIDDEN if name in own and own[name].personal else value
            for name, value in row.changes.items()
        },
    )


def profile(sheet: Sheet, options: Options) -> SheetProfile:
    """Read the file once: count the rows, find the ids that come more than once, see how dates are written.

    Keeps a number for each id in memory: 8 bytes a row.
    """
    ids = _Ids()
    count = 0
    days = (*DATES, *(name for name, one in options.how.own.items() if one.field.type == "day"))
    orders: dict[str, Order] = dict.fromkeys((one for one in days if one in options.positions), "")
    id_at = options.positions["subscriber_id"]
    for row in sheet.rows():
        count += 1
        if row.problem:
            continue
        ids.add(hash(row.cells[id_at].strip()))
        for name, order in orders.items():
            cell = row.cells[options.positions[name]].strip()
            if cell[:1].isdigit() and not cell[:4].isdigit():
                orders[name] = more_evidence(order, cell)
    found = SheetProfile(count, {}, orders)
    again = ids.repeated()
    return dataclasses.replace(found, last=_last(sheet, options, found, again)) if again else found


class _Ids:
    """Numbers of a million ids at 8 bytes each: in lots, so that only one lot at a time is a set."""

    def __init__(self) -> None:
        self._lots = [array("q") for _ in range(LOTS)]

    def add(self, id_: int) -> None:
        self._lots[id_ % LOTS].append(id_)

    def repeated(self) -> set[int]:
        """Those that were added more than once."""
        found: set[int] = set()
        for lot in self._lots:
            if len(set(lot)) < len(lot):
                found.update(one for one, times in Counter(lot).items() if times > 1)
        return found


def _last(sheet: Sheet, options: Options, found: SheetProfile, again: set[int]) -> dict[str, int]:
    """The last line that can be used of each id that comes again."""
    chosen = _with_orders(options, found)
    last: dict[str, int] = {}
    several: set[str] = set()
    id_at = options.positions["subscriber_id"]
    for row in sheet.rows():
        if row.problem or hash(row.cells[id_at].strip()) not in again:
            continue
        read = _read(row, sheet, chosen)
        if isinstance(read, CellsRead):
            id_ = read.changes["subscriber_id"]
            if id_ in last:
                several.add(id_)
            last[id_] = row.line
    return {id_: line for id_, line in last.items() if id_ in several}


def _with_orders(options: Options, found: SheetProfile) -> Options:
    return dataclasses.replace(options, how=dataclasses.replace(options.how, orders=found.orders))


def _read(row: SheetRow, sheet: Sheet, options: Options) -> CellsRead | Reject:
    """The fields that a row gives, or why it cannot be used."""
    if row.problem:
        wide = {"cells": len(row.cells), "width": len(sheet.header)}
        return Reject(row.line, Problem(row.problem, wide), row.cells)
    given = {name: row.cells[at] for name, at in options.positions.items()}
    try:
        return read_row(given, options.how)
    except BadField as bad:
        return Reject(row.line, bad.problem, row.cells)


def wanted(sheet: Sheet, options: Options, found: SheetProfile) -> Iterator[Wanted | Reject | Repeat]:
    """Read the file again: each row as what is to be done with it, in order."""
    chosen = _with_orders(options, found)
    for row in sheet.rows():
        read = _read(row, sheet, chosen)
        if isinstance(read, Reject):
            yield read
            continue
        id_ = read.changes["subscriber_id"]
        counts = found.last.get(id_, row.line)
        if counts != row.line:
            yield Repeat(row.line, id_, counts)
            continue
        yield Wanted(row.line, read, options.make_up(read.changes) if options.make_up else {}, row.cells)


def carry_out(
    rows: Iterable[Wanted | Reject | Repeat],
    *,
    get_many: GetMany,
    put_many: PutMany,
    brands: frozenset[str] = frozenset(),
    newer: NewerThan | None = None,
    workers: int = WORKERS,
) -> Iterator[ImportDone]:
    """Bring the store up to date, `BATCH` rows at a time, several batches at once; results in file order.

    `brands` are those that there are (none: not looked at); `newer` holds back what is newer than the file.
    What an exception in the store leaves undone is done by importing the file again.
    """
    remaining = iter(rows)
    with ThreadPoolExecutor(workers) as pool:
        running: deque[Future[ImportDone]] = deque()
        while batch := list(islice(remaining, BATCH)):
            running.append(pool.submit(_bring_up_to_date, batch, get_many, put_many, brands, newer))
            if len(running) > workers:
                yield running.popleft().result()
        while running:
            yield running.popleft().result()


def _bring_up_to_date(
    rows: Sequence[Wanted | Reject | Repeat],
    get_many: GetMany,
    put_many: PutMany,
    brands: frozenset[str],
    newer: NewerThan | None,
) -> ImportDone:
    asked = [row for row in rows if isinstance(row, Wanted)]
    rejects = [row for row in rows if isinstance(row, Reject)]
    repeats = tuple(row for row in rows if isinstance(row, Repeat))
    ids = [row.subscriber_id for row in asked]
    stored = get_many(ids) if asked else {}
    held_back = newer(ids) if newer and asked else {}
    counts: Counter[str] = Counter()
    left_out: list[LeftOut] = []
    write: list[Subscriber] = []
    for row in asked:
        before = stored.get(row.subscriber_id)
        kept = held_back.get(row.subscriber_id, frozenset())
        if "*" in kept:
            counts["older"] += 1
            continue
        changes = {name: value for name, value in row.read.changes.items() if name not in kept}
        after, dropped = _after(before or Subscriber(row.subscriber_id), changes)
        left_out += [
            LeftOut(row.line, row.subscriber_id, bad.problem) for bad in (*row.read.left_out, *dropped)
        ]
        left_out += [LeftOut(row.line, row.subscriber_id, bad.problem, kept=True) for bad in row.read.doubts]
        after = replace(after, **{n: v for n, v in row.made_up.items() if not getattr(after, n)})  # type: ignore[arg-type]
        counts["added" if before is None else "unchanged" if after == before else "changed"] += 1
        counts["without_number"] += not after.msisdn
        counts["unknown_brand"] += bool(brands) and after.brand not in brands
        if after != before:
            write.append(after)
    if write:
        put_many(write)
    counts.update(
        {
            "rejected": len(rejects),
            "repeated": len(repeats),
            "left_out": sum(not one.kept for one in left_out),
            "doubtful": sum(one.kept for one in left_out),
        }
    )
    return ImportDone(counts, tuple(rejects), repeats, tuple(left_out))


def _after(before: Subscriber, changes: Mapping[str, Any]) -> tuple[Subscriber, tuple[BadField, ...]]:
    """The subscriber afterwards; a birthday that is right in itself and no day of the stored calendar is left
    out."""
    try:
        return changed(before, changes), ()
    except BadField as bad:
        rest = {name: value for name, value in changes.items() if not name.startswith("birthday")}
        return changed(before, rest), (bad,)
