"""Files that were put in the drop bucket: `events/` (JSON lines) and `subscribers/` (CSV), plain or gzip."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any

import boto3
from chalice import Blueprint

from chalicelib import clock, queues
from chalicelib.functions.guard import guarded
from chalicelib.functions.sqs_batch import failures, messages
from chalicelib.intake.dropped import REPORTS, BadRow, capped, report_key, rows_of_events
from chalicelib.intake.event import BadLine, envelope
from chalicelib.intake.intake_codes import IntakeCode
from chalicelib.letter_codes import LetterCode
from chalicelib.problems import Problem
from chalicelib.store.drop_bucket import WAITING

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from chalicelib.store.schema.base import Key
    from chalicelib.store.schema.results import EventOutcome

drops = Blueprint(__name__)
AT_A_TIME = 500  # events handed on before the next are read
SOURCE = "operator.file"


@cache
def _s3() -> S3Client:
    return boto3.client("s3")


@drops.on_sqs_message(queue="drops", batch_size=1)
@guarded
def drop(event: Any) -> dict[str, Any]:
    """Read a file that was put in the drop bucket and hand its lines on."""
    for message in messages(event.to_dict()):
        told = json.loads(message.body)
        detail = told["detail"]
        # A dead letter that is put back names a line; what S3 says does not.
        take_file(detail["bucket"]["name"], detail["object"]["key"], again="line" in told)
    return failures(())


def take_file(bucket: str, key: str, *, again: bool = False) -> None:
    """Hand on one file; lines that cannot be used go to the dead letters with their number and reason.

    `key` is as EventBridge gives it: as it is, not quoted as in S3's own notifications. At most
    `dropped.LETTERS` lines have a letter of their own, one more says how many others there are.
    Safe to repeat: events have their ids, and of subscribers only differences are written. A file that an
    erasure wrote anew is passed over unless somebody asks for it `again`, for its other lines are old by now.
    """
    from chalicelib.privacy.drop_files import READ  # with it come the rooms of an erasure

    if key.startswith((REPORTS, WAITING)):
        return
    metadata = _s3().head_object(Bucket=bucket, Key=key).get("Metadata", {})
    if not again and metadata == READ:
        return
    with TemporaryFile() as file:
        if key.startswith("events/"):
            _s3().download_fileobj(bucket, key, file)
            bad = _events(file)
        elif key.startswith("subscribers/"):
            _s3().download_fileobj(bucket, key, file)
            bad = _subscribers(bucket, key, file, metadata.get("as-of", ""))
        else:
            bad = iter([(0, Problem(IntakeCode.FILE_FOLDER))])
        detail = {"bucket": {"name": bucket}, "object": {"key": key}}
        letters = [
            # In the shape of the notification, so that putting the letter back reads the file again.
            (
                json.dumps({"detail": detail, "line": line}),
                Problem(LetterCode.IN_FILE, {"file": key, "line": line, "problem": problem}),
            )
            for line, problem in capped(bad)
        ]
    queues.dead_letter("drops", letters)


def _events(file: IO[bytes]) -> Iterator[BadRow]:
    """Hand a file's events on; of a line that is none it is recorded what became of the id that it says."""
    from chalicelib.campaigns.event_outcomes import refused_outcome
    from chalicelib.campaigns.live import live
    from chalicelib.store import catalogue, event_history

    now = clock.now()
    good: list[str] = []
    refused: dict[Key, EventOutcome] = {}
    for one in rows_of_events(file, now, live(catalogue.control()).vocabulary):
        if isinstance(one, BadLine):
            if ended := refused_outcome(one.raw, one.raw.get("type"), SOURCE, one.problem, now):
                refused[ended.key] = ended
            yield one.line, one.problem
        else:
            good.append(envelope(one, SOURCE))
        if len(good) + len(refused) >= AT_A_TIME:
            queues.send("intake", good)
            event_history.put_many(list(refused.values()))
            good, refused = [], {}
    queues.send("intake", good)
    event_history.put_many(list(refused.values()))


def _subscribers(bucket: str, key: str, file: IO[bytes], as_of: str) -> Iterator[BadRow]:
    """Store the rows of a file of subscribers, and write beside it what came of them."""
    from chalicelib.campaigns.live import live
    from chalicelib.intake import subscriber_changes
    from chalicelib.intake.cells import homes
    from chalicelib.intake.dropped import Intake, report, take_subscribers
    from chalicelib.store import catalogue, subscribers

    current = live(catalogue.control())
    found: Intake | None = None
    for one in take_subscribers(
        file,
        homes=homes(current.brands),
        own=current.vocabulary.attributes,
        now=clock.now(),
        as_of=as_of,
        get_many=subscribers.get_many,
        put_many=subscriber_changes.put_many,
        newer_than=subscribers.newer_than,
    ):
        if isinstance(one, Intake):
            found = one
        else:
            yield one
    if found is not None:
        _write(bucket, report_key(key), report(found, _in_every_language))


def _in_every_language(problem: Problem) -> dict[str, str]:
    """The words for a problem by language: nobody knows who reads the report."""
    from chalicelib.i18n.problems import words
    from chalicelib.i18n.translations import languages

    return {language: words(problem, language) for language in languages()}


def _write(bucket: str, key: str, document: Mapping[str, Any]) -> None:
    _s3().put_object(
        Bucket=bucket,
        Key=key,
        Body=json.dumps(document, ensure_ascii=False, indent=1).encode(),
        ContentType="application/json",
    )
