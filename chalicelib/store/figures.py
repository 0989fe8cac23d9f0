"""`results`: counters that are added to once for each cause, and read by day.

scope               counter                     what
care#now            team:care-north             a team's cases: working, unowned, waiting, overdue
care#now            owner:li.na                 how many a person has
care#all            2026-11-23#                 a day's figures; the day is the team's
care#team           2026-11-23#care-north       the same by team, topic, campaign, region, tier
once#<cause>        -                           that this cause was counted; expires
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.store import together, wire
from chalicelib.store.together import Write
from chalicelib.store.wire import Row

TABLE = "results"
Deltas = Mapping[tuple[str, str], Mapping[str, float]]
"""(scope, counter) -> figure -> what to add."""
_CHUNK = together.WRITES_AT_ONCE - 1


def writes(deltas: Deltas) -> list[Write]:
    """The deltas as members of a transaction; zeros are left out."""
    found = []
    for (scope, counter), amounts in sorted(deltas.items()):
        real = {name: amount for name, amount in amounts.items() if amount}
        if real:
            found.append(together.add(TABLE, {"scope": scope, "counter": counter}, real))
    return found


def add_once(cause: str, deltas: Deltas, *, expires: int) -> bool:
    """Add the deltas unless that was done for this cause; False when it was. `expires` is epoch seconds,
    later than the cause can come again. Raises together.Busy: then nothing, or a part, was added, and
    the same call again adds the rest."""
    every = writes(deltas)
    added = False
    for start in range(0, len(every), _CHUNK):
        mark: dict[str, Any] = {"scope": f"once#{cause}#{start}", "counter": "-"}
        try:
            together.carry_out(
                [
                    together.put(TABLE, {**mark, "expires": expires}, key=mark),
                    *every[start : start + _CHUNK],
                ]
            )
            added = True
        except together.Refused:
            continue
    return added


def by_day(scope: str, first: str, last: str) -> list[Row]:
    """The rows of a scope from day `first` to day `last`, inclusive: `counter` is `<day>#<value>`."""
    # "$" comes right after "#": whatever the value begins with, in any script, is before it.
    between = (f"{first}#", f"{last}$")
    return list(wire.query_all(TABLE, "scope", scope, range_name="counter", between=between))


def some(scope: str, counters: list[str]) -> dict[str, Row]:
    """Certain counters of a scope, by name; what was never counted is left out."""
    rows = wire.read({TABLE: [{"scope": scope, "counter": one} for one in counters]}, consistent=(TABLE,))
    return {row["counter"]: row for row in rows[TABLE]}
