"""Items as plain values, for tests and benches that put something in a table which no room would write so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.store.dynamodb import STATEMENTS_A_CALL, chunks, dynamodb, table, wire_from

Row = dict[str, Any]


def put(table_name: str, row: Row) -> None:
    """Write an item whatever was there."""
    put_many(table_name, [row])


def put_many(table_name: str, rows: Sequence[Row]) -> None:
    """Write items whatever was there, until DynamoDB has taken them all."""
    for chunk in chunks(rows, STATEMENTS_A_CALL):
        request: Any = {table(table_name): [{"PutRequest": {"Item": wire_from(row)}} for row in chunk]}
        while request:
            request = dynamodb().batch_write_item(RequestItems=request).get("UnprocessedItems")


def delete(table_name: str, key: Mapping[str, str]) -> None:
    """Remove an item."""
    dynamodb().delete_item(TableName=table(table_name), Key=wire_from(key))
