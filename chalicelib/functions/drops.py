"""Files that were put in the drop bucket: `events/` (JSON lines) and `subscribers/` (CSV)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

import boto3
from chalice import Blueprint

from chalicelib import queues
from chalicelib.functions.guard import guarded
from chalicelib.functions.records import failures, messages
from chalicelib.intake.event import BadLine, envelope, events_from_lines

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

drops = Blueprint(__name__)
AT_A_TIME = 500  # events handed on before the next are read

BadRow = tuple[int, str]  # line and reason


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

    Safe to repeat: events have their ids, and of subscribers only differences are written. A file that an
    erasure wrote anew is passed over unless somebody asks for it `again`, for its other lines are old by now.
    """
    from chalicelib.privacy.drop_files import READ  # with it come the rooms of an erasure

    key = unquote_plus(key)
    if not again and _s3().head_object(Bucket=bucket, Key=key).get("Metadata") == READ:
        return
    if key.startswith("events/"):
        bad = _events(bucket, key)
    elif key.startswith("subscribers/"):
        bad = _subscribers(bucket, key)
    else:
        bad = iter([(0, "unknown folder: put files under events/ or subscribers/")])
    detail = {"bucket": {"name": bucket}, "object": {"key": key}}
    letters = [
        # In the shape of the notification, so that putting the letter back reads the file again.
        (json.dumps({"detail": detail, "line": line}), f"{key} line {line}: {reason}")
        for line, reason in bad
    ]
    queues.dead_letter("drops", letters)


def _events(bucket: str, key: str) -> Iterator[BadRow]:
    batch: list[str] = []
    for one in events_from_lines(_s3().get_object(Bucket=bucket, Key=key)["Body"].iter_lines()):
        if isinstance(one, BadLine):
            yield one.line, f"{one.field}: {one.error}"
            continue
        batch.append(envelope(one, "operator.file"))
        if len(batch) >= AT_A_TIME:
            queues.send("intake", batch)
            batch = []
    queues.send("intake", batch)


def _subscribers(bucket: str, key: str) -> Iterator[BadRow]:
    """Columns are called as the fields are; see `ringback subscribers import` for anything else."""
    from chalicelib.intake import subscriber_changes
    from chalicelib.intake.imports import BadMap, Options, carry_out, positions, survey, wanted
    from chalicelib.intake.sheet import BadSheet, open_sheet
    from chalicelib.store import subscribers

    with TemporaryFile() as file:
        _s3().download_fileobj(bucket, key, file)
        try:
            sheet = open_sheet(file)
            options = Options(positions(sheet.header, {}))
            found = survey(sheet, options)
        except (BadSheet, BadMap) as error:
            yield 1, str(error)
            return
        rows = wanted(sheet, options, found)
        for done in carry_out(rows, get_many=subscribers.get_many, put_many=subscriber_changes.put_many):
            for reject in done.rejects:
                yield reject.line, f"{reject.field}: {reject.error}"
