from __future__ import annotations

from chalicelib.store.schema.base import Condition
from chalicelib.store.schema.conversations import Text


def mine(token: str) -> Condition:
    return Text.tokne.equals(token)  # error: "type[Text]" has no attribute "tokne"
