"""Everything that is kept of one person, through all tables: to hand it out, and to erase it.

A person is who holds a number now: one subscriber or several, with the numbers they had before where
nobody else has them by now. Cases and the catalogue are scanned, for nothing leads from a number to an
audit entry; conversations, by far the largest table, are read by their keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.privacy.digests import digest_of
from chalicelib.store import subscribers
from chalicelib.store.relationship import relationship
from chalicelib.store.schema.base import Record, Table, of_kind
from chalicelib.store.schema.cases import CASES, CaseItem
from chalicelib.store.schema.catalogue import (
    CATALOGUE,
    Count,
    Document,
    DryRun,
    ErasureCopy,
    ListPiece,
    Part,
)
from chalicelib.store.schema.conversations import CONVERSATIONS, Erasure, ErasureFacts, Reply, Survey, Text
from chalicelib.store.schema.results import RESULTS, EventOutcome
from chalicelib.store.schema.subscribers import SUBSCRIBERS, SubscriberItem
from chalicelib.store.whole_tables import delete, of_case, records, rewrite, texts_in

ERASED = "(erased)"
_TIMES = (
    Text.at,
    Reply.received_at,
    Text.claimed_at,
    Text.sent_at,
    Text.receipt_at,
    Survey.asked_at,
)
_PLACE = Part.cursor.name  # where a run goes on: it may be an id, and another would be another place
_DOCUMENTS = (Document, Count, DryRun)  # not looked into: a number in one is a brand's or a sample's
_SHORT = 4  # characters; an id that is shorter is looked for only where ids stand
_E164 = re.compile(r"\+\d{8,15}")
By = Mapping[Table, Sequence[Record]]


@dataclass(frozen=True, slots=True)
class DataSubject:
    """Whom it is about. `numbers` are E.164, `previous` those that somebody else has now."""

    numbers: tuple[str, ...]
    ids: tuple[str, ...]
    previous: tuple[str, ...] = ()

    def named_in(self, text: str) -> bool:
        """Whether a text holds one of the numbers, with + or without, or one of the ids."""
        return self._pattern().search(text) is not None

    def left_out(self, text: str) -> str:
        """`text` with `(erased)` in the place of numbers and ids."""
        return self._pattern().sub(ERASED, text)

    def _pattern(self) -> re.Pattern[str]:
        numbers = [rf"(?<!\d)\+?{one.lstrip('+')}(?!\d)" for one in self.numbers]
        ids = [rf"(?<![\w-]){re.escape(one)}(?![\w-])" for one in self.ids if len(one) >= _SHORT]
        return re.compile("|".join([*numbers, *ids]) or r"(?!)")


@dataclass(frozen=True, slots=True)
class PersonalData:
    """Items by the table they are in. `mentions` are items of others, or of nobody, that name the person."""

    items: By
    mentions: By

    @property
    def empty(self) -> bool:
        return not any([*self.items.values(), *self.mentions.values()])


def who(msisdn: str) -> DataSubject:
    """The person with this number."""
    people = subscribers.by_msisdn(msisdn)
    ids = {one.subscriber_id for one in people}
    numbers: list[str] = [msisdn]
    previous: list[str] = []
    for number in dict.fromkeys(old for one in people for old in one.previous_msisdns if old != msisdn):
        others = {one.subscriber_id for one in subscribers.by_msisdn(number)} - ids
        (previous if others else numbers).append(number)
    return DataSubject(tuple(numbers), tuple(sorted(ids)), tuple(previous))


def find(subject: DataSubject) -> PersonalData:
    """Every item that is this person's, and every other that names them."""
    own = [item for one in subject.ids if (item := subscribers.stored(one))]
    counted = list(records(RESULTS))
    events = [one for one in of_kind(EventOutcome, counted) if one.whom in subject.ids]
    items: By = {
        SUBSCRIBERS: own,
        CONVERSATIONS: _talk(subject),
        CASES: _cases(subject),
        RESULTS: list(events),
    }
    after, elsewhere = _of_others(subject)
    return PersonalData(
        items,
        {
            SUBSCRIBERS: after,
            CONVERSATIONS: elsewhere,
            CATALOGUE: list(_in_catalogue(subject)),
            RESULTS: [one for one in counted if one not in events and _named(subject, one)],
        },
    )


def _talk(subject: DataSubject) -> list[Record]:
    partitions = [*subject.numbers, *(f"subscriber#{one}" for one in subject.ids)]
    found = [one for partition in partitions for one in relationship(partition)]
    return found + [
        one for number in subject.previous for one in relationship(number) if _of(one, subject.ids)
    ]


def _of(item: Record, ids: Sequence[str]) -> bool:
    about = item.key.range.partition("#")[2].split("/")
    whose = item.subscriber if isinstance(item, Reply | Survey) else ""
    return whose in ids or (len(about) > 2 and about[1] in ids)


def _cases(subject: DataSubject) -> list[Record]:
    heads = [
        one
        for one in of_kind(CaseItem, records(CASES))
        if one.subscriber in subject.ids or one.msisdn in subject.numbers
    ]
    return [item for head in heads for item in of_case(head.case_id)]


def _of_others(subject: DataSubject) -> tuple[list[SubscriberItem], list[Record]]:
    """Other subscribers who had one of the numbers before, and what was said to them that names it."""
    after = [
        one
        for one in of_kind(SubscriberItem, records(SUBSCRIBERS))
        if one.subscriber_id not in subject.ids and not set(subject.numbers).isdisjoint(one.previous_msisdns)
    ]
    partitions = [f"subscriber#{one.subscriber_id}" for one in after]
    partitions += [one.msisdn for one in after if one.msisdn and one.msisdn not in subject.numbers]
    told = [one for partition in dict.fromkeys(partitions) for one in relationship(partition)]
    return after, [one for one in told if _named(subject, one) and not _of(one, subject.ids)]


def _in_catalogue(subject: DataSubject) -> Iterator[Record]:
    sought = {*subject.ids, *subject.numbers}
    for one in records(CATALOGUE):
        if isinstance(one, (*_DOCUMENTS, ErasureCopy)):
            continue
        listed = isinstance(one, ListPiece) and not sought.isdisjoint(one.entries)
        if listed or _named(subject, one):
            yield one


def _named(subject: DataSubject, item: Record) -> bool:
    return any(subject.named_in(text) for text in texts_in(item, but=_PLACE))


def erase(subject: DataSubject, found: PersonalData) -> dict[str, int]:
    """Take the items away and the name out of the others; how many of each, by table and `rewritten`.

    Subscribers go last: until then an erasure that broke off finds everything again.
    """
    counts = {}
    for table in (CASES, RESULTS, CONVERSATIONS, SUBSCRIBERS):
        counts[table.name] = delete(one.key for one in found.items[table])
    rewritten = 0
    for mentions in found.mentions.values():
        for one in mentions:
            _rewrite(one, subject)
            rewritten += 1
    # What was handed off while this went on.
    counts[CONVERSATIONS.name] += delete(one.key for one in _talk(subject))
    return {**counts, "rewritten": rewritten}


def _rewrite(item: Record, subject: DataSubject) -> None:
    key = item.key
    if subject.named_in(key.hash) or subject.named_in(key.range):
        delete([key])
        return
    kept = {key.table.hash, key.table.range, _PLACE, item.rest}
    before = {name: getattr(item, name) for name in item.attributes if name not in kept}
    values = {name: _without(value, subject) for name, value in before.items()}
    rewrite(item, {name: value for name, value in values.items() if value != before[name]})


def _without(value: Any, subject: DataSubject) -> Any:
    """Lists lose the entries that are the person; texts lose the name."""
    if isinstance(value, str):
        return subject.left_out(value)
    if isinstance(value, Mapping):
        return {subject.left_out(name): _without(held, subject) for name, held in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        gone = {*subject.numbers, *subject.ids}
        left = (_without(one, subject) for one in value if not (isinstance(one, str) and one in gone))
        return type(value)(left)
    return value


def older(found: PersonalData, at: str) -> PersonalData:
    """Of somebody who came back: only what was said before `at` (ISO), when they were erased."""
    talk = [one for one in found.items[CONVERSATIONS] if "" < _when(one) < at]
    opened = {one.case_id for one in of_kind(CaseItem, found.items[CASES]) if one.opened_at < at}
    mine = [one for one in found.items[CASES] if one.key.hash in opened]
    events = [one for one in of_kind(EventOutcome, found.items[RESULTS]) if "" < one.at < at]
    return PersonalData(
        {SUBSCRIBERS: [], CONVERSATIONS: talk, CASES: mine, RESULTS: list(events)},
        dict.fromkeys(found.mentions, ()),
    )


def _when(item: Record) -> str:
    return max((getattr(item, one.name, "") for one in _TIMES), default="")


@dataclass(frozen=True, slots=True)
class Reappeared:
    """Somebody erased who is in the tables again; `digest` is the hash of the erasure."""

    digest: str
    subject: DataSubject
    jobs: tuple[Text, ...] = ()  # texts to others that wait and name a number

    def find(self) -> PersonalData:
        """Like the function `find`, with those texts."""
        found = find(self.subject)
        known = found.mentions[CONVERSATIONS]
        there = {one.key for one in [*known, *found.items[CONVERSATIONS]]}
        more = [one for one in self.jobs if one.key not in there]
        return PersonalData(found.items, {**found.mentions, CONVERSATIONS: [*known, *more]})


def reappeared(erasures: Mapping[str, ErasureFacts]) -> list[Reappeared]:
    """Who of the erased is in the tables again: a look at every number, and at ids where one is missing."""
    ids = {one: digest for digest, facts in erasures.items() for one in facts.subscribers}
    found: dict[str, Reappeared] = {}
    for text, job in _names():
        digest = digest_of(text)
        if digest in erasures:
            known = found.get(digest) or Reappeared(digest, DataSubject((), ()))
            if text not in known.subject.numbers:
                known = replace(known, subject=_both(known.subject, who(text)))
            found[digest] = replace(known, jobs=(*known.jobs, job)) if job else known
        elif digest in ids:
            id = text.removeprefix("subscriber#")
            if _is_back(id, erasures):
                continue
            digest = ids[digest]
            known = found.get(digest) or Reappeared(digest, DataSubject((), ()))
            found[digest] = replace(known, subject=_both(known.subject, DataSubject((), (id,))))
    return list(found.values())


def _both(one: DataSubject, other: DataSubject) -> DataSubject:
    return DataSubject(
        tuple(dict.fromkeys((*one.numbers, *other.numbers))),
        tuple(sorted({*one.ids, *other.ids})),
        tuple(dict.fromkeys((*one.previous, *other.previous))),
    )


def _is_back(id: str, erasures: Mapping[str, ErasureFacts]) -> bool:
    """Whether the operator has a subscriber of this id again, or under a number that was never erased."""
    holder = subscribers.get(id)
    if holder is None or not holder.msisdn:
        return False
    erasure = erasures.get(digest_of(holder.msisdn))
    return erasure is None or erasure.returned


def _names() -> Iterator[tuple[str, Text | None]]:
    """Numbers, and ids as `subscriber#<id>`, each with the text to somebody else that waits and names it."""
    last = ""
    for one in records(CONVERSATIONS):
        if one.key.hash != last and not isinstance(one, Erasure):
            yield one.key.hash, None
        last = one.key.hash
        if isinstance(one, Text):
            for number in set(_E164.findall(one.job)) - {last}:
                yield number, one
    for holder in of_kind(SubscriberItem, records(SUBSCRIBERS)):
        yield f"subscriber#{holder.subscriber_id}", None
        for number in filter(None, (holder.msisdn, *holder.previous_msisdns)):
            yield number, None
    for table in (CASES, CATALOGUE, RESULTS):
        yield from ((name, None) for one in records(table) for name in _names_elsewhere(one))


def _names_elsewhere(item: Record) -> Iterable[str]:
    if isinstance(item, CaseItem) and item.subscriber:
        yield f"subscriber#{item.subscriber}"
    if isinstance(item, EventOutcome) and item.whom:
        yield f"subscriber#{item.whom}"
    if not isinstance(item, _DOCUMENTS):
        yield from (number for text in texts_in(item) for number in _E164.findall(text))
    if isinstance(item, ListPiece):
        yield from (f"subscriber#{entry}" for entry in item.entries)
