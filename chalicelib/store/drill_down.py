"""Finds the texts, surveys and replies that a results figure counts. `conversations` is keyed by MSISDN, so
this is a parallel scan, segment by segment, until enough items are found. Its cost grows with the table."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Any, Generic, TypeVar

from chalicelib.store import queries
from chalicelib.store.dynamodb import about_how_many
from chalicelib.store.queries import Condition, Cursor, column
from chalicelib.store.schema.base import Attribute
from chalicelib.store.schema.conversations import CONVERSATIONS, Reply, Survey, Text

ITEMS_A_SEGMENT = 400  # a fraction of the megabyte that one page of a scan takes
K = TypeVar("K", Text, Survey, Reply)
WantedValues = Mapping[Attribute[Any], Collection[Any]]
"""Values that an item must have one of; None among them: any."""


@dataclass(frozen=True, slots=True)
class SegmentFound(Generic[K]):
    """What was found from a segment on: `next` is the one to go on with, None behind the last."""

    items: list[K]
    looked_at: int
    next: int | None
    segments: int


def texts_of(campaign: str, wanted: WantedValues, **how: int) -> SegmentFound[Text]:
    """Texts of a campaign; `how` as in `find`."""
    return find(Text, column(Text.item).startswith(f"{Text.under}{campaign}/"), wanted, **how)


def surveys_of(campaign: str, wanted: WantedValues, **how: int) -> SegmentFound[Survey]:
    """Surveys of a campaign; `how` as in `find`."""
    return find(Survey, column(Survey.item).startswith(f"{Survey.under}{campaign}/"), wanted, **how)


def replies_to(campaign: str, wanted: WantedValues, **how: int) -> SegmentFound[Reply]:
    """Replies to a campaign's surveys; `how` as in `find`."""
    about = column(Reply.about).startswith(f"{Survey.under}{campaign}/")
    return find(Reply, column(Reply.item).startswith(Reply.under) & about, wanted, **how)


def find(
    kind: type[K],
    where: Condition,
    wanted: WantedValues,
    *,
    begin: int = 0,
    enough: int = 50,
    most_segments: int = 25,
) -> SegmentFound[K]:
    """Items of a kind from a segment on, until `enough` are found or `most_segments` were looked through."""
    segments = 1 + about_how_many(CONVERSATIONS.name) // ITEMS_A_SEGMENT
    keep = reduce(and_, (_among(one, values) for one, values in wanted.items()), where)
    found: list[K] = []
    looked_at, segment = 0, begin
    while segment < min(segments, begin + most_segments) and len(found) < enough:
        cursor: Cursor | None = None
        while True:
            page = queries.scan(kind, segment=segment, segments=segments, keep=keep, cursor=cursor)
            found += page.records
            looked_at += page.read
            cursor = page.cursor
            if cursor is None:
                break
        segment += 1
    return SegmentFound(found, looked_at, segment if segment < segments else None, segments)


def _among(attribute: Attribute[Any], values: Collection[Any]) -> Condition:
    return column(attribute).exists() if None in values else column(attribute).is_in(*values)
