"""The inbox: every reply by when it came, those that a person has to look at apart from the others.

The index `inbox` of `conversations` holds a reply under `unhandled`, or under `handled#<month>` once a rule,
a case or a person has dealt with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Any

from chalicelib.store import queries
from chalicelib.store.dynamodb import update, write_one
from chalicelib.store.queries import Condition, column
from chalicelib.store.schema.conversations import CONVERSATIONS, Reply

UNHANDLED = "unhandled"
MONTHS = 14  # that are looked back through; replies are kept for 400 days
READ_AT_MOST = 1_000  # replies for one page; a filter that little passes ends there, with a place to go on
COUNTED = 1_000  # unhandled replies; beyond that the count says "and more"


@dataclass(frozen=True, slots=True)
class InboxFilter:
    """Which replies to show; "" for any. `words` stand in the reply, `since` is an ISO time or day."""

    kind: str = ""
    campaign: str = ""
    words: str = ""
    since: str = ""

    def condition(self) -> Condition | None:
        """The same for DynamoDB; None keeps everything."""
        wanted: list[Condition] = []
        if self.kind:
            wanted.append(column(Reply.reading)["kind"] == self.kind)
        if self.campaign:
            wanted.append(column(Reply.campaign) == self.campaign)
        if self.words:
            wanted.append(column(Reply.body).contains(self.words))
        return reduce(and_, wanted) if wanted else None


ANY = InboxFilter()


@dataclass(frozen=True, slots=True)
class Listed:
    """Replies, the latest first, and before which moment (ISO) to go on; "" for no more."""

    replies: list[Reply]
    before: str


def unhandled(before: str, *, limit: int = 50, keep: InboxFilter = ANY) -> Listed:
    """Replies that a person has to look at, from up to a moment (ISO)."""
    return _listed([UNHANDLED], before, limit, keep)


def everything(before: str, *, limit: int = 50, keep: InboxFilter = ANY) -> Listed:
    """All replies from before a moment (ISO), dealt with or not."""
    return _listed([UNHANDLED, *(f"handled#{month}" for month in months(before))], before, limit, keep)


def _listed(groups: list[str], before: str, limit: int, keep: InboxFilter) -> Listed:
    """The latest of several groups, one after the other: the months follow each other, so that none is read
    behind one that fills the page."""
    if keep.since > before:
        return Listed([], "")
    found: list[Reply] = []
    read, reached = 0, ""
    for group in groups:
        mine: list[Reply] = []
        cursor = None
        while len(mine) < limit and read < READ_AT_MOST:
            page = queries.page(
                Reply,
                group,
                index="inbox",
                where=column(Reply.received_at).between(keep.since or "0", before),
                keep=keep.condition(),
                limit=min(READ_AT_MOST, 4 * limit),
                cursor=cursor,
                backwards=True,
            )
            mine += page.records
            read += page.read
            cursor = page.cursor
            if cursor is None:
                break
        found += mine[:limit]
        if cursor is not None:
            reached = max(reached, str(cursor[Reply.received_at.name]))
        if group != UNHANDLED and (len(mine) >= limit or read >= READ_AT_MOST):
            break
    found = [one for one in found if one.received_at < before]
    found.sort(key=lambda one: one.received_at, reverse=True)
    if len(found) > limit:
        return Listed(found[:limit], found[limit - 1].received_at)
    return Listed(found, reached)


def months(before: str) -> Iterator[str]:
    """The months (UTC) that are looked back through from a moment (ISO), the latest first."""
    year, month = int(before[:4]), int(before[5:7])
    for _ in range(MONTHS):
        yield f"{year:04d}-{month:02d}"
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)


def how_many_unhandled() -> int:
    """How many replies a person has to look at; `COUNTED` stands for that many or more."""
    return queries.count(CONVERSATIONS, UNHANDLED, index="inbox", most=COUNTED)


def handle(reply: Reply, how: str, by: str, at: str, case_id: str = "") -> bool:
    """Note what a person made of a reply at `at` (ISO); False when somebody was faster."""
    return (
        write_one(
            update(
                reply.key,
                Reply.handled.to(how),
                Reply.handled_by.to(by),
                Reply.handled_at.to(at),
                Reply.case_id.to(case_id or reply.case_id),
                Reply.inbox.to(f"handled#{reply.received_at[:7]}"),
                where=Reply.inbox.equals(UNHANDLED),
            )
        )
        == "ok"
    )


def propose(reply: Reply, proposal: Mapping[str, Any]) -> bool:
    """Note what a model proposes, on a reply that still waits; False where a person was faster."""
    waits = Reply.inbox.equals(UNHANDLED)
    return write_one(update(reply.key, Reply.proposal.to(proposal), where=waits)) == "ok"


def put_back(reply: Reply, by: str) -> bool:
    """Undo what `by` made of a reply; False when somebody else dealt with it since."""
    return (
        write_one(
            update(
                reply.key,
                Reply.handled.to("inbox"),
                Reply.inbox.to(UNHANDLED),
                remove=(Reply.handled_by, Reply.handled_at),
                where=Reply.handled_by.equals(by),
            )
        )
        == "ok"
    )
