from __future__ import annotations

from chalicelib.store.schema.conversations import Text


def status_of(text: Text) -> str:
    return text["status"]  # error: Value of type "Text" is not indexable
