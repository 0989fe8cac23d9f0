"""Sends the outbox jobs of one SQS batch: claim, hand-off to the gateway and record, each text once.

    job -> draft -> reserve time -> claim -> look again -> take a place -> hand off -> record
                                     |         |             |              |
                      key is taken: whose?   opted out,     opt-out in     refused, or
                      (claims.py)            paused         between        nobody knows

The claim is a conditional INSERT of the text's row, carrying a token. Consent is read *after* it, so
an opt-out stored before the claim is always seen. Between hand-off and record a worker may die: the
row then says `sending` with a lease that runs out, and whoever gets the job next makes it `in_doubt`
(see docs/states.md). Everything is done in sub-batches of about a second of the originator's pace.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.campaigns.live import Live, live
from chalicelib.clock import iso
from chalicelib.delivery import claims, consent_check, number_change, sending, surveys
from chalicelib.delivery.drafting import Draft, Received, draft, superseded
from chalicelib.delivery.outcomes import back_off
from chalicelib.delivery.ports import Ports
from chalicelib.store import conversations, rate_limiter, recipients
from chalicelib.store.conversations import Statement
from chalicelib.store.records import Originator
from chalicelib.store.schema.catalogue import Control
from chalicelib.store.schema.subscribers import Subscriber

__all__ = ["Received", "RetryJob", "deliver"]

LEASE = timedelta(seconds=60)  # longer than looking again and handing off can take
FRESH = timedelta(seconds=60)  # a job's snapshot of its subscriber is trusted that long
WITHIN = 20.0  # seconds: a worker waits that long for its turn, else the job goes back to the queue
Known = tuple[Subscriber, str]  # who, and when that was read (ISO, "" for only just)
AT_MOST = 60.0  # seconds of an originator's time that one batch may take; well within a function's life
URGENT_SHARE = 0.2  # of an originator's pace is kept for the urgent lane


@dataclass(frozen=True, slots=True)
class RetryJob:
    """This job is not done: show it again after so many seconds."""

    id: str
    seconds: int


def deliver(received: Sequence[Received], ports: Ports) -> list[RetryJob]:
    """Carry out a batch of jobs; returns those that must come back. Each of the others has a row that
    says what became of it. Raises what AWS raises when nothing more can be done: then all come back."""
    now = ports.now()
    jobs = first_of_each(received)
    people, control = resolve(jobs, now)
    current = live(control)
    drafts = []
    for one in jobs:
        subscriber, read_at = people.get(one.job.item, (None, ""))
        drafts.append(draft(one, subscriber, current, control, now, read_at, ports.token()))
    later: list[RetryJob] = []
    queue = [(0.0, one) for one in drafts if not one.goes_out]
    for originator, mine in _by_originator(drafts):
        starts, wait = reserve(originator, mine, now, ports)
        queue += starts
        later += [RetryJob(one.received.id, wait) for one in mine[len(starts) :]]
    queue.sort(key=lambda pair: pair[0])
    begun = ports.now()
    while queue:
        window = together(queue)
        ahead = queue[0][0] - (ports.now() - begun).total_seconds()
        if ahead > 0:
            ports.sleep(ahead)
        queue = queue[len(window) :]
        later += carry_out(window, current, ports)
    return later


def together(queue: Sequence[tuple[float, Draft]]) -> list[Draft]:
    """What of a queue (start in seconds, draft) is carried out next: what starts within a second, and then
    as much as fits the last call that is made for it anyway, up to half a second more."""
    first = queue[0][0]
    soon = sum(start < first + 1.0 for start, _ in queue)
    full = -(-soon // conversations.STATEMENTS_A_CALL) * conversations.STATEMENTS_A_CALL
    return [one for start, one in queue[:full] if start < first + 1.5]


def first_of_each(received: Iterable[Received]) -> list[Received]:
    """One job for each text: a repeat in the same batch adds nothing."""
    unique: dict[str, Received] = {}
    for one in received:
        unique.setdefault(one.job.item, one)
    return list(unique.values())


def resolve(jobs: Sequence[Received], now: datetime) -> tuple[dict[str, Known], Control]:
    """Who each text (by its item) is for, and what is live and paused: one call. A fresh snapshot is not
    read again."""
    trusted_since = iso(now - FRESH)
    known: dict[str, Known] = {}
    unknown: set[str] = set()
    for one in jobs:
        job = one.job
        if job.snapshot is not None and job.snapshot_at > trusted_since:
            known[job.item] = (Subscriber.from_dict(job.snapshot), job.snapshot_at)
        elif job.subscriber != "-":
            unknown.add(job.subscriber)
    found = recipients.look_up(unknown, strongly=(recipients.CATALOGUE,))
    for one in jobs:
        if one.job.item not in known and one.job.subscriber in found.subscribers:
            known[one.job.item] = (found.subscribers[one.job.subscriber], "")
    return known, found.control


def _by_originator(drafts: Iterable[Draft]) -> list[tuple[Originator, list[Draft]]]:
    groups: dict[Originator, list[Draft]] = {}
    for one in drafts:
        if one.goes_out and one.originator:
            groups.setdefault(one.originator, []).append(one)
    return list(groups.items())


def reserve(
    originator: Originator, drafts: Sequence[Draft], now: datetime, ports: Ports
) -> tuple[list[tuple[float, Draft]], int]:
    """When each draft may go, in seconds from now; and when to come back with those that got no turn.

    A few urgent texts go at once: the urgent share of the pace is theirs without asking. Otherwise
    the whole batch takes one block of the lane's share.
    """
    parts = sum(one.parts for one in drafts)
    urgent = drafts[0].job.lane == "urgent"
    share = URGENT_SHARE if urgent else 1 - URGENT_SHARE
    rate = originator.per_second * share
    if urgent and parts <= max(1.0, rate):
        return [(0.0, one) for one in drafts], 0
    moment = now.timestamp()
    taken = min(parts / rate, AT_MOST)
    start = rate_limiter.reserve(originator.identity, drafts[0].job.lane, taken, moment, within=WITHIN)
    if start is None:
        return [], int(WITHIN / 2 + WITHIN * ports.chance())
    first = at = max(0.0, start - moment)
    turns = []
    for one in drafts:
        if at - first >= AT_MOST:
            break
        turns.append((at, one))
        at += one.parts / rate
    return turns, int(taken)


def carry_out(drafts: Sequence[Draft], current: Live, ports: Ports) -> list[RetryJob]:
    """Claim, look again, hand off and record one sub-batch."""
    waiting = number_change.finish_there(drafts, ports)
    waits = {one.received.id for one, _ in waiting}
    now = ports.now()
    drafts = [one for one in drafts if one.received.id not in waits]
    statements = _claims(drafts, now)
    answers = conversations.write(statements)
    beside = list(zip(statements, answers, strict=True))[len(drafts) :]
    conversations.write_surely([one for one, answer in beside if answer == "retry"], ports.sleep)
    claimed: list[Draft] = []
    later = [RetryJob(one.received.id, seconds) for one, seconds in waiting]
    taken: list[Draft] = []
    for one, answer in zip(drafts, answers[: len(drafts)], strict=True):
        if answer == "ok":
            claimed.append(one)
        elif answer == "retry":
            later.append(RetryJob(one.received.id, _soon(one, ports)))
        else:
            taken.append(one)
    mine, back = claims.settle(taken, now)
    claimed += mine
    later += [RetryJob(one.received.id, seconds) for one, seconds in back]
    cleared = consent_check.clear([one for one in claimed if one.goes_out], current, ports)
    surveys.open_beside(cleared, ports)
    return later + [
        RetryJob(one.received.id, seconds) for one, seconds in sending.hand_off(cleared, current, ports)
    ]


def _claims(drafts: Sequence[Draft], now: datetime) -> list[Statement]:
    """A claim for each draft, in order; then the occasions that they stand in for.

    One call may name a key once: what a batch claims, it does not record as superseded.
    """
    taking = [claims.claim(one, now + LEASE, now) for one in drafts]
    beside = {text.key: text for one in drafts for text in superseded(one)}
    for one in drafts:
        beside.pop(one.key, None)
    return taking + [conversations.insert(text) for text in beside.values()]


def _soon(one: Draft, ports: Ports) -> int:
    return max(1, round(back_off(one.received.receives - 1, ports.chance())))
