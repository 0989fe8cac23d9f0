from __future__ import annotations

from chalicelib.store.schema.base import Change
from chalicelib.store.schema.conversations import NumberState


def next_version() -> Change:
    return NumberState.version.to("2")  # error: Argument 1 to "to" of "Attribute" has incompatible type "str"; expected "int"
