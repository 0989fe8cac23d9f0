"""The bookkeeping of long work in parts: heads, parts and where each goes on. See `chalicelib.parts`.

Runs of the planner and one-off sends have their heads in partitions of their own, by day and by time; counts
and dry runs beside their parts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from chalicelib.store import queries
from chalicelib.store.dynamodb import get, insert, read, update, write_one
from chalicelib.store.queries import column
from chalicelib.store.schema.base import Key, Record, of_kind
from chalicelib.store.schema.catalogue import (
    BATCHES,
    CATALOGUE,
    CONTROL_KEY,
    Batch,
    Control,
    ListPiece,
    Part,
    RunHead,
    RunShard,
    list_key,
)

H = TypeVar("H", bound=Record)
P = TypeVar("P", bound=Part)


def begin(head: Record) -> bool:
    """Keep the head of new work; False when there is one with its key."""
    return write_one(insert(head)) == "ok"


def look(head: type[H], at: Key, part: type[P], key: Key) -> tuple[H | None, P, Control]:
    """A head, one of its parts (a fresh one before its first page) and what is live, in one strong read."""
    found = read((at, key, CONTROL_KEY), consistent=(CATALOGUE,))
    heads, parts, controls = of_kind(head, found), of_kind(part, found), of_kind(Control, found)
    fresh = part(name=key.hash, version=key.range)
    return next(iter(heads), None), next(iter(parts), fresh), next(iter(controls), Control())


def save(part: Part) -> None:
    """Keep how far a part is."""
    queries.put(part)


def of(kind: type[P], id: str, *, consistent: bool = True) -> list[P]:
    """The parts of a piece of work that were begun."""
    return list(queries.every(kind, f"{kind.hash_under}{id}", consistent=consistent))


def head_of(kind: type[H], key: Key) -> H | None:
    """The head of a piece of work."""
    return get(kind, key)


def run_started(key: Key) -> None:
    """A run's message is out."""
    write_one(update(key, RunHead.status.to("started")))


def runs_of(day: str, *, consistent: bool = True) -> list[RunHead]:
    """The heads of the runs of a local day (YYYY-MM-DD)."""
    return list(queries.every(RunHead, f"{RunHead.hash_under}{day}", consistent=consistent))


def forget_run(key: Key, id: str) -> None:
    """Remove a run's head and how far it is."""
    for one in of(RunShard, id):
        queries.delete(one.key)
    queries.delete(key)


def batches(first: str, last: str) -> list[Batch]:
    """The one-off sends whose time is from `first` to `last` (ISO in UTC), the latest first."""
    of_then = column(Batch.version).between(first, f"{last}$")
    return list(queries.every(Batch, BATCHES, where=of_then, backwards=True, consistent=True))


def batch_started(batch: Batch, at: str) -> None:
    """A send's messages are out; one that was cancelled stays so."""
    changes = Batch.status.to("started"), Batch.started_at.to(at)
    write_one(update(batch.key, *changes, where=Batch.status.equals("planned")))


def cancel(batch: Batch) -> bool:
    """Take back a send that has not started; False when it has."""
    not_yet = Batch.status.one_of(("planned", "asked"))
    return write_one(update(batch.key, Batch.status.to("cancelled"), where=not_yet)) == "ok"


def approve(batch: Batch, by: str, at: str) -> bool:
    """Plan a send that waits for a second person; False when it does not wait any more."""
    changes = (Batch.status.to("planned"), Batch.approved_by.to(by), Batch.approved_at.to(at))
    return write_one(update(batch.key, *changes, where=Batch.status.equals("asked"))) == "ok"


def save_list(pieces: Sequence[ListPiece]) -> None:
    """Keep an uploaded list."""
    queries.put_all(pieces)


def entries(id: str, piece: int) -> tuple[str, ...]:
    """The entries in a piece of an uploaded list; none where there is no such piece."""
    found = get(ListPiece, list_key(id, piece))
    return found.entries if found else ()
