from __future__ import annotations

from chalicelib.store.dynamodb import Statement, update
from chalicelib.store.schema.conversations import Text


def sent(text: Text) -> Statement:
    return update(text.key, Text.statsu.to("sent"))  # error: "type[Text]" has no attribute "statsu"
