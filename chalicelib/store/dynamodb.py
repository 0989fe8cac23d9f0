"""DynamoDB for the functions that texts go through: one client, a quick codec, and few calls.

Claims, outcomes and receipts are PartiQL: `BatchExecuteStatement` takes 25 independent conditional writes in
one call and answers each on its own, at a fourteenth of the CPU of single puts. `BatchGetItem` reads several
tables at once. The names of attributes come from the schema; items go in and come out as its records. What
people page through, and what must be written together, goes through the pynamodb models: `queries` and
`transactions`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import boto3
from botocore.config import Config

from chalicelib.retries import doubling, retried
from chalicelib.store import botocore_json, query_cache
from chalicelib.store.schema.base import Attribute, Change, Condition, Key, PlainItem, Record, Table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

T = TypeVar("T")
R = TypeVar("R", bound=Record)
StatementAnswer = Literal["ok", "exists", "condition", "retry"]
"""What one statement of a batch came to: written; the key exists already; the condition did not hold;
not tried because DynamoDB was busy."""

STATEMENTS_A_CALL = 25  # BatchExecuteStatement's limit
KEYS_A_CALL = 100  # BatchGetItem's limit
TRIES = 6  # further ones, each after twice as long
FIRST_DELAY = 0.05  # seconds
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
    botocore_json.as_json(client, "dynamodb", "BatchExecuteStatement", "BatchGetItem")
    return client


def table(name: str) -> str:
    """The real name of the table called `name` in the design, from `RINGBACK_<NAME>`."""
    return os.environ[f"RINGBACK_{name.upper()}"]


def to_wire(value: Any) -> dict[str, Any]:
    """One value as DynamoDB writes it. Floats become their shortest decimal; sets of text become SS."""
    kind = type(value)  # exact types first: an abstract class in `isinstance` costs ten times as much
    if kind is str:
        return {"S": value}
    if kind is dict:
        return {"M": {str(k): {"S": v} if type(v) is str else to_wire(v) for k, v in value.items()}}
    if kind is int or kind is float:
        return {"N": str(value)}
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


def plain_from(item: Mapping[str, Any]) -> PlainItem:
    """A whole item as plain values."""
    return {name: value["S"] if "S" in value else from_wire(value) for name, value in item.items()}


def wire_from(plain: Mapping[str, Any]) -> dict[str, Any]:
    """Plain values as a whole item for the wire."""
    return {name: to_wire(value) for name, value in plain.items()}


@dataclass(frozen=True, slots=True)
class Statement:
    """One conditional write, ready to go."""

    text: str
    parameters: tuple[Any, ...]

    def on_wire(self) -> dict[str, Any]:
        """As a member of `BatchExecuteStatement.Statements`."""
        wired = [{"S": value} if type(value) is str else to_wire(value) for value in self.parameters]
        return {"Statement": self.text, "Parameters": wired}


@lru_cache(256)
def _insert_text(real_table: str, names: tuple[str, ...]) -> str:
    inside = ", ".join(f"'{name}': ?" for name in names)
    return f'INSERT INTO "{real_table}" VALUE {{{inside}}}'


def insert(record: Record) -> Statement:
    """Write a record unless its key exists (then the answer is `exists`)."""
    plain = record.plain()
    return Statement(_insert_text(table(record.table.name), tuple(plain)), tuple(plain.values()))


@lru_cache(512)
def _update_text(
    real_table: str, keys: tuple[str, ...], names: tuple[str, ...], remove: tuple[str, ...], where: str
) -> str:
    changes = "".join(f' SET "{name}" = ?' for name in names) + "".join(
        f' REMOVE "{name}"' for name in remove
    )
    at = " AND ".join(f'"{name}" = ?' for name in keys)
    return f'UPDATE "{real_table}"{changes} WHERE {at}' + (f" AND {where}" if where else "")


def _update(key: Key, values: Mapping[str, Any], remove: Iterable[str], where: Condition | None) -> Statement:
    names = key.table.names(key)
    text = _update_text(
        table(key.table.name), tuple(names), tuple(values), tuple(remove), where.text if where else ""
    )
    return Statement(text, (*values.values(), *names.values(), *(where.holding if where else ())))


def update(
    key: Key,
    *changes: Change,
    remove: Sequence[Attribute[Any]] = (),
    where: Condition | None = None,
) -> Statement:
    """Change an existing item if `where` is true of it.

    An item that does not exist answers `condition`.
    """
    return _update(key, dict(changes), [one.name for one in remove], where)


def overwrite(
    record: Record, *, clear: Sequence[Attribute[Any]] = (), where: Condition | None = None
) -> Statement:
    """Give an existing item every value that `record` holds, if `where` is true of it; attributes in `clear`
    that the record does not hold are removed, others stay as they are."""
    values = record.plain()
    key = record.table.key_of(values)
    for name in record.table.names(key):
        del values[name]
    return _update(key, values, [one.name for one in clear if one.name not in values], where)


def write(statements: Sequence[Statement]) -> list[StatementAnswer]:
    """Carry out independent statements, 25 to a call; one answer for each, in order.

    No two statements of one call may name the same key. Raises what botocore raises when a whole
    call fails: then each of its statements may or may not have happened.
    """
    query_cache.forget()
    answers: list[StatementAnswer] = []
    for chunk in chunks(statements, STATEMENTS_A_CALL):
        reply = dynamodb().batch_execute_statement(Statements=[one.on_wire() for one in chunk])  # type: ignore[misc]
        answers += [_answer(response.get("Error")) for response in reply["Responses"]]
    return answers


def write_surely(
    statements: Sequence[Statement], sleep: Callable[[float], None] | None = None, tries: int = TRIES
) -> list[StatementAnswer]:
    """`write`, again for those that DynamoDB is too busy for: what must not be left out. No answer is
    `retry`; raises RuntimeError when it stays too busy."""
    answers: list[StatementAnswer] = ["retry"] * len(statements)
    for _ in retried(doubling(FIRST_DELAY, tries), sleep):
        busy = [n for n, answer in enumerate(answers) if answer == "retry"]
        for n, answer in zip(busy, write([statements[n] for n in busy]), strict=True):
            answers[n] = answer
        if "retry" not in answers:
            return answers
    raise RuntimeError(f"DynamoDB stayed too busy for {answers.count('retry')} writes")


def write_in_turn(statements: Sequence[tuple[Key, Statement]]) -> list[StatementAnswer]:
    """`write_surely` for statements of which several may name one key: those are carried out one after the
    other, as they come here."""
    answers: list[StatementAnswer] = ["retry"] * len(statements)
    left = list(range(len(statements)))
    while left:
        turn: dict[Key, int] = {}
        for n in left:
            turn.setdefault(statements[n][0], n)
        for n, answer in zip(
            turn.values(), write_surely([statements[n][1] for n in turn.values()]), strict=True
        ):
            answers[n] = answer
        done = set(turn.values())
        left = [n for n in left if n not in done]
    return answers


def write_one(statement: Statement) -> StatementAnswer:
    """`write_surely` for a single statement: "busy" is no answer to whether something is there already."""
    return write_surely([statement])[0]


def _answer(error: Mapping[str, Any] | None) -> StatementAnswer:
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


def read(keys: Iterable[Key], *, consistent: Iterable[Table] = ()) -> list[Record]:
    """The items with these keys, from any tables, in as few calls as can be, in no order.

    The tables in `consistent` are read strongly. Keys that are not there are left out; keys asked for
    twice come once.
    """
    asked = [key for key in dict.fromkeys(keys) if key.possible]
    cache = query_cache.kept()
    if cache is None:
        return [key.table.load(plain) for key, plain in _read(asked, consistent)]
    fresh = [key for key in asked if key not in cache and key.partition not in cache]
    cache.update({**dict.fromkeys(fresh), **dict(_read(fresh, consistent))})
    return [key.table.load(cache[key]) for key in asked if cache.get(key)]


def _read(keys: Sequence[Key], consistent: Iterable[Table]) -> Iterator[tuple[Key, PlainItem]]:
    strong = frozenset(consistent)
    for chunk in chunks(keys, KEYS_A_CALL):
        wanted: dict[Table, list[dict[str, Any]]] = {}
        for key in chunk:
            wanted.setdefault(key.table, []).append(key.on_wire())
        tables = {table(one.name): one for one in wanted}
        request: dict[str, Any] = {
            real: {"Keys": wanted[one], "ConsistentRead": one in strong} for real, one in tables.items()
        }
        while request:
            reply = dynamodb().batch_get_item(RequestItems=request)
            for real, items in reply["Responses"].items():
                for plain in map(plain_from, items):
                    yield tables[real].key_of(plain), plain
            request = dict(reply.get("UnprocessedKeys") or {})


def get(kind: type[R], key: Key, *, consistent: bool = True) -> R | None:
    """One item of a kind, or None."""
    if not key.possible:
        return None
    plain = query_cache.once(key, lambda: _get(key, consistent), key.partition)
    return kind.load(plain) if plain else None


def _get(key: Key, consistent: bool) -> PlainItem | None:
    reply = dynamodb().get_item(TableName=table(key.table.name), Key=key.on_wire(), ConsistentRead=consistent)
    return plain_from(reply["Item"]) if "Item" in reply else None


def add_to_set(key: Key, attribute: Attribute[frozenset[str]], values: Collection[str]) -> None:
    """Add texts to a set of an item, which is made when there is none."""
    query_cache.forget()
    dynamodb().update_item(
        TableName=table(key.table.name),
        Key=key.on_wire(),
        UpdateExpression="ADD #a :new",
        ExpressionAttributeNames={"#a": attribute.name},
        ExpressionAttributeValues={":new": {"SS": sorted(values)}},
    )


def about_how_many(table_name: str) -> int:
    """How many items a table has, as DynamoDB last counted them (every six hours on AWS)."""
    return int(dynamodb().describe_table(TableName=table(table_name))["Table"]["ItemCount"])


def chunks(things: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """`things` in order, `size` at a time."""
    for start in range(0, len(things), size):
        yield things[start : start + size]
