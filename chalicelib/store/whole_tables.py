"""Every item of a table, whatever its kind, for looking through all that is stored: exporting and erasing a
person. Reads whole tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from chalicelib.store import dynamodb, queries
from chalicelib.store.schema import accounts as _accounts  # noqa: F401 its kinds are catalogue's too
from chalicelib.store.schema.base import Change, Key, Record, Table
from chalicelib.store.schema.cases import CASES
from chalicelib.store.schema.catalogue import CATALOGUE
from chalicelib.store.schema.conversations import CONVERSATIONS
from chalicelib.store.schema.results import RESULTS
from chalicelib.store.schema.subscribers import SUBSCRIBERS

TABLES: tuple[Table, ...] = (SUBSCRIBERS, CASES, CATALOGUE, CONVERSATIONS, RESULTS)
"""The tables in the order in which a restore writes them."""


def records(table: Table) -> Iterator[Record]:
    """All items of a table, read strongly."""
    yield from queries.scan_every_kind(table, consistent=True)


def of_case(case_id: str) -> list[Record]:
    """A case with its history and what finds it."""
    return list(queries.every_kind(CASES, case_id, consistent=True))


def shown(record: Record) -> dict[str, Any]:
    """An item as names and values, for an export that a person reads."""
    return record.plain()


def texts_in(record: Record, *, but: str = "") -> Iterator[str]:
    """Every text that an item holds, names in mappings and its key included; not those in the attribute
    called `but`."""
    for name, held in record.plain().items():
        if name != but:
            yield from _texts(held)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, held in value.items():
            yield from _texts(name)
            yield from _texts(held)
    elif isinstance(value, list | tuple | set | frozenset):
        for held in value:
            yield from _texts(held)


def rewrite(record: Record, values: Mapping[str, Any]) -> None:
    """Give an item these values by the names of its attributes; others stay as they are."""
    if values:
        changes = [Change(name, value) for name, value in values.items()]
        dynamodb.write_surely([dynamodb.update(record.key, *changes)])


def delete(keys: Iterable[Key]) -> int:
    """Remove items; how many keys there were. Removing what is not there is fine."""
    count = 0
    for key in keys:
        queries.delete(key)
        count += 1
    return count
