"""`conversations` by query: everything with one number, what is open with it, and what is due.

The items are described in `schema.conversations`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.store import queries
from chalicelib.store.queries import Cursor, column
from chalicelib.store.schema.base import Key, Record, of_kind
from chalicelib.store.schema.conversations import (
    CONVERSATIONS,
    ConsentProof,
    NumberState,
    Reply,
    Survey,
    Text,
)


def relationship(msisdn: str) -> list[Record]:
    """Everything under one number, in the order of the range key."""
    return list(queries.every_kind(CONVERSATIONS, msisdn, consistent=True))


@dataclass(frozen=True, slots=True)
class Conversation:
    """Everything that a reply is understood against. Nothing of before the number changed hands is in it, but
    for the texts of then: our own words stay ours, whoever they went to."""

    state: NumberState
    texts: Sequence[Text]
    replies: Sequence[Reply]
    surveys: Sequence[Survey]
    texts_before: Sequence[Text] = ()


def conversation_with(msisdn: str) -> Conversation:
    """A number's conversation in one strongly consistent query."""
    found = relationship(msisdn)
    state = next(iter(of_kind(NumberState, found)), NumberState(msisdn=msisdn))
    since = state.reassigned_at
    return Conversation(
        state=state,
        texts=[one for one in of_kind(Text, found) if one.at >= since],
        replies=[one for one in of_kind(Reply, found) if one.received_at >= since],
        surveys=[one for one in of_kind(Survey, found) if one.asked_at > since],
        texts_before=[one for one in of_kind(Text, found) if one.at < since],
    )


def texts_to(msisdn: str) -> list[Text]:
    """Every text to a number."""
    return list(queries.every(Text, msisdn, where=column(Text.item).startswith(Text.under)))


def replies_of(msisdn: str) -> list[Reply]:
    """Every reply of a number."""
    return list(queries.every(Reply, msisdn, where=column(Reply.item).startswith(Reply.under)))


def proofs_of(msisdn: str) -> list[ConsentProof]:
    """Every proof of consent of a number, the earliest first."""
    where = column(ConsentProof.item).startswith(ConsentProof.under)
    return list(queries.every(ConsentProof, msisdn, where=where, consistent=True))


@dataclass(frozen=True, slots=True)
class Parked:
    """A text or a survey that waits, as far as the index `parked` carries it."""

    key: Key
    due_partition: str
    due: str
    job: str  # JSON, "" for a survey
    status: str


def due(
    partition: str, until: str, *, limit: int = 200, cursor: Cursor | None = None
) -> tuple[list[Parked], Cursor | None]:
    """What of one partition of the index `parked` is due by `until` (ISO), the earliest first, and where to
    go on."""
    page = queries.items(
        CONVERSATIONS,
        partition,
        index="parked",
        where=column(Text.due).between("0", until),
        limit=limit,
        cursor=cursor,
    )
    names = Text.job.name, Text.status.name
    found = [
        Parked(
            CONVERSATIONS.key_of(one),
            one[Text.due_partition.name],
            one[Text.due.name],
            *(one.get(name, "") for name in names),
        )
        for one in page.plain
    ]
    return found, page.cursor
