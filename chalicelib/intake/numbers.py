"""Numbers are given out, taken back and given to somebody else.

A release draws a line under the conversation: what is above it belongs to the holder before. The
next holder starts clean; proofs of consent are rows of their own and stay.
"""

from __future__ import annotations

from chalicelib.clock import iso, parse
from chalicelib.intake.event import Event
from chalicelib.store import conversations, subscribers
from chalicelib.store.records import Subscriber
from chalicelib.store.wire import Row


def assign(event: Event) -> Subscriber | None:
    """The subscriber has this number from now on; the one before, if another, is released. None: unknown."""
    assert event.subscriber_id is not None  # noqa: S101 (of_subscriber)
    before = subscribers.get(event.subscriber_id)
    at = iso(event.time)
    msisdn = event.fields["msisdn"]
    after = subscribers.change(
        event.subscriber_id, {"msisdn": msisdn}, at=at, stamp="number_at", create=False
    )
    if before and after and before.msisdn and before.msisdn != after.msisdn:
        leave(before.msisdn, event.subscriber_id, at)
    return after


def release(event: Event) -> Subscriber | None:
    """The subscriber no longer has this number. None: unknown."""
    assert event.subscriber_id is not None  # noqa: S101 (of_subscriber)
    known = subscribers.get(event.subscriber_id)
    at = iso(event.time)
    msisdn = event.fields["msisdn"]
    if known is None:
        return None
    if known.msisdn == msisdn:
        subscribers.change(event.subscriber_id, {"msisdn": ""}, at=at, stamp="number_at", create=False)
    leave(msisdn, event.subscriber_id, at)
    return known


def leave(msisdn: str, subscriber_id: str, at: str) -> None:
    """End what is under way with a subscriber on a number; draw the line unless another line shares it."""
    rows = conversations.relationship(msisdn)
    own = [row for row in rows if row.get("subscriber") == subscriber_id or _is_text_of(row, subscriber_id)]
    changes = [
        conversations.update(
            row,
            {"status": "closed", "reason": "number_released", "revision": row["revision"] + 1},
            remove=["lot", "due"],
            where='"revision" = ?',
            holding=[row["revision"]],
        )
        for row in own
        if row["item"].startswith("survey#") and row["status"] == "open"
    ]
    changes += [
        conversations.update(
            row,
            {"status": "suppressed", "reason": "number_released"},
            remove=["lot", "due", "job"],
            where='"status" = ?',
            holding=["held"],
        )
        for row in own
        if row["item"].startswith("mt#") and row["status"] == "held"
    ]
    conversations.write_surely(changes)
    others = [one for one in subscribers.by_msisdn(msisdn) if one.subscriber_id != subscriber_id]
    if not others:
        _draw_line(msisdn, at)


def _is_text_of(row: Row, subscriber_id: str) -> bool:
    return bool(row["item"].startswith("mt#") and row["item"].split("/", 2)[1] == subscriber_id)


def _draw_line(msisdn: str, at: str) -> None:
    """Consent, recent sends and colour from before `at` are gone; what the next holder said since stays."""
    while True:
        state = conversations.state(msisdn)
        if state.line and parse(state.line) >= parse(at):
            return
        statement = conversations.change_state(
            msisdn,
            state,
            line=at,
            optouts={scope: said for scope, said in state.optouts.items() if said["at"] > at},
            recent=[one for one in state.recent if one["at"] > at],
            roster="green",
            holder="",
        )
        if conversations.write([statement]) == ["ok"]:
            return
