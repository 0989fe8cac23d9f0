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

from chalicelib.store import cases, catalogue, conversations, forgotten, results, subscribers, wire
from chalicelib.store.wire import Row

ERASED = "(erased)"
_KEYS = {
    conversations.TABLE: ("msisdn", "item"),
    subscribers.TABLE: ("subscriber_id",),
    cases.TABLE: ("case_id", "part"),
    catalogue.TABLE: ("name", "version"),
    results.TABLE: ("scope", "counter"),
}
_TIMES = ("at", "received_at", "claimed_at", "sent_at", "receipt_at", "opened_at", "asked_at")
_PLACE = "cursor"  # where a run goes on: it may be an id, and another would be another place
_SHORT = 4  # characters; an id that is shorter is looked for only where ids stand
_E164 = re.compile(r"\+\d{8,15}")


@dataclass(frozen=True, slots=True)
class Person:
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
class Found:
    """Rows by the table they are in. `mentions` are rows of others, or of nobody, that name the person."""

    rows: Mapping[str, Sequence[Row]]
    mentions: Mapping[str, Sequence[Row]]

    @property
    def empty(self) -> bool:
        return not any([*self.rows.values(), *self.mentions.values()])


def who(msisdn: str) -> Person:
    """The person with this number."""
    people = subscribers.by_msisdn(msisdn)
    ids = {one.subscriber_id for one in people}
    numbers: list[str] = [msisdn]
    previous: list[str] = []
    for number in dict.fromkeys(old for one in people for old in one.previous_msisdns if old != msisdn):
        others = {one.subscriber_id for one in subscribers.by_msisdn(number)} - ids
        (previous if others else numbers).append(number)
    return Person(tuple(numbers), tuple(sorted(ids)), tuple(previous))


def find(person: Person) -> Found:
    """Every row that is this person's, and every other that names them."""
    keys = [{"subscriber_id": one} for one in person.ids]
    rows = {
        subscribers.TABLE: wire.read({subscribers.TABLE: keys}, consistent=(subscribers.TABLE,))[
            subscribers.TABLE
        ],
        conversations.TABLE: _talk(person),
        cases.TABLE: _cases(person),
    }
    after, elsewhere = _of_others(person)
    return Found(
        rows,
        {
            subscribers.TABLE: after,
            conversations.TABLE: elsewhere,
            catalogue.TABLE: list(_in_catalogue(person)),
            results.TABLE: [row for row in _scan(results.TABLE) if _named(person, row)],
        },
    )


def _talk(person: Person) -> list[Row]:
    partitions = [*person.numbers, *(f"subscriber#{one}" for one in person.ids)]
    found = [row for one in partitions for row in _under(one)]
    return found + [row for one in person.previous for row in _under(one) if _of(row, person.ids)]


def _under(number: str) -> Iterator[Row]:
    return wire.query_all(conversations.TABLE, "msisdn", number, consistent=True)


def _of(row: Row, ids: Sequence[str]) -> bool:
    about = row["item"].partition("#")[2].split("/")
    return row.get("subscriber") in ids or (len(about) > 2 and about[1] in ids)


def _cases(person: Person) -> list[Row]:
    heads = [
        row
        for row in _scan(cases.TABLE)
        if row["part"] == cases.CASE
        and (row.get("subscriber") in person.ids or row.get("msisdn") in person.numbers)
    ]
    return [
        row
        for head in heads
        for row in wire.query_all(cases.TABLE, "case_id", head["case_id"], consistent=True)
    ]


def _of_others(person: Person) -> tuple[list[Row], list[Row]]:
    """Other subscribers who had one of the numbers before, and what was said to them that names it."""
    after = [
        row
        for row in _scan(subscribers.TABLE)
        if row["subscriber_id"] not in person.ids
        and not set(person.numbers).isdisjoint(row.get("previous_msisdns", ()))
    ]
    partitions = [f"subscriber#{row['subscriber_id']}" for row in after]
    partitions += [
        row["msisdn"] for row in after if row.get("msisdn") and row["msisdn"] not in person.numbers
    ]
    told = [row for one in dict.fromkeys(partitions) for row in _under(one)]
    return after, [row for row in told if _named(person, row) and not _of(row, person.ids)]


def _in_catalogue(person: Person) -> Iterator[Row]:
    """Documents are not looked into: a number in one is a brand's or a sample's."""
    for row in _scan(catalogue.TABLE):
        if "document" in row or row["name"] == forgotten.PARTITION:
            continue
        if _named(person, row) or not set(row.get("entries", ())).isdisjoint({*person.ids, *person.numbers}):
            yield row


def _named(person: Person, row: Row) -> bool:
    return any(person.named_in(text) for name, held in row.items() if name != _PLACE for text in _texts(held))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, held in value.items():
            yield from _texts(name)
            yield from _texts(held)
    elif isinstance(value, list | tuple | set):
        for held in value:
            yield from _texts(held)


def _scan(table: str) -> Iterator[Row]:
    """All rows of a table, strongly."""
    request: dict[str, Any] = {"TableName": wire.table(table), "ConsistentRead": True}
    while True:
        reply = wire.dynamodb().scan(**request)
        for item in reply["Items"]:
            yield wire.row_from(item)
        if "LastEvaluatedKey" not in reply:
            return
        request["ExclusiveStartKey"] = reply["LastEvaluatedKey"]


def erase(person: Person, found: Found) -> dict[str, int]:
    """Take the rows away and the name out of the others; how many of each, by table and `rewritten`.

    Subscribers go last: until then an erasure that broke off finds everything again.
    """
    counts = {}
    for table in (cases.TABLE, conversations.TABLE, subscribers.TABLE):
        counts[table] = _delete(table, found.rows[table])
    rewritten = 0
    for table, rows in found.mentions.items():
        for row in rows:
            _rewrite(table, row, person)
            rewritten += 1
    # What was handed off while this went on.
    counts[conversations.TABLE] += _delete(conversations.TABLE, _talk(person))
    return {**counts, "rewritten": rewritten}


def _delete(table: str, rows: Iterable[Row]) -> int:
    keys = [{name: row[name] for name in _KEYS[table]} for row in rows]
    for key in keys:
        wire.delete(table, key)
    return len(keys)


def _rewrite(table: str, row: Row, person: Person) -> None:
    key = {name: row[name] for name in _KEYS[table]}
    if any(person.named_in(value) for value in key.values()):
        wire.delete(table, key)
        return
    values = {name: _without(value, person) for name, value in row.items() if name not in {*key, _PLACE}}
    changed = {name: value for name, value in values.items() if value != row[name]}
    if changed:
        wire.write_surely([wire.update(table, key, changed)])


def _without(value: Any, person: Person) -> Any:
    """Lists lose the entries that are the person; texts lose the name."""
    if isinstance(value, str):
        return person.left_out(value)
    if isinstance(value, Mapping):
        return {person.left_out(name): _without(held, person) for name, held in value.items()}
    if isinstance(value, list | tuple | set):
        gone = {*person.numbers, *person.ids}
        left = [_without(one, person) for one in value if not (isinstance(one, str) and one in gone)]
        return set(left) if isinstance(value, set) else left
    return value


def older(found: Found, at: str) -> Found:
    """Of somebody who came back: only what was said before `at` (ISO), when they were erased."""
    talk = [row for row in found.rows[conversations.TABLE] if "" < _when(row) < at]
    opened = {
        row["case_id"]
        for row in found.rows[cases.TABLE]
        if row["part"] == cases.CASE and row["opened_at"] < at
    }
    mine = [row for row in found.rows[cases.TABLE] if row["case_id"] in opened]
    return Found(
        {subscribers.TABLE: [], conversations.TABLE: talk, cases.TABLE: mine},
        dict.fromkeys(found.mentions, ()),
    )


def _when(row: Row) -> str:
    return max((str(row[name]) for name in _TIMES if row.get(name)), default="")


@dataclass(frozen=True, slots=True)
class Again:
    """Somebody erased who is in the tables again; `mark` is the hash of the erasure."""

    mark: str
    person: Person
    jobs: tuple[Row, ...] = ()  # texts to others that wait and name a number

    def find(self) -> Found:
        """Like the function `find`, with those texts."""
        found = find(self.person)
        talk = {(row["msisdn"], row["item"]) for row in found.mentions[conversations.TABLE]}
        talk |= {(row["msisdn"], row["item"]) for row in found.rows[conversations.TABLE]}
        more = [row for row in self.jobs if (row["msisdn"], row["item"]) not in talk]
        known = found.mentions[conversations.TABLE]
        return Found(found.rows, {**found.mentions, conversations.TABLE: [*known, *more]})


def remembered(erasures: Mapping[str, Row]) -> list[Again]:
    """Who of the erased is in the tables again: a look at every number, and at ids where one is missing."""
    ids = {one: mark for mark, row in erasures.items() for one in row.get("subscribers", ())}
    found: dict[str, Again] = {}
    for text, job in _names():
        mark = forgotten.digest(text)
        if mark in erasures:
            known = found.get(mark) or Again(mark, Person((), ()))
            if text not in known.person.numbers:
                known = replace(known, person=_both(known.person, who(text)))
            found[mark] = replace(known, jobs=(*known.jobs, job)) if job else known
        elif mark in ids:
            id = text.removeprefix("subscriber#")
            if _is_back(id, erasures):
                continue
            mark = ids[mark]
            known = found.get(mark) or Again(mark, Person((), ()))
            found[mark] = replace(known, person=_both(known.person, Person((), (id,))))
    return list(found.values())


def _both(one: Person, other: Person) -> Person:
    return Person(
        tuple(dict.fromkeys((*one.numbers, *other.numbers))),
        tuple(sorted({*one.ids, *other.ids})),
        tuple(dict.fromkeys((*one.previous, *other.previous))),
    )


def _is_back(id: str, erasures: Mapping[str, Row]) -> bool:
    """Whether the operator has a subscriber of this id again, or under a number that was never erased."""
    holder = subscribers.get(id)
    if holder is None or not holder.msisdn:
        return False
    erasure = erasures.get(forgotten.digest(holder.msisdn))
    return erasure is None or bool(erasure["returned"])


def _names() -> Iterator[tuple[str, Row | None]]:
    """Numbers, and ids as `subscriber#<id>`, each with the row if it is a text to somebody that waits."""
    last = ""
    for row in _scan(conversations.TABLE):
        if row["msisdn"] != last and not row["msisdn"].startswith(forgotten.PREFIX):
            yield row["msisdn"], None
        last = row["msisdn"]
        for number in set(_E164.findall(row.get("job", ""))) - {last}:
            yield number, row
    for row in _scan(subscribers.TABLE):
        yield f"subscriber#{row['subscriber_id']}", None
        for number in filter(None, (row.get("msisdn"), *row.get("previous_msisdns", ()))):
            yield number, None
    for table in (cases.TABLE, catalogue.TABLE, results.TABLE):
        for row in _scan(table):
            if row.get("part") == cases.CASE and row.get("subscriber"):
                yield f"subscriber#{row['subscriber']}", None
            if "document" not in row:
                for number in (one for text in _texts(row) for one in _E164.findall(text)):
                    yield number, None
            for entry in row.get("entries", ()):
                yield f"subscriber#{entry}", None
