"""The drop bucket, as far as it names a person: its files were read when they came, and are kept a while.

A file that names somebody is written anew without their lines, marked as read, so that the notification of
that write does not bring its other, by now old, lines in again. Earlier versions of it are deleted.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any

import boto3

from chalicelib.privacy.data_subject import DataSubject

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

READ = {"ringback": "read"}  # the metadata of a file that must not be read again
_BETWEEN = r"[\s().\u00a0_-]{0,3}"  # what people write between the digits of a number


@cache
def s3() -> S3Client:
    """The S3 client of this process."""
    return boto3.client("s3")


@dataclass(frozen=True, slots=True)
class Named:
    """A version of a file that names the person: in how many of its lines (0: in its name only)."""

    key: str
    version: str
    latest: bool
    lines: int


def bucket() -> str:
    """The drop bucket's name, "" where none is known."""
    return os.environ.get("RINGBACK_DROP_BUCKET", "")


def find(subject: DataSubject) -> list[Named]:
    """Every version of every file that names the subject. Reads the whole bucket once."""
    pattern = pattern_of(subject)
    found = []
    for one in _versions():
        key, version = str(one["Key"]), str(one["VersionId"])
        in_name = bool(pattern.search(key))
        lines = sum(1 for record in _records(_body(key, version)) if pattern.search(_text(record)))
        if lines or in_name:
            found.append(Named(key, version, bool(one["IsLatest"]), lines))
    return found


def lines_of(subject: DataSubject, one: Named) -> list[str]:
    """The lines of a file that name the person, as they are."""
    pattern = pattern_of(subject)
    texts = (_text(record) for record in _records(_body(one.key, one.version)))
    return [text.rstrip("\r\n") for text in texts if pattern.search(text)]


def erase(subject: DataSubject, found: list[Named]) -> int:
    """Take the person's lines out of the files, and old versions away; how many files and versions."""
    pattern = pattern_of(subject)
    for one in found:
        if one.latest and not pattern.search(one.key):
            with TemporaryFile() as kept:
                for record in _records(_body(one.key, one.version)):
                    if not pattern.search(_text(record)):
                        kept.write(record)
                kept.seek(0)
                made = s3().put_object(Bucket=bucket(), Key=one.key, Body=kept, Metadata=READ)
            if made.get("VersionId", "null") == one.version:
                continue  # no versions here: it was written over
        s3().delete_object(
            Bucket=bucket(),
            Key=one.key,
            **({} if one.version == "null" else {"VersionId": one.version}),  # type: ignore[arg-type]
        )
    return len(found)


def pattern_of(subject: DataSubject) -> re.Pattern[str]:
    """Numbers however they are written, those of +86 and +1 without their country code too; ids where they
    stand alone."""
    parts = []
    for number in subject.numbers:
        digits = number.lstrip("+")
        parts.append(rf"(?<!\d){_BETWEEN.join(digits)}(?!\d)")
        parts.append(rf"(?<!\d)00{_BETWEEN.join(digits)}(?!\d)")
        if digits.startswith("86"):
            parts.append(rf"(?<!\d){_BETWEEN.join(digits[2:])}(?!\d)")
        elif digits.startswith("1"):
            parts.append(rf"(?<!\d){_BETWEEN.join(digits[1:])}(?!\d)")
    parts += [rf"(?<![\w-]){re.escape(one)}(?![\w-])" for one in subject.ids if len(one) > 3]
    parts += [rf"(?:^|[,;\t\"]){re.escape(one)}(?:$|[,;\t\"\r\n])" for one in subject.ids if len(one) <= 3]
    return re.compile("|".join(parts) or r"(?!)", re.MULTILINE)


def _versions() -> Iterator[Any]:
    """Every version of every file; `null` is the version of a file in a bucket without versions."""
    if not bucket():
        return
    for page in s3().get_paginator("list_object_versions").paginate(Bucket=bucket()):
        yield from page.get("Versions", ())


def _body(key: str, version: str) -> IO[bytes]:
    which: Any = {} if version == "null" else {"VersionId": version}
    body: Any = s3().get_object(Bucket=bucket(), Key=key, **which)["Body"]
    held: IO[bytes] = TemporaryFile()  # noqa: SIM115 - the caller reads it to its end
    for block in body.iter_chunks(1 << 20):
        held.write(block)
    held.seek(0)
    return held


def _records(lines: IO[bytes]) -> Iterator[bytes]:
    """A file's records: a line each, or several where a quote is open at a line's end."""
    with lines:
        record = b""
        for line in lines:
            record += line
            if record.count(b'"') % 2 == 0 or len(record) > 1 << 16:
                yield record
                record = b""
        if record:
            yield record


def _text(record: bytes) -> str:
    """Good enough to find digits and ids in: UTF-8, GB18030 and the low halves of UTF-16."""
    return record.replace(b"\x00", b"").decode("utf-8", "replace")
