"""Counts AWS calls and DynamoDB units at botocore's own hooks, not by reading code.

DynamoDB Local says what a call used, with two exceptions, which are priced here as DynamoDB prices them:

BatchGetItem      where it leaves out keys that are not there: half a unit for each 4 KB, a whole one when
                  read strongly, and as much as for a small row when there is none
BatchExecute-     where it says nothing. Each row is read before and after through another client: the
Statement         larger of both in whole KB, one unit each, a refused write too; for each index one more
                  for what enters, leaves or changes there, two when its place in the index changes
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from chalicelib import queues
from chalicelib.store import dynamodb
from tests.support.dynamodb import TABLES, definition

Item = Mapping[str, Mapping[str, Any]]

# The operations of DynamoDB that say what they cost when asked.
_COSTED = (
    "GetItem",
    "PutItem",
    "UpdateItem",
    "DeleteItem",
    "Query",
    "Scan",
    "BatchWriteItem",
    "TransactWriteItems",
    "TransactGetItems",
    "ExecuteStatement",
)
_READS = frozenset({"GetItem", "Query", "Scan", "TransactGetItems"})
_STATEMENT = re.compile(r'\s*(?:INSERT INTO|UPDATE) "([^"]+)"')
_NAMED = re.compile(r"""['"](\w+)['"](?::| =) \?|\?""")


@dataclass
class Counted:
    """What was called: `calls` by service and operation, capacity units read and written, and of the
    latter those of the indexes."""

    calls: Counter[str] = field(default_factory=Counter)
    read: float = 0.0
    written: float = 0.0
    indexed: float = 0.0
    _before: list[tuple[str, Item, Item]] = field(default_factory=list)
    _asked: Mapping[str, Any] = field(default_factory=dict)

    def __iadd__(self, other: Counted) -> Counted:
        self.calls += other.calls
        self.read += other.read
        self.written += other.written
        self.indexed += other.indexed
        return self


def size_of(item: Item) -> int:
    """Bytes of a row or of one value, as DynamoDB counts them (developer guide, "item sizes")."""
    return sum(len(name.encode()) + _size(value) for name, value in item.items())


def _size(value: Mapping[str, Any]) -> int:
    ((kind, held),) = value.items()
    if kind == "S":
        return len(held.encode())
    if kind == "N":
        return ceil(len(held.strip("-0").replace(".", "")) / 2) + 1
    if kind in ("BOOL", "NULL"):
        return 1
    if kind == "M":
        return 3 + len(held) + size_of(held)
    if kind == "L":
        return 3 + sum(1 + _size(one) for one in held)
    return sum(len(str(one).encode()) for one in held)  # SS and NS


def read_units_of(asked: Mapping[str, Any], answered: Mapping[str, Sequence[Item]]) -> float:
    """Units of a BatchGetItem, from its RequestItems and Responses by table."""
    units = 0.0
    for table, wanted in asked.items():
        each = 1.0 if wanted.get("ConsistentRead") else 0.5
        found = answered.get(table, ())
        whole = sum(max(1, ceil(size_of(row) / 4096)) for row in found)
        units += each * (whole + len(wanted["Keys"]) - len(found))
    return units


def units_of(table: str, before: Item, after: Item) -> tuple[int, int]:
    """Units that a write of this row costs: in the table, and in its indexes together."""
    defined = definition(table)
    whole = max(1, ceil(max(size_of(before), size_of(after)) / 1024))
    keys = {one["AttributeName"] for one in defined["KeySchema"]}
    beside = 0
    for index in defined.get("GlobalSecondaryIndexes", ()):
        own = [one["AttributeName"] for one in index["KeySchema"]]
        kept = keys | set(own) | set(index["Projection"].get("NonKeyAttributes", ()))
        everything = index["Projection"]["ProjectionType"] == "ALL"
        was, now = (_projected(row, own, None if everything else kept) for row in (before, after))
        if was == now:
            continue
        each = max(1, ceil(max(size_of(was), size_of(now)) / 1024))
        moved = was and now and any(was[name] != now[name] for name in own)
        beside += 2 * each if moved else each
    return whole, beside


def _projected(row: Item, own: Sequence[str], kept: set[str] | None) -> dict[str, Any]:
    """What an index holds of a row; nothing of one that lacks the index's keys."""
    if not all(name in row for name in own):
        return {}
    return {name: value for name, value in row.items() if kept is None or name in kept}


def key_of(statement: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The real table and the key that a PartiQL write of `store.dynamodb` names."""
    found = _STATEMENT.match(statement["Statement"])
    assert found, statement["Statement"]
    real = found.group(1)
    keys = {one["AttributeName"] for one in definition(_name(real))["KeySchema"]}
    values: dict[str, Any] = {}
    named = (match.group(1) for match in _NAMED.finditer(statement["Statement"]))
    for name, value in zip(named, statement["Parameters"], strict=True):
        if name in keys:
            values[name] = value
    return real, values


def _name(real: str) -> str:
    return next(name for name in TABLES if real.endswith(name))


@contextmanager
def counted(beside: Any) -> Iterator[Counted]:
    """Counts what the block calls through the service's own clients. `beside` is another client for
    DynamoDB, through which rows are looked at uncounted."""
    found = Counted()

    def ask(params: dict[str, Any], **_: Any) -> None:
        params["ReturnConsumedCapacity"] = "TOTAL"

    def look(statement: Mapping[str, Any]) -> tuple[str, Item, Item]:
        real, key = key_of(statement)
        return real, key, beside.get_item(TableName=real, Key=key, ConsistentRead=True).get("Item", {})

    def remember(params: dict[str, Any], **_: Any) -> None:
        found._before = [look(one) for one in params["Statements"]]

    def keep(params: dict[str, Any], **_: Any) -> None:
        found._asked = params["RequestItems"]

    def note(parsed: dict[str, Any], model: Any, **_: Any) -> None:
        found.calls[f"{model.service_model.service_name}.{model.name}"] += 1
        if model.name == "BatchExecuteStatement":
            for real, key, before in found._before:
                after = beside.get_item(TableName=real, Key=key, ConsistentRead=True).get("Item", {})
                whole, index = units_of(_name(real), before, after)
                found.written += whole + index
                found.indexed += index
            return
        if model.name == "BatchGetItem":
            found.read += read_units_of(found._asked, parsed["Responses"])
            return
        used = parsed.get("ConsumedCapacity") or []
        units = sum(one["CapacityUnits"] for one in (used if isinstance(used, list) else [used]))
        if model.name in _READS:
            found.read += units
        else:
            found.written += units

    clients: list[Any] = [dynamodb.dynamodb(), queues.sqs(), queues._bus()]
    hooks: list[tuple[Any, str, Any]] = [
        *((clients[0], f"before-parameter-build.dynamodb.{name}", ask) for name in _COSTED),
        (clients[0], "before-parameter-build.dynamodb.BatchExecuteStatement", remember),
        (clients[0], "before-parameter-build.dynamodb.BatchGetItem", keep),
        *((client, "after-call", note) for client in clients),
    ]
    for client, event, hook in hooks:
        client.meta.events.register_first(event, hook)
    try:
        yield found
    finally:
        for client, event, hook in hooks:
            client.meta.events.unregister(event, hook)
