"""Subscribers from a CSV file: from `ringback subscribers import` and from the drop bucket.

A file is read twice, never held: first every row is checked and repeated ids are found, then the
rows that count are compared with what is stored, and only differences are written. So a second run
writes nothing. Consent lives with the numbers (`store.conversations`), not with subscribers: an
import cannot touch it, let alone revive it.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import islice

from chalicelib.intake.sheet import Sheet, SheetRow
from chalicelib.intake.subscriber import FIELDS, changed, subscriber_changes
from chalicelib.intake.values import BadField
from chalicelib.store.schema.base import replace
from chalicelib.store.schema.subscribers import Subscriber

BATCH = 500  # rows that are read, compared and written together
WORKERS = 4

MakeUp = Callable[[Mapping[str, str]], Mapping[str, str]]
GetMany = Callable[[Iterable[str]], Mapping[str, Subscriber]]
PutMany = Callable[[Sequence[Subscriber]], None]


class BadMap(ValueError):
    """Fields and columns that do not fit together; the message says which and what there is."""


@dataclass(frozen=True, slots=True)
class Options:
    """How rows become subscribers."""

    positions: Mapping[str, int]  # field -> place of its cell in a row
    brand: str = ""  # of every row that names none
    country: str = ""  # calling code of numbers written the national way
    make_up: MakeUp | None = None  # row's fields -> values for what stays unknown, once a row, in file order


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one row says of a subscriber: only cells that hold something."""

    line: int
    changes: Mapping[str, str]
    made_up: Mapping[str, str]
    cells: tuple[str, ...]

    @property
    def subscriber_id(self) -> str:
        return self.changes["subscriber_id"]


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that cannot be used, with its field, the reason and its cells as they were."""

    line: int
    field: str
    error: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A row whose subscriber comes again on line `counts`, which is the one that counts."""

    line: int
    subscriber_id: str
    counts: int


@dataclass(frozen=True, slots=True)
class Survey:
    """What the first reading found: the number of rows and, of ids that are repeated, the last good line."""

    rows: int
    last: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Done:
    """What came of some rows: `counts` of added, changed, unchanged, rejected, repeated."""

    counts: Counter[str] = field(default_factory=Counter)
    rejects: tuple[Reject, ...] = ()
    repeats: tuple[Repeat, ...] = ()


def positions(header: Sequence[str], columns: Mapping[str, str]) -> dict[str, int]:
    """Where each field's cell is, from `columns` (field -> column); without any, columns called like fields.

    Raises BadMap for an unknown field, a column that is missing or there twice, and without
    `subscriber_id`.
    """
    found: dict[str, int] = {}
    for name, column in (columns or {name: name for name in FIELDS if name in header}).items():
        if name not in FIELDS:
            swapped = f"; the field comes first: {column}={name}" if column in FIELDS else ""
            raise BadMap(f"there is no field {name!r}{swapped}. Fields: {', '.join(FIELDS)}")
        if header.count(column) > 1:
            raise BadMap(f"the column {column!r} for {name} is there {header.count(column)} times")
        if column not in header:
            folded = {one.casefold(): one for one in header}
            near = get_close_matches(column.casefold(), folded, 1, 0.5)
            hint = f" Did you mean {folded[near[0]]!r}?" if near else ""
            raise BadMap(f"there is no column {column!r} for {name}.{hint} Columns: {', '.join(header)}")
        found[name] = header.index(column)
    if "subscriber_id" not in found:
        raise BadMap(f"no column is mapped to subscriber_id. Columns: {', '.join(header)}")
    return found


def survey(sheet: Sheet, options: Options) -> Survey:
    """Read the file once: count the rows and find the ids that come more than once.

    Keeps every id in memory: about 100 bytes a row.
    """
    seen: set[str] = set()
    last: dict[str, int] = {}
    count = 0
    for row in sheet.rows():
        count += 1
        try:
            id_ = row_changes(row, len(sheet.header), options)["subscriber_id"]
        except BadField:
            continue
        if id_ in seen:
            last[id_] = row.line
        seen.add(id_)
    return Survey(count, last)


def row_changes(row: SheetRow, width: int, options: Options) -> dict[str, str]:
    """The fields that a row gives; an empty cell gives none. Raises BadField."""
    if len(row.cells) != width:
        raise BadField(
            "", f"has {len(row.cells)} cells, the header has {width}: is a comma or a quote too many?"
        )
    given = {name: cell for name, at in options.positions.items() if (cell := row.cells[at].strip())}
    if options.brand:
        given.setdefault("brand", options.brand)
    found = subscriber_changes(given, country=options.country)
    if "subscriber_id" not in found:
        raise BadField("subscriber_id", "is empty")
    return found


def wanted(sheet: Sheet, options: Options, found: Survey) -> Iterator[Wanted | Reject | Repeat]:
    """Read the file again: each row as what is to be done with it, in order."""
    for row in sheet.rows():
        try:
            changes = row_changes(row, len(sheet.header), options)
        except BadField as bad:
            yield Reject(row.line, bad.field, bad.error, row.cells)
            continue
        counts = found.last.get(changes["subscriber_id"], row.line)
        if counts != row.line:
            yield Repeat(row.line, changes["subscriber_id"], counts)
            continue
        yield Wanted(row.line, changes, options.make_up(changes) if options.make_up else {}, row.cells)


def carry_out(
    rows: Iterable[Wanted | Reject | Repeat], *, get_many: GetMany, put_many: PutMany, workers: int = WORKERS
) -> Iterator[Done]:
    """Bring the store up to date, `BATCH` rows at a time, several batches at once; results in file order.

    What an exception in the store leaves undone is done by importing the file again.
    """
    remaining = iter(rows)
    with ThreadPoolExecutor(workers) as pool:
        running: deque[Future[Done]] = deque()
        while batch := list(islice(remaining, BATCH)):
            running.append(pool.submit(_bring_up_to_date, batch, get_many, put_many))
            if len(running) > workers:
                yield running.popleft().result()
        while running:
            yield running.popleft().result()


def _bring_up_to_date(rows: Sequence[Wanted | Reject | Repeat], get_many: GetMany, put_many: PutMany) -> Done:
    asked = [row for row in rows if isinstance(row, Wanted)]
    rejects = [row for row in rows if isinstance(row, Reject)]
    repeats = tuple(row for row in rows if isinstance(row, Repeat))
    stored = get_many([row.subscriber_id for row in asked]) if asked else {}
    counts: Counter[str] = Counter()
    write: list[Subscriber] = []
    for row in asked:
        before = stored.get(row.subscriber_id)
        try:
            after = changed(before or Subscriber(row.subscriber_id), row.changes)
        except BadField as bad:  # right in itself, wrong together with what is stored
            rejects.append(Reject(row.line, bad.field, bad.error, row.cells))
            continue
        after = replace(after, **{n: v for n, v in row.made_up.items() if not getattr(after, n)})  # type: ignore[arg-type]
        counts["added" if before is None else "unchanged" if after == before else "changed"] += 1
        if after != before:
            write.append(after)
    if write:
        put_many(write)
    counts.update({"rejected": len(rejects), "repeated": len(repeats)})
    return Done(counts, tuple(sorted(rejects, key=lambda reject: reject.line)), repeats)
