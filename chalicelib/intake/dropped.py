"""What becomes of a file in the drop bucket: its events or subscribers, its bad lines, and its report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any

from chalicelib.clock import iso
from chalicelib.intake.attributes import Attributes
from chalicelib.intake.cells import CellRules, CellsRead
from chalicelib.intake.encodings import is_binary
from chalicelib.intake.event import BadLine, Event, events_from_lines
from chalicelib.intake.imports import (
    BadMap,
    GetMany,
    ImportPreview,
    LeftOut,
    Options,
    Reject,
    carry_out,
    positions,
    preview,
    profile,
    wanted,
)
from chalicelib.intake.intake_codes import IntakeCode as Code
from chalicelib.intake.sheet import BadSheet, open_sheet, unzipped
from chalicelib.intake.values import BadField, moment
from chalicelib.intake.vocabulary import Vocabulary
from chalicelib.problems import Problem
from chalicelib.store.schema.subscribers import Subscriber

REPORTS = "reports/"
LETTERS = 100  # dead letters that one file may make, beside the one that counts the others
LISTED = 100  # rows and fields that a report lists

BadRow = tuple[int, Problem]  # line and what is wrong with it
Say = Callable[[Problem], object]
"""Words for a problem."""


def capped(rows: Iterable[BadRow]) -> Iterator[BadRow]:
    """The first `LETTERS` bad rows, and one that says how many more there are."""
    more, first = 0, 0
    for count, (line, problem) in enumerate(rows):
        if count < LETTERS:
            yield line, problem
        else:
            more += 1
            first = first or line
    if more:
        yield first, Problem(Code.FILE_MORE_LINES, {"n": more})


def rows_of_events(file: IO[bytes], now: datetime, known: Vocabulary) -> Iterator[Event | BadLine]:
    """The events of a file of JSON lines; one bad line, 0, for the whole of a file that is no text."""
    try:
        plain = unzipped(file)
    except BadSheet as error:
        yield BadLine(0, error.problem)
        return
    plain.seek(0)
    if is_binary(head := plain.read(1 << 16)) or head.startswith((b"PK\x03\x04", b"%PDF")):
        yield BadLine(0, Problem(Code.FILE_NO_LINES))
        return
    plain.seek(0)
    yield from events_from_lines(plain, now, known)


@dataclass(slots=True)
class Intake:
    """What was taken of one file of subscribers; errors without values of people."""

    seen: ImportPreview | None = None
    problem: Problem | None = None  # why nothing of it could be read
    counts: Counter[str] = field(default_factory=Counter)
    rejected: list[Reject] = field(default_factory=list)  # the first ones
    left_out: list[LeftOut] = field(default_factory=list)  # the first ones


def take_subscribers(
    file: IO[bytes],
    *,
    homes: Mapping[str, str],
    own: Attributes,
    now: datetime,
    as_of: str,
    get_many: GetMany,
    put_many: Callable[[Sequence[Subscriber], str], None],
    newer_than: Callable[[Iterable[str], str], Mapping[str, frozenset[str]]],
) -> Iterator[BadRow | Intake]:
    """Store what the file says; bad rows as they are met, at the end what came of it all.

    `homes` are the live brands with their countries, `own` the operator's attributes, `as_of` when the file
    was written (ISO 8601 with offset, "" for now).
    """
    found = Intake()
    try:
        at = iso(moment("as-of", as_of)) if as_of else ""
        sheet = open_sheet(file)
        options = Options(positions(sheet.header, {}, own), CellRules(homes=homes, today=now.date(), own=own))
        first = profile(sheet, options)
    except (BadSheet, BadMap, BadField) as error:
        found.problem = error.problem
        yield 1, error.problem
        yield found
        return
    found.seen = preview(sheet, options, first)
    for done in carry_out(
        wanted(sheet, options, first),
        get_many=get_many,
        put_many=lambda people: put_many(people, at),
        brands=frozenset(homes),
        newer=(lambda ids: newer_than(ids, at)) if at else None,
    ):
        found.counts.update(done.counts)
        found.rejected += done.rejects[: LISTED - len(found.rejected)]
        found.left_out += done.left_out[: LISTED - len(found.left_out)]
        for reject in done.rejects:
            yield reject.line, reject.problem
    yield found


def report_key(key: str) -> str:
    """Where the report on a file is: `reports/subscribers/people.csv.json`."""
    return f"{REPORTS}{key}.json"


def report(found: Intake, say: Say) -> dict[str, Any]:
    """The report as JSON: how the file was read, counts, and which rows and fields were not taken, the first
    ones by line, field, code and the words that `say` finds. It holds no values of people."""
    document: dict[str, Any] = {
        "counts": dict(sorted(found.counts.items())),
        "problem": _said(found.problem, say) if found.problem else None,
    }
    if seen := found.seen:
        document |= {
            "encoding": seen.encoding,
            "separator": seen.separator,
            "columns": dict(seen.columns),
            "not_understood": list(seen.not_understood),
            "bad_lines": seen.bad_lines,
            "first_rows": [
                {"fields": sorted(one.changes), "left_out": [_said(bad.problem, say) for bad in one.left_out]}
                if isinstance(one, CellsRead)
                else {"rejected": _said(one.problem, say)}
                for one in seen.rows
            ],
        }
    document["rejected"] = [{"line": one.line, **_said(one.problem, say)} for one in found.rejected]
    document["left_out"] = [
        {"line": one.line, **_said(one.problem, say), "kept": one.kept}  # kept: stored, and doubtful
        for one in found.left_out
    ]
    return document


def _said(problem: Problem, say: Say) -> dict[str, Any]:
    return {"field": problem.place, "code": problem.code, "error": say(problem)}
