from __future__ import annotations

from chalicelib.store.schema.base import Condition
from chalicelib.store.schema.conversations import Text


def waits() -> Condition:
    return Text.status.one_of([1])  # error: List item 0 has incompatible type "int"; expected "str"
