"""What people at the console and the command line do in a run; nothing goes wrong for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from chalicelib.care import actions
from chalicelib.intake import subscriber_changes
from chalicelib.store import catalogue, subscribers, versions
from tests.simulation import cast

WORKED_ON = ("open", "claimed", "in_progress", "reopened")


def publish(name: str) -> None:
    """Put a document of the cast live again, under a new version."""
    number = versions.save(name, cast.documents()[name], by="t", at="", status="live")
    catalogue.go_live({name: number})


def import_again(who: str) -> None:
    """Import somebody as they are."""
    known = subscribers.get(who)
    if known:
        subscriber_changes.put_many([known])


def resolve_one(rows: Iterable[Mapping[str, Any]], now: datetime) -> None:
    """Resolve the first case that needs work, if there is one."""
    for case_id in _to_work_on(rows)[:1]:
        actions.resolve(case_id, "fixed", actions.Act("li.na", now, None))


def answer_one(rows: Iterable[Mapping[str, Any]], text: str, now: datetime) -> None:
    """Write to whoever has the first case that needs work."""
    for case_id in _to_work_on(rows)[:1]:
        actions.answer(case_id, text, actions.Act("li.na", now, None))


def _to_work_on(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    return [one["case_id"] for one in rows if one["part"] == "case" and one["state"] in WORKED_ON]
