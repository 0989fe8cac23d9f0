"""`results`: the counters of campaigns and of the satisfaction board, added to once for each cause.

scope                 counter                       figures
results#<campaign>    v00000003#total#              planned, sent, delivered, ... (see campaigns.tally)
                      v00000003#region#湖南         the same by step, variant, hour, region, tier, language
texts#all             2026-11-29T04#                all texts of an hour (UTC) together
care#now              team:care-north, owner:li.na  how many cases a team or a person has now
care#now              inbox:                        how many replies a person has to look at, and how far
                                                    that is from what the sweep counts
care#now              review:plan-offer/li.na       whether that campaign, submitted by li.na, is in review
care#now              review:#policy/li.na          the same of the policy
care#now              queue:receipts                what the sweep saw in a queue, and since when it waits
care#all              2026-11-23#                   a day's figures; the day is the team's
care#team             2026-11-23#care-north         the same by team, topic, campaign, region, tier
inbox#all             2026-11#                      replies of the month (UTC) by what they were read as

A stream brings changes at least once, and after a failure perhaps cut into other batches. So what was
counted is kept by change, not by batch, and written in the same transaction as the counters. The changes
of ten seconds share an item, so that a batch has a few of them and not one for each of its changes.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from botocore.exceptions import ClientError

from chalicelib.store import dynamodb, queries, transactions
from chalicelib.store.queries import column
from chalicelib.store.schema.base import Table
from chalicelib.store.schema.results import MARK, RESULTS, CountedCause, CountedChanges, Counter, counter_key
from chalicelib.store.transactions import Contention, Update, Write, counter

Deltas = Mapping[tuple[str, str], Mapping[str, float]]
"""(scope, counter) -> figure -> what to add."""
TABLE = RESULTS.name
INBOX = "inbox:"  # the counter in NOW of replies that need a look
QUEUE = "queue:"  # what the counters in NOW begin with that say what the sweep saw
NOW = "care#now"  # what waits for people at this moment: read in one query with every page of the console
POLICY_REVIEW = "#policy"  # no campaign's id
SPAN = 10  # seconds whose changes share an item
KEPT = 3 * 86_400  # seconds that an item is kept; a stream keeps changes for a day
TRIES = 12
_SEEN = 8  # characters a change
_CHUNK = transactions.WRITES_AT_ONCE - 1


@dataclass(frozen=True, slots=True)
class CountedChange:
    """What one change of an item adds. `id` is the stream's and the same whenever the change is brought;
    `second` (of the epoch) is when it happened, also always the same."""

    id: str
    second: int
    deltas: Deltas


def writes(deltas: Deltas) -> list[Write]:
    """The deltas as members of a transaction; zeros are left out."""
    found: list[Write] = []
    for (scope, name), amounts in sorted(deltas.items()):
        real = {figure: amount for figure, amount in amounts.items() if amount}
        if real:
            actions = tuple(counter(figure).add(amount) for figure, amount in real.items())
            found.append(Update(counter_key(scope, name), actions))
    return found


def add_once(cause: str, deltas: Deltas, *, expires: int) -> bool:
    """Add the deltas unless that was done for this cause; False when it was. `expires` is epoch seconds,
    later than the cause can come again. Raises transactions.Contention: then nothing, or a part, was added,
    and the same call again adds the rest."""
    every = writes(deltas)
    added = False
    for chunk in range(0, len(every), _CHUNK):
        mark = CountedCause(scope=f"{CountedCause.hash_under}{cause}#{chunk}", expires=expires)
        try:
            transactions.commit([transactions.put_new(mark), *every[chunk : chunk + _CHUNK]])
            added = True
        except transactions.ConditionFailed:
            continue
    return added


def add(changes: Sequence[CountedChange]) -> int:
    """Add what was not added before; how many changes that were.

    Raises transactions.Contention, or what botocore raises: then some may have been added, and the same call
    again adds the rest.
    """
    return sum(_add(part) for part in _parts([one for one in changes if one.deltas]))


def _parts(changes: Sequence[CountedChange]) -> Iterator[list[CountedChange]]:
    """Parts that fit a transaction each."""
    part: list[CountedChange] = []
    places: set[tuple[str, str]] = set()
    for one in changes:
        mine = {*one.deltas, (_scope(one), MARK)}
        if part and len(places | mine) > transactions.WRITES_AT_ONCE:
            yield part
            part, places = [], set()
        part.append(one)
        places |= mine
    if part:
        yield part


def _add(changes: Sequence[CountedChange]) -> int:
    scopes = sorted({_scope(one) for one in changes})
    for _ in range(TRIES):
        keys = [counter_key(scope, MARK) for scope in scopes]
        known = {
            one.scope: one
            for one in dynamodb.read(keys, consistent=(RESULTS,))
            if isinstance(one, CountedChanges)
        }
        seen = {scope: _cut(one.seen) for scope, one in known.items()}
        fresh: dict[tuple[str, str], CountedChange] = {}
        for one in changes:
            if (mark := _mark(one)) not in seen.get(scope := _scope(one), ()):
                fresh.setdefault((scope, mark), one)
        if not fresh:
            return 0
        guards = []
        for scope in scopes:
            marks = "".join(mark for where, mark in fresh if where == scope)
            if marks:
                guards.append(_guard(scope, known.get(scope), marks))
        try:
            transactions.commit([*guards, *writes(_sum([one.deltas for one in fresh.values()]))])
        except transactions.ConditionFailed:
            continue  # somebody else counted changes of the same seconds: look again
        return len(fresh)
    raise Contention


def _guard(scope: str, known: CountedChanges | None, marks: str) -> Write:
    second = int(scope.removeprefix(CountedChanges.hash_under))
    after = CountedChanges(
        scope=scope,
        revision=known.revision + 1 if known else 1,
        seen=(known.seen if known else "") + marks,
        expires=second + KEPT,
    )
    if known is None:
        return transactions.put_new(after)
    return transactions.put_over(after, CountedChanges.revision, known.revision)


def _scope(one: CountedChange) -> str:
    return f"{CountedChanges.hash_under}{one.second // SPAN * SPAN}"


def _mark(one: CountedChange) -> str:
    return urlsafe_b64encode(blake2b(one.id.encode(), digest_size=6).digest()).decode()


def _cut(seen: str) -> set[str]:
    return {seen[start : start + _SEEN] for start in range(0, len(seen), _SEEN)}


def _sum(many: Sequence[Deltas]) -> Deltas:
    whole: dict[tuple[str, str], dict[str, float]] = {}
    for deltas in many:
        for where, amounts in deltas.items():
            into = whole.setdefault(where, {})
            for name, amount in amounts.items():
                into[name] = round(into.get(name, 0) + amount, 6)
    return whole


def of_scope(scope: str, *, consistent: bool = False) -> list[Counter]:
    """Every counter of a scope, by name: of a campaign (`campaigns.tally.scope_of`), or of `care#now`."""
    return list(queries.every(Counter, scope, consistent=consistent))


def by_day(scope: str, first: str, last: str) -> list[Counter]:
    """The counters of a scope from a day or an hour to another, inclusive: `counter` is `<day>#<value>`."""
    # "$" comes right after "#": whatever the value begins with, in any script, is before it.
    days = column(Counter.counter).between(f"{first}#", f"{last}$")
    return list(queries.every(Counter, scope, where=days))


def some(scope: str, counters: Sequence[str]) -> list[Counter]:
    """Certain counters of a scope; what was never counted is left out."""
    return of_scopes({scope: counters}, consistent=(RESULTS,)).get(scope, [])


def of_scopes(
    wanted: Mapping[str, Iterable[str]], *, consistent: Sequence[Table] = ()
) -> dict[str, list[Counter]]:
    """`some` of many scopes, by scope, a hundred counters to a call."""
    places = [counter_key(scope, one) for scope, names in wanted.items() for one in names]
    found: dict[str, list[Counter]] = {}
    for one in dynamodb.read(places, consistent=consistent):
        if isinstance(one, Counter):
            found.setdefault(one.scope, []).append(one)
    return found


def note_review(campaign: str, by: str, waits: bool) -> None:
    """Write down whether the campaign, or POLICY_REVIEW, that `by` submitted waits for a second person."""
    queries.update(counter_key(NOW, f"review:{campaign}/{by}"), [counter("in_review").set(int(waits))])


def note_inbox(counted: int) -> None:
    """Write down how many replies need a look by a count of them, and by how many those that changes told of
    are over it, now and at the count before; see `care.reply_counters.to_look_at`. Where there is nothing to
    say, nothing is written: a stage that was just made stays empty."""
    told = counter("unhandled") | 0
    figures = [
        counter("counted").set(counted),
        counter("over_before").set(counter("over") | 0),
        counter("over").set(told - counted),
    ]
    known = None if counted else column(Counter.counter).exists()
    try:
        queries.update(counter_key(NOW, INBOX), figures, where=known)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise


def note_queue(name: str, figures: Mapping[str, float], *, waits: bool, at: int) -> None:
    """Write down what was seen in a queue at `at` (epoch seconds). While something waits at every look,
    `since` is when that was seen first."""
    since = counter("since").set(counter("since") | at) if waits else counter("since").remove()
    seen = [counter(figure).set(n) for figure, n in {**figures, "looked_at": at}.items()]
    queries.update(counter_key(NOW, f"{QUEUE}{name}"), [*seen, since])
