"""Brands, campaigns, plans and policy: every version kept, one of each marked live.

`catalogue` holds documents under (`name`, `version`): `campaign#usage-alert`, `brand#yuntong`,
`plans`, `policy`. The row (`control`, `-`) says which version of each is live and what is paused;
it is read with every batch, so that a pause works within the second.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.store import wire
from chalicelib.store.dynamodb import get
from chalicelib.store.schema import catalogue
from chalicelib.store.schema.catalogue import Control as Control
from chalicelib.store.wire import Row

TABLE = "catalogue"
CONTROL_KEY = {"name": "control", "version": "-"}
NAMES_KEY = {"name": "names", "version": "-"}


def control() -> Control:
    """The control row as it is now."""
    return get(Control, catalogue.CONTROL_KEY) or Control()


def version_key(name: str, version: int) -> dict[str, str]:
    """Versions sort as numbers do: `v00000012`."""
    return {"name": name, "version": f"v{version:08d}"}


def documents(wanted: Iterable[tuple[str, int]]) -> dict[str, dict[str, Any]]:
    """The documents of these (name, version) pairs, by name."""
    rows = wire.read({TABLE: [version_key(name, version) for name, version in wanted]})[TABLE]
    return {row["name"]: row["document"] for row in rows}


def save_version(name: str, document: Mapping[str, Any], *, by: str, at: str, status: str) -> int:
    """Keep `document` as the next version of `name`; returns its number. `at` is ISO in UTC."""
    while True:
        number = latest_version(name) + 1
        row: Row = {
            **version_key(name, number),
            "document": dict(document),
            "status": status,
            "by": by,
            "at": at,
        }
        if wire.write_one(wire.insert(TABLE, row)) == "ok":
            register(name)
            return number


def register(name: str) -> None:
    """Remember that there is a document of this name."""
    wire.dynamodb().update_item(
        TableName=wire.table(TABLE),
        Key=wire.row_to(NAMES_KEY),
        UpdateExpression="ADD #n :new",
        ExpressionAttributeNames={"#n": "names"},
        ExpressionAttributeValues={":new": {"SS": [name]}},
    )


def names(prefix: str = "") -> list[str]:
    """The names of all documents that begin with `prefix`, live or not."""
    row = wire.read_one(TABLE, NAMES_KEY, consistent=True) or {}
    return sorted(name for name in row.get("names", ()) if name.startswith(prefix))


def latest_version(name: str) -> int:
    """The highest version number of `name`, 0 when there is none."""
    page = wire.query(TABLE, "name", name, backwards=True, limit=1, consistent=True)
    return int(page.rows[0]["version"][1:]) if page.rows else 0


def version(name: str, number: int) -> Row | None:
    """One version with its `document`, `status`, `by` and `at`."""
    return wire.read_one(TABLE, version_key(name, number), consistent=True)


def go_live(versions: Mapping[str, int]) -> None:
    """Make these versions the live ones, all at once."""
    _change_control(lambda row: row["live"].update(versions))


def withdraw(name: str) -> None:
    """Take a document out of service; its versions stay."""
    _change_control(lambda row: row["live"].pop(name, None))


def pause(campaign: str | None) -> None:
    """Stop one campaign's texts, or all of them with None."""
    _change_control(lambda row: _set_paused(row, campaign, True))


def resume(campaign: str | None) -> None:
    """Let one campaign's texts go again, or undo the pause of everything with None."""
    _change_control(lambda row: _set_paused(row, campaign, False))


def spare(identity: str, until: str) -> None:
    """Leave an originator that keeps failing alone until then (ISO), so that its backup takes over."""
    _change_control(lambda row: row["failing"].update({identity: until}))


def _set_paused(row: Row, campaign: str | None, paused: bool) -> None:
    if campaign is None:
        row["paused_all"] = paused
        return
    others = [one for one in row["paused"] if one != campaign]
    row["paused"] = [*others, campaign] if paused else others


def _change_control(change: Any) -> None:
    """Read, change and write back; two editors at once are put one after the other."""
    while True:
        row = wire.read_one(TABLE, CONTROL_KEY, consistent=True)
        if row is None:
            wire.write_one(wire.insert(TABLE, {**CONTROL_KEY, **_NOTHING_LIVE}))
            continue
        before, live = row["revision"], dict(row["live"])
        change(row)
        row["stamp"] += row["live"] != live  # what is kept of live documents is read anew only then
        values = {name: row[name] for name in _NOTHING_LIVE} | {"revision": before + 1}
        statement = wire.update(TABLE, CONTROL_KEY, values, where='"revision" = ?', holding=[before])
        if wire.write_one(statement) == "ok":
            return


_NOTHING_LIVE: Row = {"revision": 0, "stamp": 0, "live": {}, "paused": [], "paused_all": False, "failing": {}}
