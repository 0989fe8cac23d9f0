"""The pynamodb model of each kind of item, made from its record, on the one client of the process.

`queries` and `transactions` work through these models. Conditions, changes and calls are pynamodb's; items
are read with the store's own codec, which takes a seventeenth of the time (docs/decisions/typed-store.md).
"""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar

from pynamodb.attributes import Attribute as Column
from pynamodb.attributes import (
    BooleanAttribute,
    ListAttribute,
    MapAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)
from pynamodb.connection.base import MetaTable
from pynamodb.connection.table import TableConnection
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, IncludeProjection, KeysOnlyProjection
from pynamodb.models import Model

from chalicelib.store.dynamodb import dynamodb, from_wire, table, to_wire
from chalicelib.store.schema.base import Attribute, Index, Record, Table, Type

T = TypeVar("T")


class Anything(Column[Any]):
    """A column that holds whatever JSON can, with its type beside it as `to_wire` writes it."""

    attr_type = "M"

    def serialize(self, value: Any) -> Any:
        ((self.attr_type, held),) = to_wire(value).items()
        return held

    def deserialize(self, value: Any) -> Any:
        return from_wire({self.attr_type: value})

    def get_value(self, value: dict[str, Any]) -> Any:
        ((self.attr_type, held),) = value.items()
        return held


_COLUMNS: dict[Type, type[Column[Any]]] = {
    "S": UnicodeAttribute,
    "N": NumberAttribute,
    "BOOL": BooleanAttribute,
    "L": ListAttribute,
    "M": MapAttribute,
    "SS": UnicodeSetAttribute,
    "ANY": Anything,
}


_models: dict[type[Record], type[Model]] = {}


def model_of(kind: type[Record]) -> type[Model]:
    """The pynamodb model of a kind of item."""
    if kind not in _models:
        _models[kind] = _made(kind)
    return _models[kind]


def _made(kind: type[Record]) -> type[Model]:
    columns = {
        name: _COLUMNS[one.type](
            hash_key=name == kind.table.hash, range_key=name == kind.table.range, null=True
        )
        for name, one in kind.attributes.items()
    }
    indexes = {
        f"index_{index.name}": _index(index)  # an attribute may have the same name
        for index in kind.table.indexes
        if index.hash in columns and (not index.range or index.range in columns)
    }
    meta = type("Meta", (), {"table_name": kind.table.name, "region": None})
    model: type[Model] = type(kind.__name__, (Model,), {"Meta": meta, **columns, **indexes})
    return model


def _index(index: Index) -> GlobalSecondaryIndex[Any]:
    if index.include is None:
        projection: Any = AllProjection()
    else:
        projection = IncludeProjection(list(index.include)) if index.include else KeysOnlyProjection()
    parts: dict[str, Any] = {
        "Meta": type("Meta", (), {"index_name": index.name, "projection": projection}),
        index.hash: UnicodeAttribute(hash_key=True),
    }
    if index.range:
        parts[index.range] = UnicodeAttribute(range_key=True)
    made: GlobalSecondaryIndex[Any] = type(index.name, (GlobalSecondaryIndex,), parts)()
    return made


def column(attribute: Attribute[T]) -> Column[T]:
    """An attribute as pynamodb has it, to make conditions and changes of."""
    return _column(attribute)


@cache
def _column(attribute: Attribute[Any]) -> Column[Any]:
    if hasattr(attribute.kind, "table"):
        return model_of(attribute.kind).get_attributes()[attribute.name]
    # What rooms get of a kind that is stored with more beside it.
    return _COLUMNS[attribute.type](attr_name=attribute.name)


def counter(name: str) -> Column[float]:
    """A number that is not declared by name, such as a figure of the results, to make changes of."""
    return NumberAttribute(attr_name=name)


@cache
def _connection(real_table: str, of: Table) -> TableConnection:
    def keys(hash_name: str, range_name: str) -> list[dict[str, str]]:
        pairs = [(hash_name, "HASH"), (range_name, "RANGE")]
        return [{"AttributeName": name, "KeyType": kind} for name, kind in pairs if name]

    names = {name for index in of.indexes for name in (index.hash, index.range)} | {of.hash, of.range}
    meta = MetaTable(
        {
            "TableName": real_table,
            "KeySchema": keys(of.hash, of.range),
            "AttributeDefinitions": [
                {"AttributeName": name, "AttributeType": "S"} for name in sorted(names) if name
            ],
            "GlobalSecondaryIndexes": [
                {"IndexName": index.name, "KeySchema": keys(index.hash, index.range)} for index in of.indexes
            ],
        }
    )
    return TableConnection(real_table, meta_table=meta)


def connection(of: Table) -> TableConnection:
    """pynamodb's connection to a table, on the client of this process.

    pynamodb takes no client from outside, so its private name is set; a test holds it to that.
    """
    found = _connection(table(of.name), of)
    found.connection._client = dynamodb()  # type: ignore[assignment]
    return found
