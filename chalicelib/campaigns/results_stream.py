"""Stream consumer: adds changes of `conversations` to the results of their campaigns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chalicelib.campaigns import tally
from chalicelib.store import conversations
from chalicelib.store import results as stored
from chalicelib.store.results import CountedChange
from chalicelib.store.schema.base import Key, Record
from chalicelib.store.schema.conversations import Reply, Survey, Text, text_key


@dataclass(frozen=True, slots=True)
class Changed:
    """An item before and after, with the stream's id for the change and its second of the epoch."""

    id: str
    second: int
    old: Record | None
    new: Record  # what expired is not counted off


Also = Callable[[Changed, Text | None], tally.FigureChanges]
"""What another room counts of a change: `(change, the text that a survey or a reply is about)`."""


def count(changes: Sequence[Changed], also: Also = lambda _, __: {}) -> int:
    """Count what was not counted before; how many changes that were. Items of other kinds are passed over.
    What `also` gives is added with it, in the same transaction.

    A reply or a score is counted with the text it answers, which is looked up: few texts are answered.
    Raises transactions.Contention and what botocore raises: then the same changes have to be brought again.
    """
    asked = conversations.find(Text, filter(None, (_about(one.new) for one in changes)))
    found = []
    for one in changes:
        text = asked.get(key) if (key := _about(one.new)) else None
        found.append(CountedChange(one.id, one.second, {**_deltas(one, text), **also(one, text)}))
    return stored.add(found)


def _deltas(one: Changed, text: Text | None) -> tally.FigureChanges:
    """What a change adds; `text` is the one that a reply or a survey is about."""
    match one.new, one.old:
        case Text() as new, (Text() | None) as old:
            return tally.text_deltas(old, new)
        case Reply() as reply, (Reply() | None) as old:
            before, after = tally.reply_figures(old), tally.reply_figures(reply)
            if before != after and text is None:
                from chalicelib.store.relationship import texts_to

                text = tally.answered(reply, texts_to(reply.msisdn))
        case Survey() as survey, (Survey() | None) as old:
            before, after = tally.survey_figures(old), tally.survey_figures(survey)
        case _:
            return {}
    return tally.answer_deltas(before, after, text) if before != after and text else {}


def _about(record: Record) -> Key | None:
    """Where the text is that a survey or a reply names."""
    match record:
        case Survey():
            return text_key(record.msisdn, tally.asked_by(record.item))
        case Reply(about=about) if about.startswith(Survey.under):
            return text_key(record.msisdn, tally.asked_by(about))
    return None
