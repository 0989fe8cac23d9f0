"""`cases`: one partition per case, and what finds it again.

    case_id         part                  what
    K-7QF4M2XK9D    case                  the case as it is now; `revision` counts its changes
                    log#000007            who changed what when; one for each revision
                    log#000007#<time>     what changed nothing: the number was shown
                    once#<key>            that key was applied (an inbound id, a form)
                    find#<n>              a word to find the case by
                    label                 what a person said the topic of these words is
                    label#<inbound id>    what a person said that a reply means
                    here#<user>           who has the page open

A case is in one partition of each sparse index it belongs to, whose range key ends with the case id,
so that a place in a queue is one short text and works across several teams:

- `by_team`     `team_queue`     `<team>`, `waiting#<team>` (for the re-check), `closed#<team>`
- `by_owner`    `owner_queue`    the same with the owner
- `by_unowned`  `unowned_queue`  the team, while nobody owns it
- `by_subscriber`, `by_word`     all of them, by time
- `by_due`      `lot`            when a case must be looked at; log entries whose effects are to be done
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from zlib import crc32

from chalicelib.store import together, wire
from chalicelib.store.together import Write
from chalicelib.store.wire import Page, Row

TABLE = "cases"
CASE = "case"
LOG = "log#"
ONCE = "once#"
HERE = "here#"
LABEL = "label"
MEANING = "meaning"
LOT_SHARDS = 4
ROWS_A_PAGE = 1_000  # read at most for one page that is filtered; beyond that the page says "go on"
ONCE_DAYS = 30  # longer than a message can stay in a queue and its dead letters
HERE_SECONDS = 60
Index = Literal["by_team", "by_owner", "by_unowned"]
_HASH = {"by_team": "team_queue", "by_owner": "owner_queue", "by_unowned": "unowned_queue"}
_DERIVED = ("team_queue", "owner_queue", "unowned_queue", "due_partition", "due")


def key(case_id: str, part: str = CASE) -> dict[str, str]:
    """The primary key of a row."""
    return {"case_id": case_id, "part": part}


def lot(kind: str, case_id: str) -> str:
    """The `by_due` partition: `case#2`, `effects#0`."""
    return f"{kind}#{crc32(case_id.encode()) % LOT_SHARDS}"


def lots(kind: str) -> list[str]:
    """All partitions of one kind of waiting."""
    return [f"{kind}#{shard}" for shard in range(LOT_SHARDS)]


def queue_keys(group: str, team: str, owner: str) -> dict[str, str]:
    """The queues a case is in. `group` is `working`, `waiting` or `closed`."""
    mark = "" if group == "working" else f"{group}#"
    found = {"team_queue": f"{mark}{team}"}
    if owner:
        found["owner_queue"] = f"{mark}{owner}"
    elif group == "working":
        found["unowned_queue"] = team
    return found


def get(case_id: str) -> Row | None:
    """A case as it is now."""
    return wire.read_one(TABLE, key(case_id), consistent=True)


def get_many(case_ids: Iterable[str]) -> dict[str, Row]:
    """Cases by id; the unknown are left out."""
    rows = wire.read({TABLE: [key(one) for one in case_ids]}, consistent=(TABLE,))[TABLE]
    return {row["case_id"]: row for row in rows}


def rows_of(keys: Sequence[Mapping[str, str]]) -> list[Row]:
    """Rows by their keys, read strongly, in no order."""
    return wire.read({TABLE: keys}, consistent=(TABLE,))[TABLE]


@dataclass(frozen=True, slots=True)
class Whole:
    """A case with all there is about it, from one query."""

    case: Row | None
    log: list[Row]  # oldest first
    here: list[Row]  # who has it open: `who`, `at`


def whole(case_id: str) -> Whole:
    """A case, its log and who has it open."""
    rows = list(wire.query_all(TABLE, "case_id", case_id, consistent=True))
    return Whole(
        case=next((row for row in rows if row["part"] == CASE), None),
        log=[row for row in rows if row["part"].startswith(LOG)],
        here=[row for row in rows if row["part"].startswith(HERE)],
    )


def case_write(row: Row, *, revision: int | None) -> Write:
    """Write a case: as a new one, or over the one that has `revision`."""
    return together.put(TABLE, row, key=key(row["case_id"]), revision=revision)


def log_write(row: Row) -> Write:
    """A new entry of the log; it needs `case_id` and `revision`."""
    return together.put(TABLE, row, key=key(row["case_id"], log_part(row["revision"])))


def log_entry(case_id: str, revision: int) -> Row | None:
    """The entry of the log that made the case's revision."""
    return wire.read_one(TABLE, key(case_id, log_part(revision)), consistent=True)


def log_part(revision: int) -> str:
    """`log#000007`: sorts as the revisions do."""
    return f"{LOG}{revision:06d}"


def once_write(case_id: str, once: str, expires: int) -> Write:
    """The mark that something was applied; its condition fails where it was. `expires` is epoch seconds."""
    part = key(case_id, f"{ONCE}{once}")
    return together.put(TABLE, {**part, "expires": expires}, key=part)


def was_done(case_id: str, once: str) -> bool:
    """Whether the mark `once` is there."""
    return wire.read_one(TABLE, key(case_id, f"{ONCE}{once}"), consistent=True) is not None


def entry(row: Row, at: str) -> None:
    """A log entry that changes nothing: who saw the number, say."""
    part = f"{log_part(row['revision'])}#{at}"
    wire.put(TABLE, {**row, **key(row["case_id"], part)})


def effects_done(case_id: str, revision: int) -> Write:
    """Take the effects off a log entry; the condition fails where somebody did."""
    return together.take_off(TABLE, key(case_id, log_part(revision)), ("effects", "due_partition", "due"))


def due(lot_name: str, until: str, *, limit: int = 200) -> list[dict[str, str]]:
    """The keys of the rows of one lot that are due by `until` (ISO), the earliest first."""
    page = wire.query(
        TABLE, "due_partition", lot_name, index="by_due", range_name="due", between=("0", until), limit=limit
    )
    return [key(row["case_id"], row["part"]) for row in page.rows]


def of_subscriber(subscriber: str, since: str = "0") -> list[Row]:
    """Every case of a subscriber that was opened since an ISO time, the latest first."""
    found = wire.query_all(
        TABLE,
        "subscriber",
        subscriber,
        index="by_subscriber",
        range_name="opened_at",
        between=(since, "~"),
    )
    rows = get_many(row["case_id"] for row in found)
    return sorted(rows.values(), key=lambda row: str(row["opened_at"]), reverse=True)


# Queues

Keep = tuple[str, Literal["=", "<", ">=", "begins"], str | bool | int]
"""A field, how it is compared and with what; `=` with "" keeps rows without the field."""


def queue_page(
    queues: Sequence[tuple[Index, str]],
    *,
    limit: int,
    after: str = "",
    backwards: bool = False,
    keep: Sequence[Keep] = (),
) -> Page:
    """The next cases of several queues as one, by rank.

    `after` is the cursor of the page before, `keep` what rows must hold to be shown. The cursor is
    {"rank": ...}. What is read does not grow with the queue: a filter that little passes ends after some
    1,000 rows, with a cursor to go on from.
    """
    share = limit // max(1, len(queues)) + 1  # more is read only from the queues that turn out to be ahead
    parts = [_Part(_query(index, name, after, backwards, keep), share) for index, name in queues]
    for part in parts:
        part.read_on()
    while True:
        # As far as every queue has been read, what is found is in order and whole.
        unread = [part for part in parts if part.reached]
        nearest = (max if backwards else min)(unread, key=lambda part: part.reached, default=None)
        frontier = nearest.reached if nearest else ""
        taken = [
            row
            for part in parts
            for row in part.rows
            if not frontier or row["rank"] == frontier or (row["rank"] > frontier) == backwards
        ]
        if nearest is None or len(taken) > limit or sum(part.count for part in parts) >= ROWS_A_PAGE:
            break
        nearest.read_on()
    taken.sort(key=lambda row: str(row["rank"]), reverse=backwards)
    if len(taken) > limit:
        return Page(taken[:limit], {"rank": taken[limit - 1]["rank"]})
    return Page(taken, {"rank": frontier} if frontier else None)


@dataclass(slots=True)
class _Part:
    """One queue of a page, as far as it has been read."""

    request: dict[str, Any]
    step: int  # rows to read next; twice as many each time
    rows: list[Row] = field(default_factory=list)
    reached: str = ""  # the rank that was read last; "" at the end of the queue
    count: int = 0  # rows read, those that a filter kept back included

    def read_on(self) -> None:
        reply = wire.dynamodb().query(**self.request, Limit=self.step)
        self.rows += [wire.row_from(item) for item in reply["Items"]]
        self.count += reply["ScannedCount"]
        self.step *= 2
        last = reply.get("LastEvaluatedKey")
        self.reached = str(wire.row_from(last)["rank"]) if last else ""
        self.request["ExclusiveStartKey"] = last


def _query(
    index: Index,
    name: str,
    after: str,
    backwards: bool,
    keep: Sequence[Keep],
) -> dict[str, Any]:
    names = {"#q": _HASH[index]}
    values: dict[str, Any] = {":q": {"S": name}}
    condition = "#q = :q"
    if after:
        condition += f" AND #r {'<' if backwards else '>'} :r"
        names["#r"] = "rank"
        values[":r"] = {"S": after}
    tests = []
    for n, (field_name, how, wanted) in enumerate(keep):
        names[f"#f{n}"] = field_name
        if wanted == "":
            tests.append(f"attribute_not_exists(#f{n})")
            continue
        values[f":f{n}"] = wire.to_wire(wanted)
        tests.append(f"begins_with(#f{n}, :f{n})" if how == "begins" else f"#f{n} {how} :f{n}")
    request: dict[str, Any] = {
        "TableName": wire.table(TABLE),
        "IndexName": index,
        "KeyConditionExpression": condition,
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": values,
        "ScanIndexForward": not backwards,
    }
    if tests:
        request["FilterExpression"] = " AND ".join(tests)
    return request


# Finding


def find_rows(case_id: str, name: str, msisdn: str, opened_at: str) -> list[Row]:
    """What a case is found by: its subscriber's name, each word of it, the number and its last digits."""
    words = {("number", msisdn), ("tail", msisdn[-4:])} if msisdn else set()
    plain = _plain(name)
    words |= {(f"name#{word[0]}", word) for word in {plain, *plain.split()} if word}
    return [
        {**key(case_id, f"find#{n}"), "word_group": group, "word": f"{word}#{opened_at}#{case_id}"}
        for n, (group, word) in enumerate(sorted(words))
    ]


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def find(text: str, limit: int = 50) -> list[Row]:
    """Cases by id, number (whole, or its last four digits) or the beginning of a name; newest first."""
    plain = _plain(text)
    if not plain:
        return []
    if plain.startswith("k-"):
        row = get(plain.upper())
        return [row] if row else []
    digits = "".join(one for one in plain if one.isdigit())
    if digits and not any(one.isalpha() for one in plain):
        group, word = ("tail", f"{digits}#") if len(digits) == 4 else ("number", f"+{digits}")
    else:
        group, word = f"name#{plain[0]}", plain
    ids = _found(group, word, limit)
    return sorted(get_many(ids).values(), key=lambda row: str(row["opened_at"]), reverse=True)


def _found(group: str, word: str, limit: int) -> list[str]:
    """The ids of cases under words that begin with `word`; of one word, those that were opened last."""
    ids: dict[str, None] = {}  # a name may be found by two of its words
    cursor = None
    while len(ids) < limit:
        page = wire.query(
            TABLE, "word_group", group, index="by_word", range_name="word", begins=word,
            limit=limit, cursor=cursor, backwards=True,
        )  # fmt: skip
        ids |= {row["case_id"]: None for row in page.rows}
        cursor = page.cursor
        if cursor is None:
            break
    return list(ids)[:limit]


# Labels and presence


def label_write(case_id: str, *, words: str, guessed: str, topic: str, by: str, at: str) -> Write:
    """Keep what a person said the topic of these words is; a second opinion replaces the first."""
    row = {"words": words, "guessed": guessed, "topic": topic, "by": by, "at": at}
    place = {"word_group": LABEL, "word": f"{at}#{case_id}"}
    return together.put_anyway(TABLE, {**key(case_id, LABEL), **row, **place})


def label_gone(case_id: str) -> Write:
    """Take the topic that a person said back; the condition fails where there is none."""
    return together.take_off(TABLE, key(case_id, LABEL), ("word", "word_group"))


def labels(since: str = "0", *, latest: int | None = None) -> list[Row]:
    """What people said about topics since an ISO time: `words`, `guessed`, `topic`, `by`, `at`; all of it,
    or only so many that were said last. In no order."""
    options: dict[str, Any] = {"index": "by_word", "range_name": "word", "between": (since, "~")}
    if latest:
        found = wire.query(TABLE, "word_group", LABEL, **options, limit=latest, backwards=True).rows
    else:
        found = list(wire.query_all(TABLE, "word_group", LABEL, **options))
    return rows_of([key(row["case_id"], LABEL) for row in found])


def reading_write(
    case_id: str, item: str, *, text: str, campaign: str, kind: str, score: int | None, by: str, at: str
) -> Write:
    """Keep what a person said that a reply (`item`: its `mo#` key) means; a later opinion replaces it."""
    row = {"text": text, "campaign": campaign, "kind": kind, "score": score, "by": by, "at": at}
    part = f"{LABEL}#{item.removeprefix('mo#')}"
    return together.put_anyway(
        TABLE, {**key(case_id, part), **row, "word_group": MEANING, "word": f"{at}#{case_id}"}
    )


def readings(since: str = "0") -> list[Row]:
    """What people said about replies since an ISO time: `text`, `campaign`, `kind`, `score`, `by`, `at`."""
    found = wire.query_all(
        TABLE, "word_group", MEANING, index="by_word", range_name="word", between=(since, "~")
    )
    return rows_of([key(row["case_id"], row["part"]) for row in found])


def look_in(case_id: str, who: str, at: str, expires: int) -> None:
    """Say that `who` has the page of a case open at `at` (ISO)."""
    wire.put(TABLE, {**key(case_id, f"{HERE}{who}"), "who": who, "at": at, "expires": expires})
