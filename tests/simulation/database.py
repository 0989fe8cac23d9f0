"""DynamoDB's operations on the tables in memory: reads, conditional writes, batches, transactions.

With the limits that DynamoDB has: a call that it would refuse is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.simulation import expressions
from tests.simulation.expressions import Insert, Item, Value
from tests.simulation.tables import Invalid, Key, NoSuch, Table, definitions, refused


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
