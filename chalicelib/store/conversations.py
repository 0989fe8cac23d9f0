"""`conversations`: one partition per phone number, everything that was said in it.

    msisdn          item                                             what
    +8613800000001  consent#<time>#<id>                              proof of an opt-out or opt-in
                    mo#<inbound id>                                  a reply
                    mt#<campaign>/<subscriber>/<occasion>/<step>     a text out
                    state                                            consent, recent sends, version
                    survey#<campaign>/<subscriber>/<occasion>        a survey under way

Natural keys make repeats collide, so a conditional write is the whole de-duplication. What waits
(held texts, doubts, surveys to remind or close) carries `lot` and `due` and is thereby in the
sparse index `parked`; nothing else is. A text without a number lives under `subscriber#<id>`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

from chalicelib.store import catalogue, wire
from chalicelib.store.catalogue import Control
from chalicelib.store.wire import Answer, Page, Row, Statement

TABLE = "conversations"
LOT_SHARDS = 8  # partitions of the parked index that one kind of waiting is spread over
RETENTION_DAYS = 400  # longer than a year, so that a birthday's row is there until the next one


def key(msisdn: str, item: str) -> dict[str, str]:
    """The primary key of a row."""
    return {"msisdn": msisdn, "item": item}


def key_of(row: Mapping[str, Any]) -> dict[str, str]:
    """The primary key out of a row."""
    return {"msisdn": row["msisdn"], "item": row["item"]}


def lot(kind: str, item: str) -> str:
    """The parked-index partition for `item`: `time#3`, `doubt#0`, `paused#birthday-greeting#7`."""
    return f"{kind}#{crc32(item.encode()) % LOT_SHARDS}"


def lots(kind: str) -> list[str]:
    """All partitions of one kind of waiting."""
    return [f"{kind}#{shard}" for shard in range(LOT_SHARDS)]


@dataclass(frozen=True, slots=True)
class State:
    """What holds for a number as a whole. `version` counts changes; 0 means no row yet."""

    version: int = 0
    optouts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    recent: Sequence[Mapping[str, str]] = ()
    roster: str = "green"
    line: str = ""
    holder: str = ""
    left: Sequence[str] = ()  # subscribers who had the number, and have another or none

    @classmethod
    def from_row(cls, row: Mapping[str, Any] | None) -> State:
        """From the `state` row; a number never heard of is clean."""
        if not row:
            return cls()
        return cls(
            version=row["version"],
            optouts=row.get("optouts", {}),
            recent=row.get("recent", ()),
            roster=row.get("roster", "green"),
            line=row.get("line", ""),
            holder=row.get("holder", ""),
            left=row.get("left", ()),
        )


def change_state(msisdn: str, before: State, **changes: Any) -> Statement:
    """Change the state of a number unless somebody changed it since `before` was read.

    The answer `exists` or `condition` says that somebody did: read again and decide again.
    """
    if before.version == 0:
        return wire.insert(TABLE, {**key(msisdn, "state"), "version": 1, **changes})
    values = {**changes, "version": before.version + 1}
    return wire.update(TABLE, key(msisdn, "state"), values, where='"version" = ?', holding=[before.version])


def state(msisdn: str) -> State:
    """The state of one number, read strongly."""
    return State.from_row(wire.read_one(TABLE, key(msisdn, "state"), consistent=True))


@dataclass(frozen=True, slots=True)
class Seen:
    """What one strongly consistent read of many numbers showed."""

    states: Mapping[str, State]
    rows: Mapping[tuple[str, str], Row]
    control: Control

    def state(self, msisdn: str) -> State:
        """The state of a number that was asked for."""
        return self.states.get(msisdn, State())


def look(msisdns: Iterable[str], keys: Iterable[Mapping[str, str]] = ()) -> Seen:
    """States of numbers, certain rows and the control row, read strongly in one call."""
    wanted = [key(one, "state") for one in dict.fromkeys(msisdns)] + list(keys)
    found = wire.read(
        {TABLE: wanted, catalogue.TABLE: [catalogue.CONTROL_KEY]}, consistent=(TABLE, catalogue.TABLE)
    )
    states = {row["msisdn"]: State.from_row(row) for row in found[TABLE] if row["item"] == "state"}
    rows = {(row["msisdn"], row["item"]): row for row in found[TABLE] if row["item"] != "state"}
    control = Control.from_row(next(iter(found[catalogue.TABLE]), None))
    return Seen(states, rows, control)


def rows_of(keys: Sequence[Mapping[str, str]]) -> dict[tuple[str, str], Row]:
    """Certain rows, read strongly, by (msisdn, item)."""
    found = wire.read({TABLE: keys}, consistent=(TABLE,))[TABLE]
    return {(row["msisdn"], row["item"]): row for row in found}


def relationship(msisdn: str) -> list[Row]:
    """Everything under one number, in the order of the sort key."""
    return list(wire.query_all(TABLE, "msisdn", msisdn, consistent=True))


def open_talk(msisdn: str) -> list[Row]:
    """The state and the surveys of a number in one read: what a reply is understood against."""
    return list(
        wire.query_all(
            TABLE, "msisdn", msisdn, range_name="item", between=("state", "survey#￿"), consistent=True
        )
    )


def due(lot_name: str, until: str, *, limit: int = 200, cursor: Row | None = None) -> Page:
    """Parked rows of one lot that are due by `until` (ISO), the earliest first: keys, `job`, `status`."""
    return wire.query(
        TABLE,
        "due_partition",
        lot_name,
        index="parked",
        range_name="due",
        between=("0", until),
        limit=limit,
        cursor=cursor,
    )


def insert(row: Row) -> Statement:
    """A new row, unless its key is taken."""
    return wire.insert(TABLE, row)


def update(
    at: Mapping[str, str],
    values: Mapping[str, Any],
    *,
    remove: Sequence[str] = (),
    where: str = "",
    holding: Sequence[Any] = (),
) -> Statement:
    """A change to a row, if `where` is true of it."""
    return wire.update(TABLE, key_of(at), values, remove=remove, where=where, holding=holding)


def among(name: str, values: Sequence[str]) -> str:
    """`"status" IN [?,?]`: the PartiQL for "is one of these"; pass the values as `holding`."""
    return f'"{name}" IN [{",".join("?" * len(values))}]'


def write(statements: Sequence[Statement]) -> list[Answer]:
    """Carry out statements on distinct rows; an answer for each."""
    return wire.write(statements)


def write_surely(
    statements: Sequence[Statement], sleep: Callable[[float], None] | None = None
) -> list[Answer]:
    """The same for what nobody would do again: tried until DynamoDB has taken it. Raises RuntimeError."""
    return wire.write_surely(statements, sleep)
