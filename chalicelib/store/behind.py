"""The rows behind a campaign's figures. Texts lie by number, not by campaign, so they are looked for part by
part, as far as somebody wants to see; the parts of a table are those of a parallel scan."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.store import wire
from chalicelib.store.conversations import TABLE
from chalicelib.store.wire import Row

ROWS_A_PART = 400  # a fraction of the megabyte that one page of a scan takes


@dataclass(frozen=True, slots=True)
class Found:
    """What was found from a part on: `next` is the part to go on with, None behind the last of `parts`."""

    rows: list[Row]
    looked_at: int
    next: int | None
    parts: int


def rows(
    prefix: str,
    values: Mapping[str, Collection[Any]],
    *,
    about: str = "",
    begin: int = 0,
    wanted: int = 50,
    most_parts: int = 25,
) -> Found:
    """Rows whose item begins with `prefix`, that are about an item that begins with `about` (replies know
    one), and whose fields have one of these values (None: any); from a part on, until `wanted` are found
    or `most_parts` were looked through."""
    parts = 1 + wire.about_how_many(TABLE) // ROWS_A_PART
    found: list[Row] = []
    looked_at, part = 0, begin
    while part < min(parts, begin + most_parts) and len(found) < wanted:
        rows, read = _part(part, parts, {"item": prefix, "about": about}, values)
        found, looked_at, part = found + rows, looked_at + read, part + 1
    return Found(found, looked_at, part if part < parts else None, parts)


def _part(
    part: int, parts: int, beginnings: Mapping[str, str], values: Mapping[str, Collection[Any]]
) -> tuple[list[Row], int]:
    asked = {name: begins for name, begins in beginnings.items() if begins}
    names = {f"#{name}": name for name in asked} | {f"#f{n}": name for n, name in enumerate(values)}
    given: dict[str, Any] = {f":{name}": begins for name, begins in asked.items()}
    clauses = [f"begins_with(#{name}, :{name})" for name in asked]
    for n, allowed in enumerate(values.values()):
        if None in allowed:
            clauses.append(f"attribute_exists(#f{n})")
            continue
        marks = {f":v{n}_{m}": value for m, value in enumerate(allowed)}
        given |= marks
        clauses.append(f"#f{n} IN ({', '.join(marks)})")
    request: dict[str, Any] = {
        "TableName": wire.table(TABLE),
        "Segment": part,
        "TotalSegments": parts,
        "FilterExpression": " AND ".join(clauses),
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": {name: wire.to_wire(value) for name, value in given.items()},
    }
    found: list[Row] = []
    read = 0
    while True:
        reply = wire.dynamodb().scan(**request)
        found += [wire.row_from(item) for item in reply["Items"]]
        read += reply["ScannedCount"]
        if "LastEvaluatedKey" not in reply:
            return found, read
        request["ExclusiveStartKey"] = reply["LastEvaluatedKey"]
