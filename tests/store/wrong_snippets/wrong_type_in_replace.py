from __future__ import annotations

from chalicelib.store.schema.base import replace
from chalicelib.store.schema.conversations import Text


def costly(text: Text) -> Text:
    return replace(text, price="0.05")  # error: Argument "price" to "replace" of "Text" has incompatible type "str"; expected "float | None"
