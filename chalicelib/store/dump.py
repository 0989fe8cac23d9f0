"""Whole tables out and in, as DynamoDB has them on the wire: for exports, restores and their comparison."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from chalicelib.store.dynamodb import STATEMENTS_A_CALL, dynamodb, plain_from
from chalicelib.store.dynamodb import table as real_name
from chalicelib.store.results import NOW, QUEUE
from chalicelib.store.schema.base import Record, Table
from chalicelib.store.schema.catalogue import CONTROL_KEY
from chalicelib.store.schema.results import RESULTS
from chalicelib.store.whole_tables import TABLES as _TABLES

TABLES: Mapping[str, Table] = {one.name: one for one in _TABLES}
"""The tables by name, in the order in which a restore writes them."""
Item = Mapping[str, Any]


def is_control(table: str, item: Item) -> bool:
    """Whether an item says what is live: a restore writes it when everything else is there."""
    return TABLES[table] is CONTROL_KEY.table and record_of(table, item).key == CONTROL_KEY


def record_of(table: str, item: Item) -> Record:
    """An item as a record. Raises LookupError for a key that no kind of the table has."""
    return TABLES[table].load(plain_from(item))


def items(table: str) -> Iterator[Sequence[Item]]:
    """Every item of a table as it is on the wire, a page at a time, read strongly; but for what the sweep saw
    in the queues a minute ago and sees again in the next, which is nothing to keep or to compare."""
    for page in _pages(table):
        yield [one for one in page if not _seen_now(table, one)]


def _seen_now(table: str, item: Item) -> bool:
    if TABLES[table] is not RESULTS:
        return False
    key = record_of(table, item).key
    return key.hash == NOW and key.range.startswith(QUEUE)


def _pages(table: str) -> Iterator[Sequence[Item]]:
    request: dict[str, Any] = {"TableName": real_name(table), "ConsistentRead": True}
    while True:
        reply = dynamodb().scan(**request)
        yield reply["Items"]
        if "LastEvaluatedKey" not in reply:
            return
        request["ExclusiveStartKey"] = reply["LastEvaluatedKey"]


def any_key(table: str) -> dict[str, Any] | None:
    """The key, on the wire, of some item of a table; None when the table is empty."""
    return next((key_of(table, one) for page in items(table) for one in page), None)


def put(table: str, batch: Sequence[Item]) -> None:
    """Write items whatever was there, until DynamoDB has taken them all."""
    _write(table, [{"PutRequest": {"Item": item}} for item in batch])


def wipe(table: str) -> int:
    """Delete every item; how many those were, but for what the sweep will write again in a minute."""
    count = 0
    for page in _pages(table):
        _write(table, [{"DeleteRequest": {"Key": key_of(table, item)}} for item in page])
        count += sum(not _seen_now(table, one) for one in page)
    return count


def key_of(table: str, item: Item) -> dict[str, Any]:
    """The key of an item, on the wire."""
    of = TABLES[table]
    return {name: item[name] for name in (of.hash, of.range) if name}


def line(item: Item) -> str:
    """An item as a line of an export, the form of DynamoDB's own exports to S3: `{"Item": {...}}`. Equal
    items have equal lines."""
    plain = {name: _sorted(value) for name, value in item.items()}
    return json.dumps({"Item": plain}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def item_from(text: str) -> Item:
    """The inverse of `line`. Raises ValueError."""
    found = json.loads(text)
    if not isinstance(found, dict) or not isinstance(found.get("Item"), dict):
        raise ValueError('expected {"Item": {...}}')
    item: Item = found["Item"]
    return item


def _sorted(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """Sets have no order, so they are put in one; numbers are written one way."""
    ((kind, held),) = value.items()
    if kind == "N":
        return {kind: _number(held)}
    if kind == "NS":
        return {kind: sorted(map(_number, held))}
    if kind in ("SS", "BS"):
        return {kind: sorted(held)}
    if kind == "M":
        return {kind: {name: _sorted(inner) for name, inner in held.items()}}
    if kind == "L":
        return {kind: [_sorted(inner) for inner in held]}
    return value


def _number(text: str) -> str:
    """0.050 and 0.05 are one number: sums keep zeros that DynamoDB leaves out when it is given the value."""
    return format(Decimal(text).normalize(), "f")


def differences(before: Iterable[str], after: Iterable[str]) -> tuple[int, list[str], list[str]]:
    """Lines that are in both, those that are gone, and those that are new: an item that changed is one of
    each."""
    old, new = set(before), set(after)
    return len(old & new), sorted(old - new), sorted(new - old)


def _write(table: str, requests: Sequence[Mapping[str, Any]]) -> None:
    for start in range(0, len(requests), STATEMENTS_A_CALL):
        request: dict[str, Any] = {real_name(table): requests[start : start + STATEMENTS_A_CALL]}
        while request:
            reply = dynamodb().batch_write_item(RequestItems=request)
            request = dict(reply.get("UnprocessedItems") or {})
