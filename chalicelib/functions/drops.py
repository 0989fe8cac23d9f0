"""Files that were put in the drop bucket: `events/` (JSON lines) and `subscribers/` (CSV)."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

import boto3

from chalicelib import queues
from chalicelib.intake.event import BadLine, Event, events_from_lines

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

AT_A_TIME = 500  # events handed on before the next are read


@cache
def _s3() -> S3Client:
    return boto3.client("s3")


def take_file(bucket: str, key: str, now: datetime) -> None:
    """Hand on the lines of one file; those that cannot be used go to the dead letters with their line."""
    del now
    key = unquote_plus(key)
    if not key.startswith("events/"):
        return
    body = _s3().get_object(Bucket=bucket, Key=key)["Body"]
    batch: list[str] = []
    bad: list[tuple[str, str]] = []
    for one in events_from_lines(body.iter_lines()):
        if isinstance(one, BadLine):
            where = json.dumps({"bucket": bucket, "key": key, "line": one.line})
            bad.append((where, f"line {one.line}: {one.field}: {one.error}"))
        else:
            batch.append(envelope(one, "operator.file"))
        if len(batch) >= AT_A_TIME:
            queues.send("intake", batch)
            batch = []
    queues.send("intake", batch)
    queues.dead_letter("drops", bad)


def envelope(event: Event, source: str) -> str:
    """An event as the bus would bring it."""
    detail = {
        "id": event.id,
        "time": event.time.isoformat(),
        "subscriber_id": event.subscriber_id,
        **event.fields,
    }
    return json.dumps({"source": source, "detail-type": event.type, "detail": detail}, ensure_ascii=False)
