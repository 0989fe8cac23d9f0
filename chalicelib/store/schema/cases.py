"""`cases`: one partition per case, with its log and what finds it again.

A case is in one partition of each sparse index it belongs to, whose range key ends with the case id, so that
a place in a queue is one short text and works across several teams.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal
from zlib import crc32

from chalicelib.store.schema.base import (
    Attribute,
    Index,
    Key,
    Record,
    Table,
    flag,
    mapping,
    number,
    sequence,
    text,
)

CASES = Table(
    "cases",
    hash="case_id",
    range="part",
    ttl="expires",
    indexes=(
        Index("by_team", hash="team_queue", range="rank"),
        Index("by_owner", hash="owner_queue", range="rank"),
        Index("by_unowned", hash="unowned_queue", range="rank"),
        Index("by_subscriber", hash="subscriber", range="opened_at", include=()),
        Index("by_due", hash="due_partition", range="due", include=()),
        Index("by_word", hash="word_group", range="word", include=()),
    ),
)
DUE_PARTITIONS = 4  # that one kind of waiting is spread over
CASE = "case"
LABEL = "label"  # the group in `by_word` of what people said that complaints are about ...
MEANING = "meaning"  # ... and of what they said that replies mean
WORKING = frozenset({"open", "claimed", "in_progress", "reopened"})
WAITING = frozenset({"resolved", "recheck_sent"})
Group = Literal["working", "snoozed", "waiting", "closed"]
"""The part of the queues a case is in: somebody has something to do, now or at a time they set, the
subscriber is asked, or neither."""


class Case(Record):
    """A case as it is. Times are ISO in UTC; empty text means none, or not known."""

    case_id: Attribute[str] = text("`K-` and ten characters, see `care.case_states.case_id`")
    complaint: Attribute[str] = text("with the subscriber, what it is one case for")
    opened_at: Attribute[str] = text("when it was opened")
    subscriber: Attribute[str] = text("subscriber id; the number where there is none", default="")
    msisdn: Attribute[str] = text("E.164", default="")
    name: Attribute[str] = text("the subscriber's", default="")
    brand: Attribute[str] = text("brand id", default="")
    region: Attribute[str] = text('"province/city"', default="")
    tier: Attribute[str] = text("the subscriber's", default="")
    language: Attribute[str] = text("the subscriber's", default="")
    campaign: Attribute[str] = text("whose survey opened it", default="")
    survey_item: Attribute[str] = text("range key of the survey in the number's conversation", default="")
    score: Attribute[int | None] = number("the worst answer so far", default=None)
    scale: Attribute[tuple[int, int]] = sequence("lowest and highest score", default=(1, 5), always=True)
    best: Attribute[int] = number("the best score", default=5, always=True)
    words: Attribute[str] = text("what the subscriber wrote last, its first 500 characters", default="")
    words_at: Attribute[str] = text("when", default="")
    unread: Attribute[bool] = flag("the subscriber wrote since a person did something", default=False)
    topic: Attribute[str] = text('"" is for a person to say', default="")
    topic_by: Attribute[str] = text('"rules", or who said', default="")
    department: Attribute[str] = text("who has to mend it", default="")
    remedy: Attribute[str] = text("what was done for the subscriber", default="")
    team: Attribute[str] = text("care team", default="")
    owner: Attribute[str] = text("user who has it", default="")
    state: Attribute[str] = text("see docs/cases.md", default="open", always=True)
    level: Attribute[int] = number("one higher each time the re-check was bad", default=1, always=True)
    urgent: Attribute[bool] = flag("words asked for it", default=False)
    urgent_words: Attribute[tuple[str, ...]] = sequence("which", default=())
    roster: Attribute[str] = text("the customer's colour", default="green", always=True)
    since: Attribute[str] = text("when this level began: its deadlines count from here", default="")
    answer_warn: Attribute[str] = text("warning before the deadline to answer", default="")
    answer_due: Attribute[str] = text("deadline to answer", default="")
    resolve_warn: Attribute[str] = text("warning before the deadline to resolve", default="")
    resolve_due: Attribute[str] = text("deadline to resolve", default="")
    deadline: Attribute[str] = text('the one that runs: to answer, then to resolve; "" for none', default="")
    passed: Attribute[tuple[str, ...]] = sequence("which of the four have passed", default=())
    overdue: Attribute[str] = text('"yes" once a deadline of this level has passed', default="")
    escalated_to: Attribute[str] = text("who was told", default="")
    answered_at: Attribute[str] = text(
        "when a person first reached the subscriber, at this level", default=""
    )
    first_answer_at: Attribute[str] = text("at any level", default="")
    answers: Attribute[int] = number("texts that a person sent", default=0)
    resolved_at: Attribute[str] = text("when", default="")
    recheck_at: Attribute[str] = text("when the re-check went out", default="")
    recheck_score: Attribute[int | None] = number("what it was answered with", default=None)
    good_recheck_at: Attribute[str] = text("when a good answer came", default="")
    closed_at: Attribute[str] = text("when", default="")
    outcome: Attribute[str] = text("confirmed, unconfirmed, duplicate or by_person", default="")
    joined_to: Attribute[str] = text("the case that a duplicate was joined to", default="")
    snoozed_until: Attribute[str] = text("when a case that was put off comes back", default="")
    rank: Attribute[str] = text("place in the queue, smallest first", default="")
    bonus: Attribute[Mapping[str, float]] = mapping("hours by cause, see `care.rank`", default={})
    revision: Attribute[int] = number("counts its changes", default=0, always=True)
    changed_at: Attribute[str] = text("when it was changed last", default="")
    changed_by: Attribute[str] = text("by whom", default="")
    changed_what: Attribute[str] = text("what was done", default="")

    @property
    def working(self) -> bool:
        """Somebody has to do something."""
        return self.state in WORKING

    @property
    def group(self) -> Group:
        """Which part of the queues it is in."""
        if self.state in WORKING:
            return "snoozed" if self.snoozed_until else "working"
        return "waiting" if self.state in WAITING else "closed"

    @property
    def badness(self) -> float:
        """0.0 for the best score to 1.0 for the worst; 0.5 without a score."""
        return 0.5 if self.score is None else badness(self.score, self.scale, self.best)


class CaseItem(Case, table=CASES, under=CASE):
    """A case as stored, with the keys of the indexes it is in."""

    part: Attribute[str] = text("`case`", default=CASE)
    team_queue: Attribute[str] = text(
        "`<team>`, `snoozed#<team>`, `waiting#<team>` (for the re-check) or `closed#<team>`", default=""
    )
    owner_queue: Attribute[str] = text("the same with the owner", default="")
    unowned_queue: Attribute[str] = text("the team, while nobody owns it", default="")
    due_partition: Attribute[str] = text("see the index `by_due`", default="")
    due: Attribute[str] = text("when it must be looked at", default="")

    def case(self) -> Case:
        """What rooms get."""
        held = self.__dict__
        return Case(**{name: held[name] for name in Case.attributes})


class HistoryEntry(Record):
    """One line of a case's history."""

    what: Attribute[str] = text("what happened, see `care.case_states.LogWhat`")
    by: Attribute[str] = text('a user, "subscriber" or "ringback"')
    at: Attribute[str] = text("when")
    note: Attribute[str] = text("what the person wrote", default="")
    data: Attribute[Mapping[str, Any]] = mapping("what belongs to it", default={})
    revision: Attribute[int] = number("of the case that it made", default=0, always=True)


class LogEntry(HistoryEntry, table=CASES, under="log#"):
    """A line of the log as stored, with the effects that are still to be done."""

    case_id: Attribute[str] = text("the case", default="")
    part: Attribute[str] = text(
        "`log#000007`, one for each revision; `log#000007#<time>` for what changed nothing", default=""
    )
    effects: Attribute[str] = text("texts, events, colour and counts to be done (JSON)", default="")
    due_partition: Attribute[str] = text("see the index `by_due`; while effects are to be done", default="")
    due: Attribute[str] = text("when the sweeper does them", default="")


class OnceMark(Record, table=CASES, under="once#"):
    """That something (an inbound id, a form) was applied to the case."""

    case_id: Attribute[str] = text("the case")
    part: Attribute[str] = text("`once#<what>`")
    expires: Attribute[int] = number("epoch seconds", default=0)


class SearchWord(Record, table=CASES, under="find#"):
    """A word, a number or its last digits to find the case by."""

    case_id: Attribute[str] = text("the case")
    part: Attribute[str] = text("`find#<n>`")
    word_group: Attribute[str] = text("`number`, `tail`, or `name#<first letter>`")
    word: Attribute[str] = text(
        "`<word>#<opened at>#<case id>`; the word may be a number, E.164, or its last digits"
    )


class Mention(Record, table=CASES, under="mention#"):
    """That a note asks a colleague to look at the case; gone once they did."""

    case_id: Attribute[str] = text("the case")
    part: Attribute[str] = text("`mention#<user>`")
    by: Attribute[str] = text("who wrote the note", default="")
    at: Attribute[str] = text("when", default="")
    note: Attribute[str] = text("what it says", default="")
    word_group: Attribute[str] = text("`mention#<user>`", default="")
    word: Attribute[str] = text("`<time>#<case id>`", default="")
    expires: Attribute[int] = number("epoch seconds", default=0)


class TopicLabel(Record, table=CASES, under="label"):
    """What a person said the topic of these words is."""

    case_id: Attribute[str] = text("the case")
    part: Attribute[str] = text("`label`", default="label")
    words: Attribute[str] = text("what the subscriber wrote", default="")
    guessed: Attribute[str] = text("the topic that the rules found", default="")
    topic: Attribute[str] = text("the topic that the person said", default="")
    by: Attribute[str] = text("who", default="")
    at: Attribute[str] = text("when", default="")
    word_group: Attribute[str] = text("`label`, while it holds", default="")
    word: Attribute[str] = text("`<time>#<case id>`", default="")


class ReadingLabel(Record, table=CASES, under="label#"):
    """What a person said that a reply means."""

    case_id: Attribute[str] = text("the case")
    part: Attribute[str] = text("`label#<inbound id>`")
    body: Attribute[str] = text("the reply", default="")
    campaign: Attribute[str] = text("whose survey it answers", default="")
    kind: Attribute[str] = text("what it is", default="")
    score: Attribute[int | None] = number("its score", default=None)
    by: Attribute[str] = text("who said so", default="")
    at: Attribute[str] = text("when", default="")
    word_group: Attribute[str] = text("`meaning`", default="")
    word: Attribute[str] = text("`<time>#<case id>`", default="")


class Presence(Record, table=CASES, under="here#"):
    """Who has the page of a case open."""

    case_id: Attribute[str] = text("the case")
    part: Attribute[str] = text("`here#<user>`")
    who: Attribute[str] = text("the user", default="")
    at: Attribute[str] = text("when the page was last asked for", default="")
    expires: Attribute[int] = number("epoch seconds", default=0)


class CaseDraft(Record, table=CASES, under="draft#"):
    """What somebody typed about the case and has not sent yet; one for each kind of entry."""

    case_id: Attribute[str] = text("the case")
    part: Attribute[str] = text("`draft#<subject>#<kind of entry>`")
    body: Attribute[str] = text("what was typed", default="")
    at: Attribute[str] = text("when", default="")
    expires: Attribute[int] = number("epoch seconds", default=0)


def badness(score: int, scale: tuple[int, int], best: int) -> float:
    """How far a score is from the best one, as a share of the scale: 0.0 best, 1.0 worst."""
    low, high = scale
    return abs(score - best) / (high - low) if high > low else 0.0


def case_item(case: Case, due: str = "") -> CaseItem:
    """A case as stored, in the queues that it belongs to; `due` is when somebody must look at it, ISO, "" for
    never. Closed cases are ranked by when they were closed."""
    held = {name: getattr(case, name) for name in Case.attributes}
    if case.group == "closed":
        held[Case.rank.name] = f"{case.closed_at}#{case.case_id}"
    mark = "" if case.group == "working" else f"{case.group}#"
    return CaseItem(
        **held,
        team_queue=f"{mark}{case.team}",
        owner_queue=f"{mark}{case.owner}" if case.owner else "",
        unowned_queue=case.team if case.group == "working" and not case.owner else "",
        due_partition=due_partition("case", case.case_id) if due else "",
        due=due,
    )


def search_words(case: Case) -> list[SearchWord]:
    """What a case is found by: its subscriber's name, each word of it, the number and its last digits."""
    words = {("number", case.msisdn), ("tail", case.msisdn[-4:])} if case.msisdn else set()
    name = plain_name(case.name)
    words |= {(name_group(word), word) for word in {name, *name.split()} if word}
    return [
        SearchWord(
            case_id=case.case_id,
            part=f"{SearchWord.under}{n}",
            word_group=group,
            word=f"{word}#{case.opened_at}#{case.case_id}",
        )
        for n, (group, word) in enumerate(sorted(words))
    ]


def mention(case_id: str, who: str, by: str, note: str, at: str, expires: int) -> Mention:
    """The mark for `who` of a note that names them."""
    part = f"{Mention.under}{who}"
    return Mention(
        case_id=case_id,
        part=part,
        by=by,
        at=at,
        note=note,
        word_group=part,
        word=f"{at}#{case_id}",
        expires=expires,
    )


def plain_name(name: str) -> str:
    """A name as it is searched by."""
    return " ".join(name.casefold().split())


def name_group(name: str) -> str:
    """The group of `by_word` that a plain name, or a word of one, is in."""
    return f"name#{name[0]}"


def topic_label(case_id: str, *, words: str, guessed: str, topic: str, by: str, at: str) -> TopicLabel:
    """What a person said the topic of these words is; a second opinion replaces the first."""
    return TopicLabel(
        case_id=case_id,
        words=words,
        guessed=guessed,
        topic=topic,
        by=by,
        at=at,
        word_group=LABEL,
        word=f"{at}#{case_id}",
    )


def reading_label(
    case_id: str,
    inbound_id: str,
    *,
    body: str,
    campaign: str,
    kind: str,
    score: int | None,
    by: str,
    at: str,
) -> ReadingLabel:
    """What a person said that a reply means; a later opinion replaces it."""
    return ReadingLabel(
        case_id=case_id,
        part=f"{ReadingLabel.under}{inbound_id}",
        body=body,
        campaign=campaign,
        kind=kind,
        score=score,
        by=by,
        at=at,
        word_group=MEANING,
        word=f"{at}#{case_id}",
    )


def case_key(case_id: str) -> Key:
    """Where a case is."""
    return CASES.key(case_id, CASE)


def log_part(revision: int) -> str:
    """`log#000007`: sorts as the revisions do."""
    return f"{LogEntry.under}{revision:06d}"


def log_key(case_id: str, revision: int) -> Key:
    """Where the line of the log that made a revision is."""
    return CASES.key(case_id, log_part(revision))


def once_key(case_id: str, once: str) -> Key:
    """Where the mark of a cause is."""
    return CASES.key(case_id, f"{OnceMark.under}{once}")


def due_partition(kind: str, case_id: str) -> str:
    """The partition of the index `by_due`: `case#2`, `effects#0`."""
    return f"{kind}#{crc32(case_id.encode()) % DUE_PARTITIONS}"


def due_partitions(kind: str) -> list[str]:
    """All partitions of one kind of waiting."""
    return [f"{kind}#{shard}" for shard in range(DUE_PARTITIONS)]
