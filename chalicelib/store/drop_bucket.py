"""The drop bucket as the console uses it: files that wait to be looked at, and reports on those stored.

What lies under `waiting/` is read by nobody until somebody moves it to `subscribers/`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

WAITING = "waiting/"
SUBSCRIBERS = "subscribers/"
REPORTS = "reports/"
SHOWN = 100  # files of a folder that are listed


@dataclass(frozen=True, slots=True)
class DroppedFile:
    """A file of the bucket, its size in bytes."""

    key: str
    size: int
    at: datetime

    @property
    def name(self) -> str:
        """The key without its folder."""
        return self.key.partition("/")[2]


@cache
def _s3() -> S3Client:
    return boto3.client("s3")


def name() -> str:
    """The bucket's name, "" where there is none."""
    return os.environ.get("RINGBACK_DROP_BUCKET", "")


def files(folder: str) -> list[DroppedFile]:
    """Files under a folder, the latest first; of very many (over a thousand) some."""
    if not name():
        return []
    found = _s3().list_objects_v2(Bucket=name(), Prefix=folder).get("Contents", ())
    some = [
        DroppedFile(one["Key"], one["Size"], one["LastModified"]) for one in found if one["Key"] != folder
    ]
    return sorted(some, key=lambda one: one.at, reverse=True)[:SHOWN]


def beginning(key: str, most: int) -> tuple[bytes, int] | None:
    """The first bytes of a file, up to `most`, and how large the whole is; None when it is not there."""
    try:
        found = _s3().get_object(Bucket=name(), Key=key)
    except ClientError as error:
        if error.response["Error"]["Code"] in ("NoSuchKey", "404"):
            return None
        raise
    with found["Body"] as body:
        return body.read(most), found["ContentLength"]


def put(key: str, body: bytes) -> None:
    """Store a file."""
    _s3().put_object(Bucket=name(), Key=key, Body=body)


def move(key: str, to: str, metadata: dict[str, str]) -> None:
    """Give a file another name, with this metadata instead of its own."""
    change: Any = {"MetadataDirective": "REPLACE", "Metadata": metadata}
    _s3().copy_object(Bucket=name(), Key=to, CopySource={"Bucket": name(), "Key": key}, **change)
    drop(key)


def drop(key: str) -> None:
    """Delete a file."""
    _s3().delete_object(Bucket=name(), Key=key)
