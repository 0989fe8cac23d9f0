from __future__ import annotations

from chalicelib.store.schema.conversations import Text


def sent(text: Text) -> None:
    text.status = "sent"  # error: Property "status" defined in "Text" is read-only
