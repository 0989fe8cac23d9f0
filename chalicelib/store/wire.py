"""Rows as plain dictionaries, for what has not moved to the schema's records yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from chalicelib.store.dynamodb import KEYS_A_CALL as KEYS_A_CALL
from chalicelib.store.dynamodb import STATEMENTS_A_CALL as STATEMENTS_A_CALL
from chalicelib.store.dynamodb import Answer as Answer
from chalicelib.store.dynamodb import Statement as Statement
from chalicelib.store.dynamodb import about_how_many as about_how_many
from chalicelib.store.dynamodb import chunks as _chunks
from chalicelib.store.dynamodb import dynamodb as dynamodb
from chalicelib.store.dynamodb import from_wire as from_wire
from chalicelib.store.dynamodb import plain_from as row_from
from chalicelib.store.dynamodb import table as table
from chalicelib.store.dynamodb import to_wire as to_wire
from chalicelib.store.dynamodb import wire_from as row_to
from chalicelib.store.dynamodb import write as write
from chalicelib.store.dynamodb import write_one as write_one
from chalicelib.store.dynamodb import write_surely as write_surely

Row = dict[str, Any]


@lru_cache(256)
def _insert_text(real_table: str, names: tuple[str, ...]) -> str:
    inside = ", ".join(f"'{name}': ?" for name in names)
    return f'INSERT INTO "{real_table}" VALUE {{{inside}}}'


def insert(table_name: str, row: Row) -> Statement:
    """Write `row` unless its key exists (then the answer is `exists`)."""
    return Statement(_insert_text(table(table_name), tuple(row)), tuple(row.values()))


@lru_cache(512)
def _update_text(
    real_table: str, keys: tuple[str, ...], names: tuple[str, ...], remove: tuple[str, ...], where: str
) -> str:
    changes = "".join(f' SET "{name}" = ?' for name in names) + "".join(
        f' REMOVE "{name}"' for name in remove
    )
    at = " AND ".join(f'"{name}" = ?' for name in keys)
    return f'UPDATE "{real_table}"{changes} WHERE {at}' + (f" AND {where}" if where else "")


def update(
    table_name: str,
    key: Mapping[str, str],
    values: Mapping[str, Any],
    *,
    remove: Sequence[str] = (),
    where: str = "",
    holding: Sequence[Any] = (),
) -> Statement:
    """Change an existing row if `where` (PartiQL, `?` filled from `holding`) is true of it.

    A row that does not exist answers `condition`.
    """
    text = _update_text(table(table_name), tuple(key), tuple(values), tuple(remove), where)
    return Statement(text, (*values.values(), *key.values(), *holding))


def read(
    wanted: Mapping[str, Sequence[Mapping[str, str]]], *, consistent: Iterable[str] = ()
) -> dict[str, list[Row]]:
    """The rows with these keys, from several tables in as few calls as can be, in no order.

    `wanted` maps table names of the design to keys; the tables in `consistent` are read strongly.
    Keys that are not there are left out; keys asked for twice come once.
    """
    strong = frozenset(map(table, consistent))
    names = {table(name): name for name in wanted}
    flat: list[tuple[str, dict[str, Any]]] = []
    for real, name in names.items():
        unique = {tuple(sorted(key.items())): key for key in wanted[name]}
        flat += [(real, row_to(key)) for key in unique.values()]
    found: dict[str, list[Row]] = {name: [] for name in wanted}
    for chunk in _chunks(flat, KEYS_A_CALL):
        request: dict[str, Any] = {}
        for real, key in chunk:
            entry = request.setdefault(real, {"Keys": [], "ConsistentRead": real in strong})
            entry["Keys"].append(key)
        while request:
            reply = dynamodb().batch_get_item(RequestItems=request)
            for real, items in reply["Responses"].items():
                found[names[real]] += [row_from(item) for item in items]
            request = dict(reply.get("UnprocessedKeys") or {})
    return found


def read_one(table_name: str, key: Mapping[str, str], *, consistent: bool = False) -> Row | None:
    """One row, or None."""
    reply = dynamodb().get_item(TableName=table(table_name), Key=row_to(key), ConsistentRead=consistent)
    return row_from(reply["Item"]) if "Item" in reply else None


def put(table_name: str, row: Row) -> None:
    """Write a row whatever was there."""
    dynamodb().put_item(TableName=table(table_name), Item=row_to(row))


def delete(table_name: str, key: Mapping[str, str]) -> None:
    """Remove a row; removing what is not there is fine."""
    dynamodb().delete_item(TableName=table(table_name), Key=row_to(key))


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a query and, when there are more, where to go on."""

    rows: list[Row]
    cursor: Row | None


def query(
    table_name: str,
    hash_name: str,
    hash_value: str,
    *,
    index: str | None = None,
    range_name: str = "",
    between: tuple[str, str] | None = None,
    begins: str | None = None,
    limit: int | None = None,
    cursor: Row | None = None,
    backwards: bool = False,
    consistent: bool = False,
) -> Page:
    """One page of the rows under one hash value, in the order of the range key.

    `between` is inclusive at both ends; `begins` is a prefix. `limit` bounds the rows read.
    """
    condition = "#h = :h"
    names = {"#h": hash_name}
    values: dict[str, Any] = {":h": {"S": hash_value}}
    if between is not None:
        condition += " AND #r BETWEEN :lo AND :hi"
        names["#r"] = range_name
        values |= {":lo": {"S": between[0]}, ":hi": {"S": between[1]}}
    elif begins is not None:
        condition += " AND begins_with(#r, :p)"
        names["#r"] = range_name
        values[":p"] = {"S": begins}
    request: dict[str, Any] = {
        "TableName": table(table_name),
        "KeyConditionExpression": condition,
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": values,
        "ScanIndexForward": not backwards,
    }
    if index:
        request["IndexName"] = index
    elif consistent:
        request["ConsistentRead"] = True
    if limit:
        request["Limit"] = limit
    if cursor:
        request["ExclusiveStartKey"] = row_to(cursor)
    reply = dynamodb().query(**request)
    last = reply.get("LastEvaluatedKey")
    return Page([row_from(item) for item in reply["Items"]], row_from(last) if last else None)


def query_all(table_name: str, hash_name: str, hash_value: str, **options: Any) -> Iterator[Row]:
    """Every row under one hash value, page after page; options as in `query`."""
    cursor: Row | None = None
    while True:
        page = query(table_name, hash_name, hash_value, cursor=cursor, **options)
        yield from page.rows
        cursor = page.cursor
        if cursor is None:
            return


def put_many(table_name: str, rows: Sequence[Row]) -> None:
    """Write rows whatever was there, 25 to a call, until DynamoDB has taken them all."""
    for chunk in _chunks(rows, STATEMENTS_A_CALL):
        request: dict[str, Any] = {
            table(table_name): [{"PutRequest": {"Item": row_to(row)}} for row in chunk]
        }
        while request:
            reply = dynamodb().batch_write_item(RequestItems=request)
            request = dict(reply.get("UnprocessedItems") or {})


__all__ = ["row_from", "row_to"]
