"""The outbox lanes, the other queues and the bus: the only way to say "send this" or "this happened".

Nothing here decides anything. What must happen *later* is a parked row (see `store.conversations`),
not a schedule: a mass send is never a million timers.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

import boto3
from botocore.config import Config

from chalicelib.events_out import SOURCE, with_attributes
from chalicelib.job import Job
from chalicelib.letter_codes import LetterCode
from chalicelib.problems import Problem, as_json, from_json
from chalicelib.retries import doubling, retried
from chalicelib.store import botocore_json

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_sqs import SQSClient

Message = TypeVar("Message")

ENTRIES_A_CALL = 10  # SendMessageBatch, ChangeMessageVisibilityBatch, PutEvents
BYTES_A_CALL = 250_000  # SendMessageBatch takes 256 KiB for all its messages together
TRIES = 3  # further ones of what a call took only a part of
FIRST_DELAY = 0.05  # seconds
LANES = ("urgent", "bulk")

# All that is in no range which the reference of SendMessage names.
_REFUSED = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CONFIG = Config(
    retries={"mode": "standard", "total_max_attempts": 4},
    connect_timeout=2,
    read_timeout=10,
    user_agent="ringback",  # a fixed one; botocore would put one together twice for each request
    parameter_validation=False,  # SQS and the bus say no by themselves
)


@cache
def sqs() -> SQSClient:
    """The SQS client of this process."""
    client = boto3.client("sqs", config=_CONFIG)
    botocore_json.as_json(client, "sqs", "SendMessageBatch")
    return client


@cache
def _bus() -> EventBridgeClient:
    return boto3.client("events", config=_CONFIG)


def url(queue: str) -> str:
    """The address of a queue by its name in the design, from `RINGBACK_QUEUE_<NAME>`."""
    return os.environ[f"RINGBACK_QUEUE_{queue.upper().replace('-', '_')}"]


def taken_by_sqs(text: str) -> str:
    """JSON that says the same as `text` without the letters for which SQS refuses a whole call; a phone or a
    sender of events may write some. They can only stand within its texts."""
    return _REFUSED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def send_jobs(jobs: Iterable[Job]) -> None:
    """Put texts in the outbox, each in its lane. Raises RuntimeError if SQS keeps refusing some."""
    lanes: dict[str, list[str]] = {lane: [] for lane in LANES}
    for job in jobs:
        lanes[job.lane].append(job.dumps())
    for lane, texts in lanes.items():
        send(f"outbox-{lane}", texts)


def send(queue: str, texts: Sequence[str], *, delay: int = 0) -> None:
    """Put messages on a queue, as few calls as can be; `delay` is in seconds, 900 at most."""
    later = {"DelaySeconds": delay} if delay else {}
    for chunk in _parcels(map(taken_by_sqs, texts), lambda one: len(one.encode())):
        _send_all(queue, [{"Id": str(n), "MessageBody": text, **later} for n, text in enumerate(chunk)])


def dead_letter(queue: str, letters: Sequence[tuple[str, Problem]]) -> None:
    """Set aside messages of `queue` that cannot be handled: pairs of body and reason."""
    with_reasons = [(taken_by_sqs(body), json.dumps(as_json(reason))) for body, reason in letters]
    for parcel in _parcels(with_reasons, lambda one: len(one[0].encode()) + len(one[1])):
        entries: list[dict[str, Any]] = [
            {
                "Id": str(n),
                "MessageBody": body,
                "MessageAttributes": {"reason": {"DataType": "String", "StringValue": reason}},
            }
            for n, (body, reason) in enumerate(parcel)
        ]
        _send_all(f"{queue}-dead", entries)


def _send_all(queue: str, entries: list[dict[str, Any]]) -> None:
    for _ in retried(doubling(FIRST_DELAY, TRIES)):
        reply = sqs().send_message_batch(QueueUrl=url(queue), Entries=entries)  # type: ignore[arg-type]
        refused = {one["Id"] for one in reply.get("Failed", ())}
        if not refused:
            return
        entries = [one for one in entries if one["Id"] in refused]
    raise RuntimeError(f"SQS refused {len(entries)} messages for {queue}")


def _parcels(messages: Iterable[Message], weigh: Callable[[Message], int]) -> Iterable[list[Message]]:
    """The messages in the fewest calls that are full or heavy enough."""
    parcel: list[Message] = []
    weight = 0
    for text in messages:
        size = weigh(text)
        if parcel and (len(parcel) == ENTRIES_A_CALL or weight + size > BYTES_A_CALL):
            yield parcel
            parcel, weight = [], 0
        parcel.append(text)
        weight += size
    if parcel:
        yield parcel


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter, as it lies in `<queue>-dead`. Times are aware, in UTC."""

    id: str
    queue: str
    body: str
    reason: Problem
    first: datetime  # when it was put on its queue, or set aside
    last: datetime | None  # when it was given up; None where SQS did it, which does not say when
    handle: str


def letters(
    queue: str,
    *,
    hold: int = 60,
    most: int = sys.maxsize,
    until: Collection[str] = (),
    at_once: int = 1,
    told: Callable[[int], None] = lambda _: None,
) -> list[Letter]:
    """Dead letters of `queue`, all or about `most`, or until these ids were met, hidden from others for
    `hold` seconds; `put_back` shows them again. `at_once` calls are made at a time; `told` is called with how
    many more were read."""
    found: dict[str, Letter] = {}
    with ThreadPoolExecutor(at_once) as pool:
        while len(found) < most:
            answers = list(pool.map(lambda _: _receive(queue, hold), range(at_once)))
            new = {one.id: one for answer in answers for one in answer if one.id not in found}
            if not new:  # none is left, or the first ones are to be seen again already
                break
            found |= new
            told(len(new))
            if until and found.keys() >= set(until):
                break
    return sorted(found.values(), key=lambda one: (one.first, one.id))


def _receive(queue: str, hold: int) -> list[Letter]:
    reply = sqs().receive_message(
        QueueUrl=url(f"{queue}-dead"),
        MaxNumberOfMessages=ENTRIES_A_CALL,
        VisibilityTimeout=hold,
        MessageAttributeNames=["All"],
        MessageSystemAttributeNames=["SentTimestamp"],
    )
    return [_letter(queue, one) for one in reply.get("Messages", [])]


def _letter(queue: str, message: Any) -> Letter:
    """SQS keeps the time at which a message was sent when it moves it after so many tries, and says nowhere
    when that was; what `dead_letter` sets aside is sent then."""
    reason = message.get("MessageAttributes", {}).get("reason", {}).get("StringValue", "")
    sent = datetime.fromtimestamp(int(message["Attributes"]["SentTimestamp"]) / 1000, UTC)
    return Letter(
        id=message["MessageId"],
        queue=queue,
        body=message["Body"],
        reason=reason_of(reason),
        first=sent,
        last=sent if reason else None,
        handle=message["ReceiptHandle"],
    )


def reason_of(attribute: str) -> Problem:
    """The reason as a letter's attribute has it: JSON, words of letters from before there were codes, or ""
    of what SQS itself gave up after so many tries."""
    if not attribute:
        return Problem(LetterCode.FAILED_EACH_TIME)
    try:
        return from_json(json.loads(attribute))
    except (ValueError, KeyError, TypeError, AttributeError):
        return Problem(LetterCode.AS_WRITTEN, {"words": attribute})


def delete_dead_letters(letters: Sequence[Letter]) -> None:
    """Take dead letters of one queue away for good."""
    for start in range(0, len(letters), ENTRIES_A_CALL):
        chunk = letters[start : start + ENTRIES_A_CALL]
        sqs().delete_message_batch(
            QueueUrl=url(f"{chunk[0].queue}-dead"),
            Entries=[{"Id": str(n), "ReceiptHandle": one.handle} for n, one in enumerate(chunk)],
        )


@dataclass(frozen=True, slots=True)
class Depth:
    """About how many messages a queue has: nobody has taken them yet, somebody handles them, or their time
    is still to come."""

    waiting: int
    handled: int
    later: int


def depths(queue: str) -> Depth:
    """What is in `queue`."""
    names: Any = [
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesNotVisible",
        "ApproximateNumberOfMessagesDelayed",
    ]
    found: Any = sqs().get_queue_attributes(QueueUrl=url(queue), AttributeNames=names)["Attributes"]
    return Depth(*(int(found.get(name, 0)) for name in names))


def depth(queue: str) -> int:
    """About how many messages of `queue` wait, are delayed or being handled."""
    seen = depths(queue)
    return seen.waiting + seen.handled + seen.later


def put_back(queue: str, later: Sequence[tuple[str, int]]) -> None:
    """Let messages in flight be seen again after so many seconds: pairs of receipt handle and delay."""
    for start in range(0, len(later), ENTRIES_A_CALL):
        sqs().change_message_visibility_batch(
            QueueUrl=url(queue),
            Entries=[
                {"Id": str(n), "ReceiptHandle": handle, "VisibilityTimeout": max(0, min(43_200, seconds))}
                for n, (handle, seconds) in enumerate(later[start : start + ENTRIES_A_CALL])
            ],
        )


def announce(events: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
    """Tell CRM and ticketing: pairs of a type of `events_out` and its detail, on the same bus."""
    for start in range(0, len(events), ENTRIES_A_CALL):
        entries: list[dict[str, str]] = [
            {
                "EventBusName": os.environ["RINGBACK_BUS"],
                "Source": SOURCE,
                "DetailType": kind,
                "Detail": json.dumps(with_attributes(kind, detail), ensure_ascii=False),
            }
            for kind, detail in events[start : start + ENTRIES_A_CALL]
        ]
        reply = _bus().put_events(Entries=entries)  # type: ignore[arg-type]
        if reply["FailedEntryCount"]:
            raise RuntimeError(f"the bus refused {reply['FailedEntryCount']} events")


def report(source: str, events: Sequence[tuple[str, str]]) -> list[str]:
    """Put events in on the bus, as an operator's system does: pairs of type and detail (JSON text).

    What became of each, in order: "" when the bus took it, else its reason. Small enough calls and
    trying again are this function's business; botocore's errors, when a whole call fails, are raised.
    """
    reasons = [""] * len(events)
    waiting = list(range(len(events)))
    for _ in retried(doubling(FIRST_DELAY, TRIES)):
        refused: list[int] = []
        for numbers in _event_parcels(events, waiting):
            entries: list[dict[str, str]] = [
                {
                    "EventBusName": os.environ["RINGBACK_BUS"],
                    "Source": source,
                    "DetailType": events[n][0],
                    "Detail": events[n][1],
                }
                for n in numbers
            ]
            answers = _bus().put_events(Entries=entries)["Entries"]  # type: ignore[arg-type]
            for n, answer in zip(numbers, answers, strict=True):
                reasons[n] = answer.get("ErrorMessage") or answer.get("ErrorCode") or ""
                if reasons[n]:
                    refused.append(n)
        waiting = refused
        if not waiting:
            break
    return reasons


def _event_parcels(events: Sequence[tuple[str, str]], numbers: Sequence[int]) -> Iterable[list[int]]:
    parcel: list[int] = []
    weight = 0
    for n in numbers:
        size = len(events[n][1].encode()) + 200  # source, type and the rest of an entry
        if parcel and (len(parcel) == ENTRIES_A_CALL or weight + size > BYTES_A_CALL):
            yield parcel
            parcel, weight = [], 0
        parcel.append(n)
        weight += size
    if parcel:
        yield parcel
