"""Versions of documents and the steps of their lives: a version's row, what is live, and the line in the
audit trail, written together or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.store import catalogue, together, wire
from chalicelib.store.catalogue import CONTROL_KEY, TABLE, version_key
from chalicelib.store.together import Write
from chalicelib.store.wire import Row

TRIES = 8


def all_of(name: str) -> list[Row]:
    """Every version of a document, the latest first."""
    return list(wire.query_all(TABLE, "name", name, backwards=True, consistent=True))


def latest(name: str) -> Row | None:
    """The highest version of a document, None when there is none."""
    page = wire.query(TABLE, "name", name, backwards=True, limit=1, consistent=True)
    return page.rows[0] if page.rows else None


def add(
    name: str, document: Mapping[str, Any], *, at: str, audit: Callable[[int], Row], **fields: Any
) -> int:
    """Keep the next version of `name` with its `fields` and its audit entry (made of its number); its
    number. Raises together.Busy."""
    for _ in range(TRIES):
        number = catalogue.latest_version(name) + 1
        key = version_key(name, number)
        row = {**key, "document": dict(document), "at": at, **fields}
        try:
            together.carry_out([together.put(TABLE, row, key=key), together.put_anyway(TABLE, audit(number))])
        except together.Refused:
            continue
        catalogue.register(name)
        return number
    raise together.Busy


def move(
    name: str,
    number: int,
    *,
    before: str,
    values: Mapping[str, Any],
    audit: Row,
    control: Callable[[Row], None] | None = None,
    ended: int = 0,
) -> bool:
    """Change a version that is in state `before`; False when it is not any more, and nothing is written.

    `control` changes what is live and paused in the same breath; `ended` is a version that this one
    replaces and that ends with it (0 for none). Raises together.Busy.
    """
    for _ in range(TRIES):
        writes = [_change(version_key(name, number), before, values), together.put_anyway(TABLE, audit)]
        if ended:
            writes.append(_end(version_key(name, ended), str(values["live_at"])))
        row = _control() if control else None
        if row is not None and control is not None:
            writes.append(_controlled(row, control))
        try:
            together.carry_out(writes)
        except together.Refused as refused:
            if 0 in refused.which:
                return False
            continue  # somebody else changed what is live: look again
        return True
    raise together.Busy


def _control() -> Row:
    row = wire.read_one(TABLE, CONTROL_KEY, consistent=True)
    if row is None:
        catalogue.resume(None)  # writes the row
        row = wire.read_one(TABLE, CONTROL_KEY, consistent=True)
    if row is None:
        raise RuntimeError("the control row cannot be written")
    return row


def _controlled(row: Row, control: Callable[[Row], None]) -> Write:
    known = {**row, "live": dict(row["live"]), "paused": list(row["paused"])}
    control(known)
    if known["live"] != row["live"]:
        known["stamp"] = row["stamp"] + 1  # what is kept of live documents is read anew then
    known["revision"] = row["revision"] + 1
    return together.put(TABLE, known, key=CONTROL_KEY, revision=row["revision"])


def _change(key: Mapping[str, str], before: str, values: Mapping[str, Any]) -> Write:
    names = {f"#n{n}": name for n, name in enumerate(values)}
    held = {f":n{n}": wire.to_wire(value) for n, value in enumerate(values.values())}
    changes = ", ".join(f"{name} = :{name[1:]}" for name in names)
    return {
        "Update": {
            "TableName": wire.table(TABLE),
            "Key": wire.row_to(key),
            "UpdateExpression": f"SET {changes}",
            "ConditionExpression": "#status = :before",
            "ExpressionAttributeNames": names | {"#status": "status"},
            "ExpressionAttributeValues": held | {":before": {"S": before}},
        }
    }


def _end(key: Mapping[str, str], at: str) -> Write:
    return {
        "Update": {
            "TableName": wire.table(TABLE),
            "Key": wire.row_to(key),
            "UpdateExpression": "SET #s = :ended, #a = :at",
            "ExpressionAttributeNames": {"#s": "status", "#a": "ended_at"},
            "ExpressionAttributeValues": {":ended": {"S": "ended"}, ":at": {"S": at}},
        }
    }
