"""The record `Control`: live versions, what is paused, which lanes fail; and the documents that it names.

It is read with every batch of texts, so that a pause works within the second. Everything about versions is
in `versions`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from chalicelib.store.dynamodb import get, insert, overwrite, read, write_one
from chalicelib.store.schema.base import of_kind, replace
from chalicelib.store.schema.catalogue import (
    AT_FIRST,
    CATALOGUE,
    CONTROL_KEY,
    Control,
    Document,
    document_key,
)

TABLE = CATALOGUE.name


def control() -> Control:
    """The control record as it is now; nothing is live before the first publication."""
    return get(Control, CONTROL_KEY) or Control()


def documents(wanted: Iterable[tuple[str, int]]) -> dict[str, Mapping[str, Any]]:
    """The documents of these (name, version) pairs, by name. Read strongly: what has just gone live must not
    be taken for missing by whoever keeps what is live until the next change. What is no document any more
    is an empty one."""
    keys = [document_key(name, number) for name, number in wanted]
    found = of_kind(Document, read(keys, consistent=(CATALOGUE,)))
    return {one.name: one.document if isinstance(one.document, Mapping) else {} for one in found}


def go_live(versions: Mapping[str, int]) -> None:
    """Make these versions the live ones, all at once."""
    _change_control(lambda known: replace(known, live={**known.live, **versions}))


def pause(campaign: str | None) -> None:
    """Stop one campaign's texts, or all of them with None."""
    _change_control(lambda known: with_paused(known, campaign, True))


def resume(campaign: str | None) -> None:
    """Let one campaign's texts go again, or undo the pause of everything with None."""
    _change_control(lambda known: with_paused(known, campaign, False))


def spare(identity: str, until: str) -> None:
    """Leave an originator that keeps failing alone until then (ISO), so that its backup takes over."""
    _change_control(lambda known: replace(known, failing={**known.failing, identity: until}))


def with_paused(known: Control, campaign: str | None, paused: bool) -> Control:
    """Control with one campaign, or everything with None, paused or not."""
    ever = tuple(dict.fromkeys((*known.ever_paused, campaign or "*"))) if paused else known.ever_paused
    if campaign is None:
        return replace(known, paused_all=paused, ever_paused=ever)
    others = tuple(one for one in known.paused if one != campaign)
    return replace(known, paused=(*others, campaign) if paused else others, ever_paused=ever)


def revised(before: Control, after: Control) -> Control:
    """`after` as what follows `before`. Workers read live documents anew when its stamp has changed."""
    return replace(after, revision=before.revision + 1, stamp=before.stamp + (after.live != before.live))


def _change_control(change: Callable[[Control], Control]) -> None:
    """Read, change and write back; two editors at once are put one after the other."""
    while True:
        known = get(Control, CONTROL_KEY)
        before = known or AT_FIRST
        after = revised(before, change(before))
        if known is None:
            statement = insert(after)
        else:
            at_rest = (
                *(Control.live, Control.stamp, Control.failing),
                *(Control.paused, Control.paused_all, Control.ever_paused),
            )
            statement = overwrite(after, clear=at_rest, where=Control.revision.equals(before.revision))
        if write_one(statement) == "ok":
            return
