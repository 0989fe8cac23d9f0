"""What the page needs, as JSON: the wall to begin with, what changed since, and the line at the top."""

from __future__ import annotations

from typing import Any

from local.handsets.simulator import EVERYONE, Simulator
from local.handsets.wall import Phone, entry_json, phone_json

ENTRIES_AT_FIRST = 30
MOST_PHONES = 200


def wall(simulator: Simulator, query: str, limit: int, numbers: list[str]) -> dict[str, Any]:
    """The newest `limit` phones that `query` finds (or those of `numbers`), with their last texts."""
    found = (
        simulator.wall.known(numbers) if numbers else simulator.wall.phones(query, min(limit, MOST_PHONES))
    )
    return {
        "revision": simulator.wall.revision,
        "phones": [_phone(simulator, phone, with_entries=True) for phone in found],
        "status": status(simulator),
    }


def update(simulator: Simulator, after: int) -> dict[str, Any]:
    """What changed after revision `after`; `{"reload": true}` when the page has to begin anew."""
    changed = simulator.wall.changes(after)
    found: dict[str, Any] = {"revision": simulator.wall.revision, "status": status(simulator)}
    if changed is None:
        return found | {"reload": True}
    phones, entries, skipped = changed
    if phones:
        found["phones"] = [_phone(simulator, phone, with_entries=False) for phone in phones]
    if entries:
        found["entries"] = [entry_json(entry) for entry in entries]
    if skipped:
        found["reload"] = True  # faster than a page can follow: it asks for the newest phones instead
    return found


def status(simulator: Simulator) -> dict[str, Any]:
    """The line at the top of the page."""
    counts = simulator.traffic.as_json(simulator.steady())
    everyone = simulator.conditions.get(EVERYONE)
    return {
        "phones": simulator.wall.phone_count,
        "texts": counts["accepted"],
        "answers": counts["answers"],
        "undelivered": counts["undelivered"] + counts["expired"],
        "throttled": counts["throttled"],
        "per_second": counts["per_second"],
        "originators": {
            identity: one["title"] for identity, one in counts["originators"].items() if "title" in one
        },
        "receipts_lost": simulator.receipts.lost,
        "connected": bool(simulator.connection.inbound_topic_arn),
        "network": everyone.as_json() if everyone else None,
    }


def _phone(simulator: Simulator, phone: Phone, *, with_entries: bool) -> dict[str, Any]:
    own = simulator.conditions.get(phone.msisdn)
    entries = simulator.wall.entries_of(phone, ENTRIES_AT_FIRST) if with_entries else None
    return phone_json(phone, own.as_json() if own else None, entries)
