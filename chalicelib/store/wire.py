"""DynamoDB as it is on the wire: plain values in, plain values out, few calls.

The hot path (claim, record, receipts) speaks PartiQL: `BatchExecuteStatement` takes 25 independent
conditional writes in one call and answers each on its own, at a fourteenth of the CPU of single
puts. Everything conditional uses it, so there is one expression language to read and to simulate.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import boto3
from botocore.config import Config

from chalicelib.store import bodies

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

T = TypeVar("T")
Row = dict[str, Any]
Answer = Literal["ok", "exists", "condition", "retry"]
"""What one statement of a batch came to: written; the key exists already; the WHERE did not hold;
not tried because DynamoDB was busy."""

STATEMENTS_A_CALL = 25  # BatchExecuteStatement's limit
KEYS_A_CALL = 100  # BatchGetItem's limit
TRIES = 6  # further ones, each after twice as long
_BUSY = {
    "ThrottlingError",
    "ProvisionedThroughputExceeded",
    "RequestLimitExceeded",
    "InternalServerError",
    "TransactionConflict",
}


@cache
def dynamodb() -> DynamoDBClient:
    """The client of this process. Writes may be repeated by it: every write is safe to repeat."""
    client = boto3.client(
        "dynamodb",
        config=Config(
            retries={"mode": "standard", "total_max_attempts": 4},
            connect_timeout=2,
            read_timeout=5,
            max_pool_connections=32,
            user_agent="ringback",
            parameter_validation=False,  # DynamoDB says no by itself, and `to_wire` makes only what it takes
        ),
    )
    bodies.as_json(client, "dynamodb", "BatchExecuteStatement", "BatchGetItem")
    return client


def table(name: str) -> str:
    """The real name of the table called `name` in the design, from `RINGBACK_<NAME>`."""
    return os.environ[f"RINGBACK_{name.upper()}"]


def to_wire(value: Any) -> dict[str, Any]:
    """One value as DynamoDB writes it. Floats become their shortest decimal; sets of text become SS."""
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int | float | Decimal):
        return {"N": str(value)}
    if value is None:
        return {"NULL": True}
    if isinstance(value, Mapping):
        return {"M": {str(k): to_wire(v) for k, v in value.items()}}
    if isinstance(value, set | frozenset):
        return {"SS": sorted(value)}
    if isinstance(value, list | tuple):
        return {"L": [to_wire(v) for v in value]}
    raise TypeError(f"DynamoDB holds no {type(value).__name__}")


def from_wire(value: Mapping[str, Any]) -> Any:
    """The inverse of `to_wire`; whole numbers come back as int, others as float."""
    kind, held = next(iter(value.items()))
    if kind == "S":
        return held
    if kind == "N":
        return int(held) if held.lstrip("-").isdigit() else float(held)
    if kind == "M":
        return {k: from_wire(v) for k, v in held.items()}
    if kind == "L":
        return [from_wire(v) for v in held]
    if kind in ("SS", "NS"):
        return set(held)
    return None if kind == "NULL" else held


def row_from(item: Mapping[str, Any]) -> Row:
    """A whole item as plain values."""
    return {name: value["S"] if "S" in value else from_wire(value) for name, value in item.items()}


def row_to(row: Mapping[str, Any]) -> dict[str, Any]:
    """A whole row for the wire."""
    return {name: to_wire(value) for name, value in row.items()}


@dataclass(frozen=True, slots=True)
class Statement:
    """One conditional write, ready to go."""

    text: str
    parameters: tuple[Any, ...]

    def on_wire(self) -> dict[str, Any]:
        """As a member of `BatchExecuteStatement.Statements`."""
        return {"Statement": self.text, "Parameters": [to_wire(value) for value in self.parameters]}


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


def write(statements: Sequence[Statement]) -> list[Answer]:
    """Carry out independent statements, 25 to a call; one answer for each, in order.

    No two statements of one call may name the same key. Raises what botocore raises when a whole
    call fails: then each of its statements may or may not have happened.
    """
    answers: list[Answer] = []
    for chunk in _chunks(statements, STATEMENTS_A_CALL):
        reply = dynamodb().batch_execute_statement(Statements=[one.on_wire() for one in chunk])  # type: ignore[misc]
        answers += [_answer(response.get("Error")) for response in reply["Responses"]]
    return answers


def write_one(statement: Statement) -> Answer:
    """`write` for a single statement."""
    return write([statement])[0]


def write_surely(
    statements: Sequence[Statement], sleep: Callable[[float], None] | None = None
) -> list[Answer]:
    """`write`, again for those that DynamoDB is too busy for: what must not be left out. No answer is
    `retry`; raises RuntimeError when it stays too busy."""
    answers = write(statements)
    for attempt in range(TRIES):
        busy = [n for n, answer in enumerate(answers) if answer == "retry"]
        if not busy:
            return answers
        (sleep or time.sleep)(0.05 * 2**attempt)
        for n, answer in zip(busy, write([statements[n] for n in busy]), strict=True):
            answers[n] = answer
    if "retry" in answers:
        raise RuntimeError(f"DynamoDB stayed too busy for {answers.count('retry')} writes")
    return answers


def _answer(error: Mapping[str, Any] | None) -> Answer:
    if not error:
        return "ok"
    code = error.get("Code", "")
    if code == "DuplicateItem":
        return "exists"
    if code == "ConditionalCheckFailed":
        return "condition"
    if code in _BUSY:
        return "retry"
    raise RuntimeError(f"DynamoDB refused a statement: {code}: {error.get('Message')}")


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


def about_how_many(table_name: str) -> int:
    """How many rows a table has, as DynamoDB last counted them (every six hours on AWS)."""
    return int(dynamodb().describe_table(TableName=table(table_name))["Table"]["ItemCount"])


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


def _chunks(things: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(things), size):
        yield things[start : start + size]
