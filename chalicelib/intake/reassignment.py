"""An MSISDN that is released or reassigned: closes its surveys and cuts its conversation there.

A release draws a line under the conversation: what is above it belongs to the holder before. The
next holder starts clean; proofs of consent are rows of their own and stay.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.clock import iso, parse
from chalicelib.intake import subscriber_changes
from chalicelib.intake.event import Event
from chalicelib.job import mt_parts
from chalicelib.store import conversations, subscribers
from chalicelib.store.schema.base import Attribute, Change
from chalicelib.store.schema.conversations import NumberState, Survey, Text
from chalicelib.store.schema.subscribers import Subscriber, SubscriberItem


def assign(event: Event) -> Subscriber | None:
    """The subscriber has this number from now on, and nobody else: it is released from whoever had it, and
    the subscriber's number before, if another, is released too. None: the subscriber is unknown, perhaps not
    yet; whoever had the number has lost it all the same, so that nothing of theirs goes to a stranger."""
    _take_from_others(event)
    return _move(event, event.fields["msisdn"], {"msisdn": event.fields["msisdn"]}, SubscriberItem.number_at)


def change(event: Event) -> Subscriber | None:
    """The subscriber's fields as an event brings them; a new number is moved to as by `assign`."""
    if "msisdn" not in event.fields:
        return _changed(event, event.fields, SubscriberItem.changed_at)
    return _move(event, event.fields["msisdn"], event.fields, SubscriberItem.changed_at)


def release(event: Event) -> Subscriber | None:
    """The subscriber no longer has this number. None: unknown."""
    known = subscribers.get(_id(event))
    if known is None:
        return None
    msisdn = event.fields["msisdn"]
    if known.msisdn == msisdn:
        _move(event, "", {"msisdn": ""}, SubscriberItem.number_at)
    leave(msisdn, known.subscriber_id, iso(event.time))
    return known


def _take_from_others(event: Event) -> None:
    """Release the number from every other subscriber who is not known to have it since later than that."""
    msisdn, at = event.fields["msisdn"], iso(event.time)
    if not msisdn:
        return
    for other in subscribers.by_msisdn(msisdn):
        if other.subscriber_id == _id(event):
            continue
        _mark(msisdn, other.subscriber_id, gone=True)
        after = subscriber_changes.change(
            other.subscriber_id, {"msisdn": ""}, at=at, stamp=SubscriberItem.number_at, create=False
        )
        if after is None or after.msisdn == msisdn:  # something newer was known already
            _mark(msisdn, other.subscriber_id, gone=False)
        else:
            leave(msisdn, other.subscriber_id, at)


def _move(event: Event, to: str, fields: Mapping[str, Any], stamp: Attribute[str]) -> Subscriber | None:
    """Apply `fields`, which give the subscriber the number `to`.

    That they leave the old number is written before they have the new one: whoever sends to the old
    one after somebody else may have sent to the new one sees it.
    """
    before = subscribers.get(_id(event))
    if before is None or before.msisdn == to:
        return _changed(event, fields, stamp)
    if before.msisdn:
        _mark(before.msisdn, before.subscriber_id, gone=True)
    if to:
        _mark(to, before.subscriber_id, gone=False)
    after = _changed(event, fields, stamp)
    if after and after.msisdn == before.msisdn:  # something newer was known already
        _mark(before.msisdn, before.subscriber_id, gone=False)
    elif after and before.msisdn:
        leave(before.msisdn, before.subscriber_id, iso(event.time))
    return after


def _changed(event: Event, fields: Mapping[str, Any], stamp: Attribute[str]) -> Subscriber | None:
    create = stamp is SubscriberItem.changed_at
    return subscriber_changes.change(_id(event), fields, at=iso(event.time), stamp=stamp, create=create)


def _id(event: Event) -> str:
    assert event.subscriber_id is not None  # noqa: S101 (of_subscriber)
    return event.subscriber_id


def _mark(msisdn: str, subscriber_id: str, *, gone: bool) -> None:
    """Note on a number that the subscriber has left it, or is back."""

    def noted(state: NumberState) -> Sequence[Change]:
        if (subscriber_id in state.former_subscribers) == gone:
            return ()
        others = tuple(one for one in state.former_subscribers if one != subscriber_id)
        return (NumberState.former_subscribers.to((*others, subscriber_id) if gone else others),)

    conversations.change_states([msisdn], noted)


def leave(msisdn: str, subscriber_id: str, at: str) -> None:
    """End what is under way with a subscriber on a number; draw the line unless another line shares it."""
    from chalicelib.store.relationship import relationship

    changes = []
    released = "number_released"
    for one in relationship(msisdn):
        match one:
            case Survey(subscriber=whose, status="open") if whose == subscriber_id:
                closed = Survey.status.to("closed"), Survey.reason.to(released)
                changes.append(
                    conversations.update(
                        one.key,
                        *closed,
                        Survey.revision.to(one.revision + 1),
                        remove=(Survey.due_partition, Survey.due),
                        where=Survey.revision.equals(one.revision),
                    )
                )
            case Text(status="held") if mt_parts(one.item)[1] == subscriber_id:
                changes.append(conversations.withdrawn(one.key, released))
    conversations.write_surely(changes)
    others = [one for one in subscribers.by_msisdn(msisdn) if one.subscriber_id != subscriber_id]
    if not others:
        _draw_line(msisdn, at)


def _draw_line(msisdn: str, at: str) -> None:
    """Consent, recent sends and colour from before `at` are gone; what the next holder said since stays."""

    def clean(state: NumberState) -> Sequence[Change]:
        if state.reassigned_at and parse(state.reassigned_at) >= parse(at):
            return ()
        since = {scope: said for scope, said in state.optouts.items() if said["at"] > at}
        return (
            NumberState.reassigned_at.to(at),
            NumberState.optouts.to(since),
            NumberState.recent.to(tuple(one for one in state.recent if one["at"] > at)),
            NumberState.roster.to(NumberState.roster.default),
            NumberState.unreachable.to(""),
            NumberState.wrong_person.to({}),
        )

    conversations.change_states([msisdn], clean)
