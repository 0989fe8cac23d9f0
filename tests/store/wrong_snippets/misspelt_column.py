from __future__ import annotations

from typing import Any

from chalicelib.store.queries import column
from chalicelib.store.schema.results import Counter


def between() -> Any:
    return column(Counter.couter).between("a", "b")  # error: "type[Counter]" has no attribute "couter"
