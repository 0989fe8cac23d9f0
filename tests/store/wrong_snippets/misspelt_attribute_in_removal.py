from __future__ import annotations

from chalicelib.store.dynamodb import Statement, update
from chalicelib.store.schema.conversations import Text


def unparked(text: Text) -> Statement:
    return update(text.key, remove=(Text.deu,))  # error: "type[Text]" has no attribute "deu"
