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
from tests.simulation.expressions import Insert, Item, Value

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


class Database:
    """All tables, and the operations on them. `lag` gives how old what an unsure read sees may be."""

    def __init__(
        self,
        clock: Callable[[], float],
        lag: Callable[[], float] = lambda: 0.0,
        ttl_delay: Callable[[Key], float] = lambda _: 0.0,
        prefix: str = "",
    ) -> None:
        self.clock = clock
        self.lag = lag
        self.tables = {f"{prefix}{name}": Table(name, clock, ttl_delay) for name in definitions()}

    def table(self, params: Mapping[str, Any]) -> Table:
        return self.tables[params["TableName"]]

    def call(self, operation: str, params: Mapping[str, Any], skip: frozenset[int] = frozenset()) -> Any:
        """Carry out one call; `skip` are positions in a batch that DynamoDB was too busy for."""
        try:
            if operation == "BatchExecuteStatement":
                return self.batch_execute_statement(params, skip)
            if operation == "BatchGetItem":
                return self.batch_get_item(params, skip)
            if operation == "BatchWriteItem":
                return self.batch_write_item(params, skip)
            return _OPERATIONS[operation](self, params)
        except Invalid as error:
            raise refused(operation, "ValidationException", str(error)) from None

    def _moment(self, params: Mapping[str, Any]) -> float | None:
        """As of when a read sees its rows; None is now."""
        return None if params.get("ConsistentRead") else self.clock() - self.lag()

    def get_item(self, params: Mapping[str, Any]) -> Any:
        table = self.table(params)
        item = table.read(table.key(params["Key"]), self._moment(params))
        return {} if item is None else {"Item": item}

    def query(self, params: Mapping[str, Any]) -> Any:
        return self.table(params).query(params, self._moment(params))

    def scan(self, params: Mapping[str, Any]) -> Any:
        items = [item for _, item in self.table(params).items()]
        return {"Items": items, "Count": len(items), "ScannedCount": len(items)}

    def put_item(self, params: Mapping[str, Any]) -> Any:
        table = self.table(params)
        table.write(table.key(params["Item"]), dict(params["Item"]))
        return {}

    def delete_item(self, params: Mapping[str, Any]) -> Any:
        table = self.table(params)
        table.write(table.key(params["Key"]), None)
        return {}

    def update_item(self, params: Mapping[str, Any]) -> Any:
        try:
            after = self._updated(params)
        except NoSuch:
            message = "The conditional request failed"
            raise refused("UpdateItem", "ConditionalCheckFailedException", message) from None
        table = self.table(params)
        table.write(table.key(params["Key"]), after)
        return {"Attributes": after}

    def _updated(self, params: Mapping[str, Any]) -> Item:
        """The row after an update expression. Raises NoSuch when its condition does not hold."""
        names, values = params["ExpressionAttributeNames"], params.get("ExpressionAttributeValues", {})
        table = self.table(params)
        before = table.read(table.key(params["Key"])) or {}
        if "ConditionExpression" in params and not expressions.condition(
            params["ConditionExpression"], names, values
        )(before):
            raise NoSuch
        return expressions.change(params["UpdateExpression"], names, values, {**params["Key"], **before})

    def batch_get_item(self, params: Mapping[str, Any], skip: frozenset[int]) -> Any:
        responses: dict[str, list[Item]] = {}
        left: dict[str, Any] = {}
        position = 0
        total = sum(len(request["Keys"]) for request in params["RequestItems"].values())
        if total > 100:
            raise Invalid("Too many items requested for the BatchGetItem call")
        for name, request in params["RequestItems"].items():
            table = self.tables[name]
            at = self._moment(request)
            found = responses.setdefault(name, [])
            seen = set()
            for key in request["Keys"]:
                place = table.key(key)
                if place in seen:
                    raise Invalid("Provided list of item keys contains duplicates")
                seen.add(place)
                position += 1
                if position - 1 in skip:
                    left.setdefault(name, {**request, "Keys": []})["Keys"].append(key)
                elif (item := table.read(place, at)) is not None:
                    found.append(item)
        return {"Responses": responses, "UnprocessedKeys": left}

    def batch_write_item(self, params: Mapping[str, Any], skip: frozenset[int]) -> Any:
        left: dict[str, Any] = {}
        position = 0
        for name, requests in params["RequestItems"].items():
            table = self.tables[name]
            for request in requests:
                position += 1
                if position - 1 in skip:
                    left.setdefault(name, []).append(request)
                else:
                    item = request["PutRequest"]["Item"]
                    table.write(table.key(item), dict(item))
        return {"UnprocessedItems": left}

    def batch_execute_statement(self, params: Mapping[str, Any], skip: frozenset[int]) -> Any:
        read = [(expressions.statement(one["Statement"]), one["Parameters"]) for one in params["Statements"]]
        if not 1 <= len(read) <= 25:
            raise Invalid("Member must have length between 1 and 25")
        places = [self._place(one, values) for one, values in read]
        if len(set(places)) < len(places):
            raise Invalid("Provided list of item keys contains duplicates")
        responses: list[dict[str, Any]] = []
        for position, ((one, values), (name, key)) in enumerate(zip(read, places, strict=True)):
            if position in skip:
                responses.append({"Error": {"Code": "ThrottlingError", "Message": "Throughput exceeded"}})
                continue
            try:
                self._execute(one, values, self.tables[name], key)
                responses.append({"TableName": name})
            except NoSuch as error:
                responses.append({"Error": {"Code": str(error), "Message": "The request failed"}})
            except Invalid as error:
                responses.append({"Error": {"Code": "ValidationError", "Message": str(error)}})
        return {"Responses": responses}

    def _place(self, one: Insert | expressions.Update, values: list[Value]) -> tuple[str, Key]:
        table = self.tables[one.table]
        if isinstance(one, Insert):
            return one.table, table.key(dict(zip(one.names, values, strict=True)))
        at = len(one.sets)
        given = {}
        for condition in one.where:
            if condition.sign == "=":
                given[condition.name] = values[at]
            at += condition.count
        return one.table, table.key(given)

    def _execute(self, one: Insert | expressions.Update, values: list[Value], table: Table, key: Key) -> None:
        before = table.read(key)
        if isinstance(one, Insert):
            if before is not None:
                raise NoSuch("DuplicateItem")
            table.write(key, dict(zip(one.names, values, strict=True)))
            return
        if before is None:
            raise NoSuch("ConditionalCheckFailed")
        at = len(one.sets)
        for condition in one.where:
            if not expressions.holds(condition, values[at : at + condition.count], before):
                raise NoSuch("ConditionalCheckFailed")
            at += condition.count
        after = dict(before)
        for name, value in zip(one.sets, values, strict=False):
            if name in table.key_names:
                raise Invalid(f"Cannot update attribute {name}. This attribute is part of the key")
            after[name] = value
        for name in one.removes:
            after.pop(name, None)
        table.write(key, after)

    def transact_write_items(self, params: Mapping[str, Any]) -> Any:
        writes = [next(iter(one.items())) for one in params["TransactItems"]]
        ready: list[tuple[Table, Key, Item]] = []
        codes = []
        for kind, one in writes:
            table = self.table(one)
            code = "None"
            try:
                if kind == "Update":
                    ready.append((table, table.key(one["Key"]), self._updated(one)))
                else:
                    ready.append((table, table.key(one["Item"]), self._put(table, one)))
            except NoSuch:
                code = "ConditionalCheckFailed"
            codes.append(code)
        places = [(table.name, key) for table, key, _ in ready]
        if len(set(places)) < len(places):
            raise Invalid("Transaction request cannot include multiple operations on one item")
        if set(codes) != {"None"}:
            reasons = [{"Code": code} for code in codes]
            message = f"Transaction cancelled, please refer cancellation reasons [{', '.join(codes)}]"
            raise refused(
                "TransactWriteItems", "TransactionCanceledException", message, CancellationReasons=reasons
            )
        for table, key, item in ready:
            table.write(key, item)
        return {}

    def _put(self, table: Table, one: Mapping[str, Any]) -> Item:
        if "ConditionExpression" in one:
            before = table.read(table.key(one["Item"])) or {}
            test = expressions.condition(
                one["ConditionExpression"],
                one["ExpressionAttributeNames"],
                one.get("ExpressionAttributeValues", {}),
            )
            if not test(before):
                raise NoSuch
        return dict(one["Item"])


_OPERATIONS: Mapping[str, Callable[[Database, Mapping[str, Any]], Any]] = {
    "GetItem": Database.get_item,
    "Query": Database.query,
    "Scan": Database.scan,
    "PutItem": Database.put_item,
    "DeleteItem": Database.delete_item,
    "UpdateItem": Database.update_item,
    "TransactWriteItems": Database.transact_write_items,
}
