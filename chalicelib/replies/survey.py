"""What a survey asks, as the reader needs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Survey:
    """The scale of a survey."""

    scale: tuple[int, int]

    @classmethod
    def from_dict(cls, block: Mapping[str, Any]) -> Self:
        low, high = block["scale"]
        return cls((low, high))
