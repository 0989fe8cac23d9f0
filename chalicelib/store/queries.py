"""Queries, scans and single writes for what people do, through the pynamodb models; records come out.

The functions that texts go through use `dynamodb` instead.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pynamodb.exceptions import PynamoDBException
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.store import query_cache
from chalicelib.store.dynamodb import STATEMENTS_A_CALL, chunks, plain_from, wire_from
from chalicelib.store.models import column, connection
from chalicelib.store.schema.base import Attribute, Key, PlainItem, Record, Table

__all__ = [
    "Action",
    "Condition",
    "Cursor",
    "RecordPage",
    "column",
    "count",
    "delete",
    "every",
    "every_key",
    "every_kind",
    "items",
    "keys",
    "page",
    "put",
    "put_all",
    "scan",
    "scan_every_kind",
    "update",
]

R = TypeVar("R", bound=Record)
Cursor = dict[str, Any]
"""Where a query or a scan goes on, as plain values that JSON can hold."""


@dataclass(frozen=True, slots=True)
class RecordPage(Generic[R]):
    """Some records and, when there are more, where to go on. `read` counts what was looked at, those that a
    filter kept back included; `units` are read units."""

    records: list[R]
    cursor: Cursor | None
    read: int = 0
    units: float = 0.0


@dataclass(frozen=True, slots=True)
class Items:
    """One answer of DynamoDB as plain values: for the store's own modules, where an index carries no whole
    items."""

    plain: list[PlainItem]
    cursor: Cursor | None
    read: int
    units: float


def items(
    table: Table,
    hash: str,
    *,
    index: str | None = None,
    where: Condition | None = None,
    keep: Condition | None = None,
    limit: int | None = None,
    cursor: Cursor | None = None,
    backwards: bool = False,
    consistent: bool = False,
) -> Items:
    """One page of the items under a hash value, in the order of the range key.

    `where` is about the range key (`column(Case.rank) > after`), `keep` a filter on anything else. `limit`
    bounds the items read, before the filter.
    """

    def read() -> Items:
        reply = _call(
            connection(table).query,
            hash,
            range_key_condition=where,
            filter_condition=keep,
            index_name=index,
            limit=limit,
            exclusive_start_key=wire_from(cursor) if cursor else None,
            scan_index_forward=not backwards,
            consistent_read=consistent and index is None,
        )
        return _items(reply)

    asked = (table, hash, index, str(where), str(keep), limit, str(cursor), backwards)
    return query_cache.once(asked, read)


def _items(reply: dict[str, Any]) -> Items:
    last = reply.get("LastEvaluatedKey")
    return Items(
        [plain_from(item) for item in reply["Items"]],
        plain_from(last) if last else None,
        reply.get("ScannedCount", 0),
        float(reply.get("ConsumedCapacity", {}).get("CapacityUnits", 0)),
    )


def _call(operation: Any, *values: Any, **named: Any) -> dict[str, Any]:
    """pynamodb's answer; its errors are raised as botocore's, which callers know."""
    try:
        reply: dict[str, Any] = operation(*values, **named)
    except PynamoDBException as error:
        raise (error.cause or error) from error
    return reply


def page(kind: type[R], hash: str, **options: Any) -> RecordPage[R]:
    """One page of records of a kind under a hash value; options as in `items`. Items of other kinds under the
    same hash value are left out: narrow the range with `where`."""
    found = items(kind.table, hash, **options)
    return RecordPage(_records(kind, found.plain), found.cursor, found.read, found.units)


def every(kind: type[R], hash: str, **options: Any) -> Iterator[R]:
    """Every record of a kind under one hash value, page after page; options as in `items`."""
    cursor: Cursor | None = None
    while True:
        found = page(kind, hash, cursor=cursor, **options)
        yield from found.records
        cursor = found.cursor
        if cursor is None:
            return


def every_kind(table: Table, hash: str, **options: Any) -> Iterator[Record]:
    """Every item under one hash value, of whatever kind it is, page after page; options as in `items`."""
    cursor: Cursor | None = None
    read: dict[Hashable, PlainItem] = {}
    while True:
        found = items(table, hash, cursor=cursor, **options)
        read.update((table.key_of(one), one) for one in found.plain)
        yield from map(table.load, found.plain)
        cursor = found.cursor
        if cursor is None:
            break
    if options.keys() <= {"consistent"}:
        query_cache.read_whole(table.key(hash).partition, read)


def count(table: Table, hash: str, *, index: str, most: int) -> int:
    """How many items of an index are under a hash value, `most` for that many or more."""
    found = 0
    cursor: Cursor | None = None
    while found < most:
        reply = _call(
            connection(table).query,
            hash,
            index_name=index,
            limit=most - found,
            exclusive_start_key=wire_from(cursor) if cursor else None,
            select="COUNT",
        )
        found += reply["Count"]
        last = reply.get("LastEvaluatedKey")
        if not last:
            break
        cursor = plain_from(last)
    return found


def keys(table: Table, hash: str, **options: Any) -> tuple[list[Key], Cursor | None]:
    """One page of the keys under a hash value of an index that carries keys only; options as in `items`."""
    found = items(table, hash, **options)
    return [table.key_of(one) for one in found.plain], found.cursor


def every_key(table: Table, hash: str, **options: Any) -> Iterator[Key]:
    """Every key under a hash value of an index, page after page; options as in `items`."""
    cursor: Cursor | None = None
    while True:
        found, cursor = keys(table, hash, cursor=cursor, **options)
        yield from found
        if cursor is None:
            return


def scan(
    kind: type[R],
    *,
    segment: int = 0,
    segments: int = 1,
    keep: Condition | None = None,
    only: Sequence[Attribute[Any]] = (),
    limit: int | None = None,
    cursor: Cursor | None = None,
    consistent: bool = False,
) -> RecordPage[R]:
    """One page of one of so many equal parts of a table, in no order: a table's parts are cut by the hash of
    the key. With `only` these attributes alone are filled in (read units are the same)."""
    reply = _call(
        connection(kind.table).scan,
        filter_condition=keep,
        attributes_to_get=[one.name for one in only] or None,
        segment=segment,
        total_segments=segments,
        limit=limit,
        exclusive_start_key=wire_from(cursor) if cursor else None,
        consistent_read=consistent,
        return_consumed_capacity="TOTAL",
    )
    found = _items(reply)
    return RecordPage(_records(kind, found.plain), found.cursor, found.read, found.units)


def scan_every_kind(table: Table, *, consistent: bool = False) -> Iterator[Record]:
    """Every item of a table, of whatever kind it is, in no order."""
    cursor: Cursor | None = None
    while True:
        reply = _call(
            connection(table).scan,
            exclusive_start_key=wire_from(cursor) if cursor else None,
            consistent_read=consistent,
        )
        found = _items(reply)
        yield from map(table.load, found.plain)
        cursor = found.cursor
        if cursor is None:
            return


def _records(kind: type[R], plain: list[PlainItem]) -> list[R]:
    table = kind.table
    loaded = (kind.load(one) if len(table.kinds) == 1 else table.load(one) for one in plain)
    return [one for one in loaded if isinstance(one, kind)]


def put(record: Record) -> None:
    """Write a record whatever was there."""
    query_cache.forget()
    plain = record.plain()
    key = record.key
    _call(
        connection(record.table).put_item,
        key.hash,
        range_key=key.range or None,
        attributes=wire_from(plain),
    )


def put_all(records: Sequence[Record]) -> None:
    """Write records of one table whatever was there, until DynamoDB has taken them all."""
    query_cache.forget()
    for chunk in chunks(records, STATEMENTS_A_CALL):
        waiting: Any = [wire_from(one.plain()) for one in chunk]
        while waiting:
            reply = _call(connection(chunk[0].table).batch_write_item, put_items=waiting)
            left = reply.get("UnprocessedItems") or {}
            waiting = [one["PutRequest"]["Item"] for many in left.values() for one in many]


def update(key: Key, actions: Sequence[Action], *, where: Condition | None = None) -> PlainItem:
    """Change one item (`column(Names.names).add({...})`), which is made when there is none; its values after.

    Raises botocore's ClientError, ConditionalCheckFailedException where `where` does not hold.
    """
    query_cache.forget()
    reply = _call(
        connection(key.table).update_item,
        key.hash,
        range_key=key.range or None,
        actions=actions,
        condition=where,
        return_values="ALL_NEW",
    )
    return plain_from(reply.get("Attributes", {}))


def delete(key: Key) -> None:
    """Remove an item; removing what is not there is fine."""
    query_cache.forget()
    _call(connection(key.table).delete_item, key.hash, range_key=key.range or None)
