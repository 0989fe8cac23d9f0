"""`results`: the counters of campaigns, added to once for each change of a row.

scope                 counter                       figures
results#<campaign>    v00000003#total#              planned, sent, delivered, ... (see campaigns.results)
                      v00000003#region#湖南         the same by step, variant, hour, region, tier, language
counted#<seconds>     -                             which changes of these ten seconds were counted; expires

A stream brings changes at least once, and after a failure perhaps cut into other batches. So what was
counted is kept by change, not by batch, and written in the same transaction as the counters. The changes
of ten seconds share a row, so that a batch has a few of them and not one for each of its changes.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from chalicelib.store import figures, together, wire
from chalicelib.store.figures import Deltas
from chalicelib.store.together import Write
from chalicelib.store.wire import Row

TABLE = "results"
SPAN = 10  # seconds whose changes share a row
KEPT = 3 * 86_400  # seconds that a row is kept; a stream keeps changes for a day
TRIES = 12
_MARK = 8  # characters


@dataclass(frozen=True, slots=True)
class Change:
    """What one change of a row adds. `id` is the stream's and the same whenever the change is brought;
    `second` (of the epoch) is when it happened, also always the same."""

    id: str
    second: int
    deltas: Deltas


def add(changes: Sequence[Change]) -> int:
    """Add what was not added before; how many changes that were.

    Raises together.Busy, or what botocore raises: then some may have been added, and the same call again
    adds the rest.
    """
    return sum(_add(part) for part in _parts([one for one in changes if one.deltas]))


def _parts(changes: Sequence[Change]) -> Iterator[list[Change]]:
    """Parts that fit a transaction each."""
    part: list[Change] = []
    rows: set[tuple[str, str]] = set()
    for one in changes:
        mine = {*one.deltas, (_scope(one), "-")}
        if part and len(rows | mine) > together.WRITES_AT_ONCE:
            yield part
            part, rows = [], set()
        part.append(one)
        rows |= mine
    if part:
        yield part


def _add(changes: Sequence[Change]) -> int:
    scopes = sorted({_scope(one) for one in changes})
    keys = {scope: {"scope": scope, "counter": "-"} for scope in scopes}
    for _ in range(TRIES):
        found = wire.read({TABLE: list(keys.values())}, consistent=(TABLE,))[TABLE]
        known = {row["scope"]: row for row in found}
        seen = {scope: _marks(row["seen"]) for scope, row in known.items()}
        fresh: dict[tuple[str, str], Change] = {}
        for one in changes:
            if (mark := _mark(one)) not in seen.get(scope := _scope(one), ()):
                fresh.setdefault((scope, mark), one)
        if not fresh:
            return 0
        guards = []
        for scope, key in keys.items():
            marks = "".join(mark for where, mark in fresh if where == scope)
            if marks:
                guards.append(_guard(key, known.get(scope), marks))
        try:
            together.carry_out([*guards, *figures.writes(_sum([one.deltas for one in fresh.values()]))])
        except together.Refused:
            continue  # somebody else counted changes of the same seconds: look again
        return len(fresh)
    raise together.Busy


def _guard(key: Mapping[str, str], known: Row | None, marks: str) -> Write:
    second = int(key["scope"].partition("#")[2])
    revision = known["revision"] if known else 0
    row: Row = {
        "revision": revision + 1,
        "seen": (known["seen"] if known else "") + marks,
        "expires": second + KEPT,
    }
    return together.put(TABLE, row, key=key, revision=revision if known else None)


def _scope(one: Change) -> str:
    return f"counted#{one.second // SPAN * SPAN}"


def _mark(one: Change) -> str:
    return urlsafe_b64encode(blake2b(one.id.encode(), digest_size=6).digest()).decode()


def _marks(seen: str) -> set[str]:
    return {seen[start : start + _MARK] for start in range(0, len(seen), _MARK)}


def _sum(many: Sequence[Deltas]) -> Deltas:
    whole: dict[tuple[str, str], dict[str, float]] = {}
    for deltas in many:
        for where, amounts in deltas.items():
            into = whole.setdefault(where, {})
            for name, amount in amounts.items():
                into[name] = round(into.get(name, 0) + amount, 6)
    return whole


def of_campaign(scope: str, *, prefix: str = "") -> dict[str, Row]:
    """The counters of a campaign (by `campaigns.results.scope_of`) that begin with `prefix`, by counter."""
    options = {"range_name": "counter", "begins": prefix} if prefix else {}
    return {row["counter"]: row for row in wire.query_all(TABLE, "scope", scope, **options)}


def totals(scope: str) -> list[Row]:
    """What each version of a campaign came to, the earliest first: two short reads a version, whatever
    there is by hour and region."""
    found: list[Row] = []
    after = "v"
    while True:
        options: dict[str, Any] = {"range_name": "counter", "between": (after, "w"), "limit": 1}
        first = wire.query(TABLE, "scope", scope, **options).rows
        if not first:
            return found
        version = str(first[0]["counter"]).partition("#")[0]
        row = wire.read_one(TABLE, {"scope": scope, "counter": f"{version}#total#"})
        found += [row] if row else []
        after = f"{version}$"  # comes right after "#"


def between(scope: str, first: str, last: str) -> dict[str, Row]:
    """The counters of a campaign from `first` to `last`, both included."""
    rows = wire.query_all(TABLE, "scope", scope, range_name="counter", between=(first, last))
    return {row["counter"]: row for row in rows}
