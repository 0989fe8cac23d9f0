from __future__ import annotations

from chalicelib.store.dynamodb import Statement, update
from chalicelib.store.schema.conversations import Text


def retaken(text: Text) -> Statement:
    return update(text.key, where=Text.token == "mine")  # error: Argument "where" to "update" has incompatible type "bool"; expected "Condition | None"
