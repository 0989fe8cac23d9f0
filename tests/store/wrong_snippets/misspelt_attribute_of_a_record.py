from __future__ import annotations

from chalicelib.store.schema.conversations import Text


def status_of(text: Text) -> str:
    return text.statsu  # error: "Text" has no attribute "statsu"; maybe "status"?
