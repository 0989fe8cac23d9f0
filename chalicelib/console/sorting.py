"""The order of a short list that a page holds whole, by the column that its reader pressed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


def in_order(lines: Sequence[T], wanted: str, keys: Mapping[str, Callable[[T], Any]]) -> list[T]:
    """The lines by the column that is asked for, falling with a `-` before it; as they are for any other."""
    key = keys.get(wanted.removeprefix("-"))
    return sorted(lines, key=key, reverse=wanted.startswith("-")) if key else list(lines)
