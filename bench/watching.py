"""What only somebody who watches a run can say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from chalicelib.clock import iso


def note_stored(seen: dict[str, str], msisdns: Sequence[str], ahead: timedelta) -> bool:
    """Note in `seen` by when a number's opt-out was stored, as the functions' clock has it, which is
    `ahead` of this one; True when all are. The rows themselves know only when the reply came in."""
    from chalicelib.store import conversations

    states = conversations.look(msisdn for msisdn in msisdns if msisdn not in seen).states
    now = iso(datetime.now(UTC) + ahead)
    seen.update({msisdn: now for msisdn, state in states.items() if state.optouts})
    return len(seen) == len(msisdns)
