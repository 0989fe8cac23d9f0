from __future__ import annotations

from chalicelib.store.schema.base import replace
from chalicelib.store.schema.conversations import Text


def parked(text: Text) -> Text:
    return replace(text, lot="time#1")  # error: Unexpected keyword argument "lot" for "replace" of "Text"
