"""Counters of `results` as members of an old transaction: until `care.changes` writes through
`transactions`, it adds its counts with this. `results.writes` is what replaces it."""

from __future__ import annotations

from chalicelib.store import together
from chalicelib.store.results import Deltas
from chalicelib.store.together import Write


def writes(deltas: Deltas) -> list[Write]:
    """The deltas as members of a transaction; zeros are left out."""
    found = []
    for (scope, counter), amounts in sorted(deltas.items()):
        real = {name: amount for name, amount in amounts.items() if amount}
        if real:
            found.append(together.add("results", {"scope": scope, "counter": counter}, real))
    return found
