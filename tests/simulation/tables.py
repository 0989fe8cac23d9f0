"""DynamoDB in memory: conditional, with sparse and late indexes, stale reads, limits and TTL.

Every version of every row is kept with its moment: stale reads look a little back, and the checks look
all the way back. `test_conformance.py` compares it with a real engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from local.template import resources
from tests.simulation import expressions
from tests.simulation.expressions import Item, Value

ROOT = Path(__file__).resolve().parents[2]
TTL = "expires"
Key = tuple[str, ...]


def refused(operation: str, code: str, message: str, **more: Any) -> ClientError:
    """The error that botocore raises for an answer with this code."""
    answer: Any = {"Error": {"Code": code, "Message": message}, **more}
    return ClientError(answer, operation)


class Invalid(Exception):
    """A value that DynamoDB does not take; becomes a ValidationException or a statement's error."""


class NoSuch(Exception):
    """A condition that did not hold."""


@dataclass
class Index:
    """A secondary index: the rows that have its keys."""

    hash: str
    range: str
    projected: frozenset[str] | None  # None: everything
    members: dict[str, set[Key]] = field(default_factory=dict)  # whoever had that hash value at some time


@dataclass
class Version:
    """What a row was from a moment on; `item` None: there was none."""

    at: float
    item: Item | None


@cache
def definitions() -> Mapping[str, Any]:
    """The tables of .chalice/resources, by their names in the design."""
    return {
        name.removesuffix("Table").lower(): one["Properties"]
        for name, one in resources(ROOT).items()
        if one.get("Type") == "AWS::DynamoDB::Table"
    }


class Table:
    """One table."""

    def __init__(self, name: str, clock: Callable[[], float], ttl_delay: Callable[[Key], float]) -> None:
        properties = definitions()[name]
        self.name = name
        self.clock = clock
        self.ttl_delay = ttl_delay
        self.key_names = tuple(one["AttributeName"] for one in properties["KeySchema"])
        self.rows: dict[Key, list[Version]] = {}
        self.under: dict[str, dict[Key, None]] = {}
        self.indexes: dict[str, Index] = {}
        self.watch: Callable[[Item], None] = lambda _: None
        for one in properties.get("GlobalSecondaryIndexes", ()):
            first, second = [*(part["AttributeName"] for part in one["KeySchema"]), ""][:2]
            kind = one["Projection"]["ProjectionType"]
            kept = {*self.key_names, first, second, *one["Projection"].get("NonKeyAttributes", ())}
            self.indexes[one["IndexName"]] = Index(first, second, None if kind == "ALL" else frozenset(kept))
        self.kinds = {
            one["AttributeName"]: one["AttributeType"] for one in properties["AttributeDefinitions"]
        }

    def key(self, item: Mapping[str, Value]) -> Key:
        """The primary key of an item. Raises Invalid."""
        try:
            return tuple(item[name]["S"] for name in self.key_names)
        except KeyError as error:
            raise Invalid(f"The provided key element does not match the schema: {error}") from None

    def read(self, key: Key, at: float | None = None) -> Item | None:
        """The row as it was at a moment; as it is."""
        versions = self.rows.get(key)
        if not versions:
            return None
        self._expire(key, versions)
        if at is None:
            return versions[-1].item
        for version in reversed(versions):
            if version.at <= at:
                return version.item
        return None

    def _expire(self, key: Key, versions: list[Version]) -> None:
        item = versions[-1].item
        if item is not None and TTL in item:
            end = float(item[TTL]["N"]) + self.ttl_delay(key)
            if end <= self.clock():
                versions.append(Version(end, None))

    def write(self, key: Key, item: Item | None) -> None:
        """Put a row in place; None removes it. Raises Invalid."""
        if item is None:
            if key in self.rows and self.rows[key][-1].item is not None:
                self.rows[key].append(Version(self.clock(), None))
            return
        for name, kind in self.kinds.items():
            value = item.get(name)
            if value is None:
                continue
            if kind not in value:
                raise Invalid(
                    f"One or more parameter values were invalid: Type mismatch for Index Key {name}"
                )
            if value[kind] == "":
                raise Invalid(
                    f"The AttributeValue for a key attribute cannot contain an empty string: {name}"
                )
        if key not in self.rows:
            self.rows[key] = []
            self.under.setdefault(key[0], {})[key] = None
        self.rows[key].append(Version(self.clock(), item))
        for index in self.indexes.values():
            if index.hash in item and (not index.range or index.range in item):
                index.members.setdefault(item[index.hash]["S"], set()).add(key)
        self.watch(item)

    def items(self) -> Iterator[tuple[Key, Item]]:
        """Every row as it is now."""
        for key in list(self.rows):
            item = self.read(key)
            if item is not None:
                yield key, item

    def query(self, params: Mapping[str, Any], at: float | None) -> dict[str, Any]:
        """A Query on the table or on one of its indexes."""
        names, values = params["ExpressionAttributeNames"], params["ExpressionAttributeValues"]
        index = self.indexes[params["IndexName"]] if "IndexName" in params else None
        hash_name = index.hash if index else self.key_names[0]
        text = params["KeyConditionExpression"]
        left, _, right = text.lstrip("(").partition(" AND ")[0].partition(" = ")
        if names[left] != hash_name:
            raise Invalid("Query condition missed key schema element")
        wanted = values[right]["S"]
        keys = index.members.get(wanted, ()) if index else self.under.get(wanted, ())
        if not keys:
            return {"Items": [], "Count": 0, "ScannedCount": 0}
        test = expressions.condition(text, names, values)
        range_name = index.range if index else (*self.key_names, "")[1]
        found = []
        for key in keys:
            item = self.read(key, at)
            if item is None or (range_name and range_name not in item) or not test(item):
                continue
            place = (item[range_name]["S"].encode() if range_name else b"", key)
            if index and index.projected is not None:
                item = {name: value for name, value in item.items() if name in index.projected}
            found.append((place, key, item))
        found.sort(key=lambda one: one[0], reverse=params.get("ScanIndexForward") is False)
        if "ExclusiveStartKey" in params:
            start = params["ExclusiveStartKey"]
            after = (start[range_name]["S"].encode() if range_name else b"", self.key(start))
            backwards = params.get("ScanIndexForward") is False
            found = [one for one in found if (one[0] < after if backwards else one[0] > after)]
        limit = params.get("Limit", len(found))
        reply: dict[str, Any] = {"Items": [item for _, _, item in found[:limit]]}
        reply["ScannedCount"] = len(reply["Items"])
        if "FilterExpression" in params:
            keep = expressions.condition(params["FilterExpression"], names, values)
            reply["Items"] = [item for item in reply["Items"] if keep(item)]
        reply["Count"] = len(reply["Items"])
        if limit and len(found) >= limit and "Limit" in params:
            last = found[limit - 1][2]
            cursor = {*self.key_names, hash_name, range_name} - {""}
            reply["LastEvaluatedKey"] = {name: last[name] for name in cursor}
        return reply
