"""Reads and writes of `cases`: a case with its log, the queues, search, labels, who has a page open.

What is stored, under which keys and in which indexes: `schema.cases`. A change of a case is written by
`care.changes`, in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import and_
from typing import Literal

from botocore.exceptions import ClientError

from chalicelib.store import dynamodb, queries
from chalicelib.store.queries import Condition, Cursor, column
from chalicelib.store.schema.base import Key, Record, of_kind
from chalicelib.store.schema.cases import CASE as CASE
from chalicelib.store.schema.cases import (
    CASES,
    LABEL,
    MEANING,
    Case,
    CaseDraft,
    CaseItem,
    LogEntry,
    Mention,
    OnceMark,
    Presence,
    ReadingLabel,
    SearchWord,
    TopicLabel,
    case_key,
    log_key,
    name_group,
    once_key,
    plain_name,
)
from chalicelib.store.transactions import Update

TABLE = CASES.name
ROWS_A_PAGE = 1_000  # read at most for one page that is filtered; beyond that the page says "go on"
ONCE_DAYS = 30  # longer than a message can stay in a queue and its dead letters
HERE_SECONDS = 60
NOT_SO = "ConditionalCheckFailedException"
CaseIndex = Literal["by_team", "by_owner", "by_unowned"]


def get(case_id: str) -> Case | None:
    """A case as it is now."""
    found = dynamodb.get(CaseItem, case_key(case_id))
    return found.case() if found else None


def get_many(case_ids: Iterable[str]) -> dict[str, Case]:
    """Cases by id; the unknown are left out."""
    found = of_kind(CaseItem, records(map(case_key, case_ids)))
    return {one.case_id: one.case() for one in found}


def records(keys: Iterable[Key]) -> list[Record]:
    """Items of any kind by their keys, read strongly, in no order."""
    return dynamodb.read(keys, consistent=(CASES,))


@dataclass(frozen=True, slots=True)
class Whole:
    """A case with all there is about it, from one query."""

    case: Case | None
    log: list[LogEntry]  # oldest first
    here: list[Presence]  # who has it open
    drafts: list[CaseDraft]  # of everybody
    mentions: list[Mention]  # that were not seen


def whole(case_id: str) -> Whole:
    """A case, its log and who has it open."""
    found = list(queries.every_kind(CASES, case_id, consistent=True))
    case = next(iter(of_kind(CaseItem, found)), None)
    return Whole(
        case.case() if case else None,
        of_kind(LogEntry, found),
        of_kind(Presence, found),
        [one for one in of_kind(CaseDraft, found) if one.body],
        [one for one in of_kind(Mention, found) if one.word],
    )


def present(case_id: str) -> list[Presence]:
    """Who has a case open, or had a minute ago."""
    rows = column(Presence.part).startswith(Presence.under)
    return list(queries.every(Presence, case_id, where=rows))


def log_entry(case_id: str, revision: int) -> LogEntry | None:
    """The entry of the log that made the case's revision."""
    return dynamodb.get(LogEntry, log_key(case_id, revision))


def was_done(case_id: str, once: str) -> bool:
    """Whether the mark `once` is there."""
    return dynamodb.get(OnceMark, once_key(case_id, once)) is not None


def effects_done(entry: LogEntry) -> Update:
    """Take the effects off a log entry; the condition fails where somebody did."""
    effects = column(LogEntry.effects)
    gone = (effects.remove(), column(LogEntry.due_partition).remove(), column(LogEntry.due).remove())
    return Update(entry.key, gone, effects.exists())


def due(partition: str, until: str, *, limit: int = 200) -> list[Key]:
    """What is due by `until` (ISO) in one partition of `by_due`, the earliest first."""
    found, _ = queries.keys(
        CASES, partition, index="by_due", where=column(CaseItem.due) <= until, limit=limit
    )
    return found


def of_subscriber(subscriber: str, since: str = "0") -> list[Case]:
    """Every case of a subscriber that was opened since an ISO time, the latest first."""
    keys = queries.every_key(CASES, subscriber, index="by_subscriber", where=column(Case.opened_at) >= since)
    return _latest_first(get_many(key.hash for key in keys).values())


def _latest_first(cases: Iterable[Case]) -> list[Case]:
    return sorted(cases, key=lambda case: case.opened_at, reverse=True)


# Queues


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which cases of a queue are shown. Of the first four, "" means those without one and None all; of the
    others, what is not given keeps nothing back. Times are ISO."""

    topic: str | None = None
    tier: str | None = None
    campaign: str | None = None
    brand: str | None = None
    score: int | None = None
    region: str = ""  # a province, or the beginning of "province/city"
    opened_since: str = ""
    opened_before: str = ""
    deadline_before: str = ""
    urgent: bool = False

    def condition(self) -> Condition | None:
        """The filter of a query; None keeps everything."""
        found: list[Condition] = []
        exact = {
            Case.topic: self.topic,
            Case.tier: self.tier,
            Case.campaign: self.campaign,
            Case.brand: self.brand,
        }
        for attribute, value in exact.items():
            if value is not None:
                found.append(column(attribute) == value if value else column(attribute).does_not_exist())
        if self.score is not None:
            found.append(column(Case.score) == self.score)
        if self.region:
            found.append(column(Case.region).startswith(self.region))
        if self.opened_since:
            found.append(column(Case.opened_at) >= self.opened_since)
        if self.opened_before:
            found.append(column(Case.opened_at) < self.opened_before)
        if self.deadline_before:
            found.append(column(Case.deadline) < self.deadline_before)
        if self.urgent:
            found.append(column(Case.urgent) == True)  # noqa: E712 (makes a condition)
        return reduce(and_, found) if found else None


EVERYTHING = CaseFilter()


@dataclass(frozen=True, slots=True)
class QueuePage:
    """Cases in the order to take them, and the cursor of the next page, "" for none.

    With a filter a page may be short, or empty, and still have a cursor: more is further down.
    """

    cases: list[Case]
    cursor: str


def queue_page(
    queues: Sequence[tuple[CaseIndex, str]],
    *,
    limit: int,
    after: str = "",
    backwards: bool = False,
    keep: CaseFilter = EVERYTHING,
) -> QueuePage:
    """The next cases of several queues as one, by rank.

    `after` is the cursor of the page before. What is read does not grow with the queue: a filter that little
    passes ends after some 1,000 items, with a cursor to go on from.
    """
    rank = column(Case.rank)
    where = None if not after else rank < after if backwards else rank > after
    share = limit // max(1, len(queues)) + 1  # more is read only from the queues that turn out to be ahead
    parts = [_Part(index, name, where, keep.condition(), backwards, share) for index, name in queues]
    for part in parts:
        part.read_on()
    while True:
        # As far as every queue has been read, what is found is in order and whole.
        unread = [part for part in parts if part.reached]
        nearest = (max if backwards else min)(unread, key=lambda part: part.reached, default=None)
        frontier = nearest.reached if nearest else ""
        taken = [
            case
            for part in parts
            for case in part.cases
            if not frontier or case.rank == frontier or (case.rank > frontier) == backwards
        ]
        if nearest is None or len(taken) > limit or sum(part.count for part in parts) >= ROWS_A_PAGE:
            break
        nearest.read_on()
    taken.sort(key=lambda case: case.rank, reverse=backwards)
    if len(taken) > limit:
        return QueuePage(taken[:limit], taken[limit - 1].rank)
    return QueuePage(taken, frontier)


@dataclass(slots=True)
class _Part:
    """One queue of a page, as far as it has been read."""

    index: CaseIndex
    name: str
    where: Condition | None
    keep: Condition | None
    backwards: bool
    step: int  # items to read next; twice as many each time
    cases: list[Case] = field(default_factory=list)
    reached: str = ""  # the rank that was read last; "" at the end of the queue
    count: int = 0  # items read, those that a filter kept back included
    cursor: Cursor | None = None

    def read_on(self) -> None:
        found = queries.page(
            CaseItem,
            self.name,
            index=self.index,
            where=self.where,
            keep=self.keep,
            limit=self.step,
            cursor=self.cursor,
            backwards=self.backwards,
        )
        self.cases += [one.case() for one in found.records]
        self.count += found.read
        self.step *= 2
        self.cursor = found.cursor
        self.reached = str(found.cursor[Case.rank.name]) if found.cursor else ""


# Finding


def find(text: str, limit: int = 50) -> list[Case]:
    """Cases by id, number (whole, or its last four digits) or the beginning of a name; newest first."""
    plain = plain_name(text)
    if not plain:
        return []
    if plain.startswith("k-"):
        case = get(plain.upper())
        return [case] if case else []
    digits = "".join(one for one in plain if one.isdigit())
    if digits and not any(one.isalpha() for one in plain):
        group, word = ("tail", f"{digits}#") if len(digits) == 4 else ("number", f"+{digits}")
    else:
        group, word = name_group(plain), plain
    return _latest_first(get_many(_found(group, word, limit)).values())


def _found(group: str, word: str, limit: int) -> list[str]:
    """The ids of cases under words that begin with `word`; of one word, those that were opened last."""
    ids: dict[str, None] = {}  # a name may be found by two of its words
    cursor: Cursor | None = None
    while len(ids) < limit:
        keys, cursor = queries.keys(
            CASES,
            group,
            index="by_word",
            where=column(SearchWord.word).startswith(word),
            limit=limit,
            cursor=cursor,
            backwards=True,
        )
        ids |= {key.hash: None for key in keys}
        if cursor is None:
            break
    return list(ids)[:limit]


# Drafts


def draft_part(subject: str, kind: str) -> str:
    """Where what somebody typed is kept: `kind` is the action of its form."""
    return f"{CaseDraft.under}{subject}#{kind}"


def keep_draft(draft: CaseDraft, was: str | None) -> CaseDraft | None:
    """Keep a draft in place of the one that was kept at `was` (ISO; "" for none, None for whatever there is).
    Where there is another one now that says something else, that one, and nothing is written."""
    at = column(CaseDraft.at)
    where = None if was is None else at == was if was else at.does_not_exist()
    changes = (
        column(CaseDraft.body).set(draft.body),
        at.set(draft.at),
        column(CaseDraft.expires).set(draft.expires),
    )
    try:
        queries.update(draft.key, changes, where=where)
    except ClientError as error:
        if error.response["Error"]["Code"] != NOT_SO:
            raise
        there = dynamodb.get(CaseDraft, draft.key)
        if there is None or there.body in (
            "",
            draft.body,
        ):  # sent meanwhile, or the same
            return keep_draft(draft, None)
        return there
    return None


def drop_draft(case_id: str, subject: str, kind: str, was: str | None = None) -> None:
    """What somebody typed was sent, or thrown away; with `was` (ISO) only what was kept then."""
    body, at = column(CaseDraft.body), column(CaseDraft.at)
    where = body.exists() if was is None else body.exists() & (at == was)
    _emptied(CASES.key(case_id, draft_part(subject, kind)), (body.remove(), at.remove()), where)


def _emptied(key: Key, changes: Sequence[queries.Action], where: Condition) -> None:
    """Take what a row says off it, where it says it; what is left of it goes with its time."""
    try:
        queries.update(key, changes, where=where)
    except ClientError as error:
        if error.response["Error"]["Code"] != NOT_SO:
            raise


# Mentions


def mentioned(who: str, *, limit: int, after: str = "") -> tuple[list[str], str]:
    """The ids of the cases whose notes name somebody who has not seen it, the latest first, and the cursor of
    the next page, "" for none; `after` is the cursor of the page before."""
    before = column(Mention.word) < after if after else None
    rows, cursor = queries.keys(
        CASES, f"{Mention.under}{who}", index="by_word", where=before, limit=limit, backwards=True
    )
    return [key.hash for key in rows], str(cursor[Mention.word.name]) if cursor else ""


def seen(case_id: str, who: str) -> None:
    """Somebody has seen the note that names them."""
    word = column(Mention.word)
    changes = (word.remove(), column(Mention.word_group).remove())
    _emptied(CASES.key(case_id, f"{Mention.under}{who}"), changes, word.exists())


# Labels and presence


def label_gone(case_id: str) -> Update:
    """Take the topic that a person said back; the condition fails where there is none."""
    word = column(TopicLabel.word)
    return Update(
        CASES.key(case_id, LABEL), (word.remove(), column(TopicLabel.word_group).remove()), word.exists()
    )


def labels(since: str = "0", *, latest: int | None = None) -> list[TopicLabel]:
    """What people said about topics since an ISO time; all of it, or only so many that were said last. In no
    order."""
    where = column(TopicLabel.word) >= since
    if latest:
        keys, _ = queries.keys(CASES, LABEL, index="by_word", where=where, limit=latest, backwards=True)
    else:
        keys = list(queries.every_key(CASES, LABEL, index="by_word", where=where))
    return of_kind(TopicLabel, records(keys))


def readings(since: str = "0") -> list[ReadingLabel]:
    """What people said about replies since an ISO time."""
    where = column(ReadingLabel.word) >= since
    return of_kind(ReadingLabel, records(queries.every_key(CASES, MEANING, index="by_word", where=where)))
