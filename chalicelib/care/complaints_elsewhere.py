"""Where the complaints of a subscriber stand that the operator's own system keeps, as its events told us."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.store import event_history

OVER = "resolved"  # the state of a complaint that has ended


def latest(subscriber_id: str) -> Mapping[str, str]:
    """The complaint that was told of last and is not over, of the last 30 days, as the facts of a keyword's
    campaign (`case_id`, `case_state` ...); nothing where there is none."""
    told = [one for one in event_history.of_subscriber(subscriber_id) if one.complaint]
    told.sort(key=lambda one: one.time, reverse=True)
    by_id: dict[str, dict[str, str]] = {}
    for one in told:
        known = by_id.setdefault(one.complaint["id"], {})
        for name, value in one.complaint.items():
            known.setdefault(name, value)  # the newest says it; what only an older one says is still so
    for complaint in by_id.values():
        if complaint["state"] != OVER:
            return {f"case_{name}": value for name, value in complaint.items()}
    return {}
