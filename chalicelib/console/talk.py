"""A number's conversation as a page shows it: what went out, what came back, and how it was read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

TICKS = {"delivered": "✓✓", "sent": "✓", "sending": "…", "held": "◷", "in_doubt": "?"}


@dataclass(frozen=True, slots=True)
class Bubble:
    """One text: `out` ours, else the subscriber's. `at` is ISO in UTC."""

    at: str
    out: bool
    body: str
    status: str = ""  # of a text of ours
    tick: str = ""
    reason: str = ""
    campaign: str = ""
    version: str = ""
    reading: Mapping[str, Any] = field(default_factory=dict)  # of an answer
    item: str = ""  # its sort key


def bubbles(rows: Iterable[Mapping[str, Any]], line: str = "") -> list[Bubble]:
    """The texts of a conversation, the oldest first. What is before `line` (ISO) was with somebody else who
    had the number then, and is left out; so are texts that were suppressed, which nobody saw."""
    found = [bubble for row in rows if (bubble := _bubble(row)) and bubble.at >= line]
    return sorted(found, key=lambda bubble: bubble.at)


def _bubble(row: Mapping[str, Any]) -> Bubble | None:
    item = str(row["item"])
    if item.startswith("mo#"):
        return Bubble(
            row.get("received_at", ""),
            False,
            row.get("body", ""),
            reading=row.get("reading") or {},
            item=item,
        )
    if not item.startswith("mt#") or row.get("status") == "suppressed":
        return None
    status = row.get("status", "")
    return Bubble(
        row.get("sent_at") or row.get("claimed_at") or row.get("due", ""),
        True,
        row.get("body", ""),
        status,
        TICKS.get(status, "✕"),
        row.get("reason", ""),
        row.get("campaign", ""),
        str(row.get("version", "")),
    )
