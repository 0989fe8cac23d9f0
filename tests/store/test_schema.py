"""The quick codec writes what pynamodb would, and CloudFormation has the tables of the schema."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.store.dynamodb import plain_from, wire_from
from chalicelib.store.models import model_of
from chalicelib.store.schema.base import Record, Table
from tests.store.kinds import KINDS, TABLES, items
from tests.support.dynamodb import template


def comparable(item: dict[str, Any]) -> dict[str, Any]:
    """An item on the wire, with sets in one order and numbers as numbers."""
    return {name: value_of(held) for name, held in item.items()}


def value_of(typed: dict[str, Any]) -> tuple[str, Any]:
    ((kind, held),) = typed.items()
    match kind:
        case "SS":
            return kind, sorted(held)
        case "N":
            return kind, float(held)
        case "M":
            return kind, comparable(held)
        case "L":
            return kind, [value_of(one) for one in held]
    return kind, held


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(data=st.data())
def test_codec_writes_what_the_model_serialises_and_reads_back_the_same(
    kind: type[Record], data: st.DataObject
) -> None:
    record = data.draw(items(kind))
    wire = wire_from(record.plain())
    if not kind.rest:
        assert comparable(wire) == comparable(model_of(kind)(**record.plain()).serialize())
    assert kind.table.load(plain_from(wire)) == record


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_an_item_that_lacks_what_its_kind_needs_can_still_be_read_and_shown(kind: type[Record]) -> None:
    table = kind.table
    key = {table.hash: kind.hash_under or "x", **({table.range: kind.under or "x"} if table.range else {})}
    record = table.load(key)
    assert key.items() <= {**kind._defaults, **record.plain()}.items()
    assert repr(record)


def projection(table: Table, name: str) -> Any:
    (index,) = (one for one in table.indexes if one.name == name)
    if index.include is None:
        return {"ProjectionType": "ALL"}
    if not index.include:
        return {"ProjectionType": "KEYS_ONLY"}
    return {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(index.include)}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_cloudformation_has_the_keys_indexes_and_projections_of_the_schema(table: Table) -> None:
    properties = template()[f"{table.name.capitalize()}Table"]["Properties"]

    def schema(hash_name: str, range_name: str) -> list[dict[str, str]]:
        pairs = [(hash_name, "HASH"), (range_name, "RANGE")]
        return [{"AttributeName": name, "KeyType": kind} for name, kind in pairs if name]

    assert properties["KeySchema"] == schema(table.hash, table.range)
    assert properties.get("GlobalSecondaryIndexes", []) == [
        {
            "IndexName": index.name,
            "KeySchema": schema(index.hash, index.range),
            "Projection": projection(table, index.name),
        }
        for index in table.indexes
    ]
    assert properties.get("TimeToLiveSpecification", {}).get("AttributeName", "") == table.ttl
    assert ("StreamSpecification" in properties) == table.stream
    keys = {table.hash, table.range} | {name for one in table.indexes for name in (one.hash, one.range)}
    assert {one["AttributeName"] for one in properties["AttributeDefinitions"]} == keys - {""}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_key_and_index_attributes_are_declared_as_text(table: Table) -> None:
    for kind in table.kinds:
        assert {table.hash, table.range} - {""} <= kind.attributes.keys()
    declared = {name: one for kind in table.kinds for name, one in kind.attributes.items()}
    for index in table.indexes:
        for name in filter(None, (index.hash, index.range)):
            assert declared[name].type == "S"
        assert set(index.include or ()) <= declared.keys()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_expiring_kinds_say_so_in_the_attribute_of_the_table(kind: type[Record]) -> None:
    assert ("expires" not in kind.attributes) or kind.table.ttl == "expires"
