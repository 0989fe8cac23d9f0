"""As much of JSON Schema (2020-12) as the contract uses. `@redocly/cli` and `@asyncapi/parser` judge the
schemas themselves (tests/intake/test_contract.py)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from chalicelib.events_out import EVENTS_OUT, schema_of

KINDS: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
    "null": (type(None),),
}


def _date(value: str) -> None:
    if len(value) != len("2026-11-30"):
        raise ValueError(value)
    date.fromisoformat(value)


def _moment(value: str) -> None:
    if not re.match(
        r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})\Z", value, re.ASCII
    ):
        raise ValueError(value)
    datetime.fromisoformat(value.upper())


READ = {"date": _date, "date-time": _moment}  # RFC 3339
KNOWN = {
    "type", "enum", "const", "required", "properties", "additionalProperties", "minimum", "maximum",
    "minLength", "maxLength", "pattern", "items", "minItems", "minProperties", "format",
    "description", "examples", "x-unit",
}  # fmt: skip


def wrong_event(kind: str, detail: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with an event that went out."""
    if kind not in EVENTS_OUT:
        yield f"{kind} is not declared"
    else:
        yield from (f"{kind}: {one}" for one in wrong(detail, schema_of(kind)))


def wrong(value: Any, schema: Mapping[str, Any], place: str = "") -> Iterator[str]:
    """What of a value is not as the schema says."""
    assert schema.keys() <= KNOWN, schema.keys() - KNOWN
    kinds = schema.get("type", ())
    if kinds and not any(_is(value, one) for one in ([kinds] if isinstance(kinds, str) else kinds)):
        yield f"{place} is {value!r}, not {kinds}"
        return
    if "const" in schema and value != schema["const"]:
        yield f"{place} is {value!r}, not {schema['const']!r}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{place} is {value!r}, none of {schema['enum']}"
    if isinstance(value, str):
        yield from _text(value, schema, place)
    elif isinstance(value, int | float) and not schema.get("minimum", value) <= value <= schema.get(
        "maximum", value
    ):
        yield f"{place} is {value}"
    elif isinstance(value, list):
        if len(value) < schema.get("minItems", 0):
            yield f"{place} is too short"
        for number, one in enumerate(value):
            yield from wrong(one, schema.get("items", {}), f"{place}[{number}]")
    elif isinstance(value, dict):
        yield from _object(value, schema, place)


def _is(value: Any, kind: str) -> bool:
    return isinstance(value, KINDS[kind]) and (kind == "boolean" or not isinstance(value, bool))


def _text(value: str, schema: Mapping[str, Any], place: str) -> Iterator[str]:
    if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
        yield f"{place} is {len(value)} characters long"
    if "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{place} is {value!r}"
    if read := READ.get(schema.get("format", "")):
        try:
            read(value)
        except ValueError:
            yield f"{place} is {value!r}, no {schema['format']}"


def _object(value: Mapping[str, Any], schema: Mapping[str, Any], place: str) -> Iterator[str]:
    properties = schema.get("properties", {})
    if missing := set(schema.get("required", ())) - value.keys():
        yield f"{place} lacks {sorted(missing)}"
    if len(value) < schema.get("minProperties", 0):
        yield f"{place} says nothing"
    if schema.get("additionalProperties") is False and (more := value.keys() - properties.keys()):
        yield f"{place} has {sorted(more)} besides"
    for name, one in value.items():
        if name in properties:
            yield from wrong(one, properties[name], f"{place}.{name}")
