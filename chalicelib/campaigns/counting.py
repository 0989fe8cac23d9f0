"""From changes of `conversations` to the results of the campaigns that they belong to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.campaigns import results
from chalicelib.store import conversations, wire
from chalicelib.store import results as stored
from chalicelib.store.results import Change
from chalicelib.store.wire import Row


@dataclass(frozen=True, slots=True)
class Changed:
    """A row before and after, with the stream's id for the change and its second of the epoch."""

    id: str
    second: int
    old: Row | None
    new: Row  # what expired is not counted off


Also = Callable[[Changed, Row | None], results.Deltas]
"""What another room counts of a change: `(change, the text that a survey or a reply is about)`."""


def count(changes: Sequence[Changed], also: Also = lambda _, __: {}) -> int:
    """Count what was not counted before; how many changes that were. Rows of other kinds are passed over.
    What `also` gives is added with it, in the same transaction.

    A reply or a score is counted with the text it answers, which is looked up: few texts are answered.
    Raises transactions.Contention and what botocore raises: then the same changes have to be brought again.
    """
    asked = _invitations(changes)
    found = []
    for one in changes:
        text = asked.get((one.new["msisdn"], _about(one.new) or ""))
        found.append(Change(one.id, one.second, {**_deltas(one, asked), **also(one, text)}))
    return stored.add(found)


def _deltas(one: Changed, asked: Mapping[tuple[str, str], Row]) -> results.Deltas:
    item = str(one.new["item"])
    if item.startswith("mt#"):
        return results.text_deltas(one.old, one.new)
    read = {"mo#": results.reply_figures, "survey#": results.survey_figures}.get(item.partition("#")[0] + "#")
    if read is None:
        return {}
    before, after = read(one.old), read(one.new)
    if before == after:
        return {}
    about = _about(one.new)
    text = asked.get((one.new["msisdn"], about)) if about else None
    if text is None and item.startswith("mo#"):
        answered = results.answered(one.new, _texts(one.new["msisdn"]))
        return results.answer_deltas(before, after, answered) if answered else {}
    return results.answer_deltas(before, after, text) if text else {}


def _about(row: Mapping[str, Any]) -> str:
    """The item of the text that a survey or a reply names."""
    item = row["item"] if row["item"].startswith("survey#") else row.get("about") or ""
    return results.asked_by(item) if item.startswith("survey#") else item


def _invitations(changes: Sequence[Changed]) -> dict[tuple[str, str], Row]:
    keys = [
        conversations.key(one.new["msisdn"], about)
        for one in changes
        if not one.new["item"].startswith("mt#") and (about := _about(one.new))
    ]
    return conversations.rows_of(keys) if keys else {}


def _texts(msisdn: str) -> list[Row]:
    return list(wire.query_all(conversations.TABLE, "msisdn", msisdn, range_name="item", begins="mt#"))
