"""Changes of `conversations` as its stream brings them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from chalicelib.store.dynamodb import plain_from
from chalicelib.store.schema.base import Record
from chalicelib.store.schema.conversations import CONVERSATIONS


def image(record: Mapping[str, Any], which: Literal["OldImage", "NewImage"]) -> Record | None:
    """The item of a stream record before or after the change; None where there was none."""
    item = record["dynamodb"].get(which)
    return CONVERSATIONS.load(plain_from(item)) if item else None
