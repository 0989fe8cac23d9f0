"""Whose own phone a number is, and how many test texts somebody has sent today: rows of `catalogue`."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

from botocore.exceptions import ClientError

from chalicelib.clock import iso, parse
from chalicelib.store import dynamodb, queries
from chalicelib.store.dynamodb import update, write_one
from chalicelib.store.queries import column
from chalicelib.store.schema.accounts import OwnPhone, TestsOfDay, phone_key
from chalicelib.store.schema.base import Attribute
from chalicelib.store.schema.catalogue import CATALOGUE

CODE_FOR = timedelta(minutes=10)  # how long a code is good
TRIES = 5  # wrong ones; then a new code is needed
KNOWN_FOR = timedelta(days=180)  # how long a number stays somebody's own: numbers are given away
TESTS_A_DAY, CODES_A_DAY = 20, 5


def is_own(msisdn: str, subject: str, now: datetime) -> bool:
    """Whether somebody has shown that a number is theirs."""
    found = dynamodb.get(OwnPhone, phone_key(msisdn, subject))
    return bool(found and found.confirmed_at and parse(found.confirmed_at) + KNOWN_FOR > now)


def ask(msisdn: str, subject: str, code: str, now: datetime) -> None:
    """Write down the code that a phone is sent; one before it is worth nothing from now on."""
    queries.put(
        OwnPhone(
            name=f"{OwnPhone.hash_under}{msisdn}",
            version=subject,
            digest=_digest(subject, code),
            sent_at=iso(now),
            expires=int((now + KNOWN_FOR).timestamp()),
        )
    )


def confirm(msisdn: str, subject: str, code: str, now: datetime) -> bool:
    """Whether `code` is the one that the phone was sent; then the number is theirs from now on."""
    found = dynamodb.get(OwnPhone, phone_key(msisdn, subject))
    if found is None or not found.digest or found.tries >= TRIES or parse(found.sent_at) + CODE_FOR <= now:
        return False
    if not hmac.compare_digest(found.digest, _digest(subject, code)):
        write_one(update(found.key, OwnPhone.tries.to(found.tries + 1)))
        return False
    confirmed = (OwnPhone.confirmed_at.to(iso(now)), OwnPhone.digest.to(""))
    return write_one(update(found.key, *confirmed, where=OwnPhone.digest.equals(found.digest))) == "ok"


def take_test(subject: str, now: datetime) -> bool:
    """Count one test text; False when today's are used up."""
    return _take(subject, now, TestsOfDay.sent, TESTS_A_DAY)


def take_code(subject: str, now: datetime) -> bool:
    """Count one code; False when today's are used up."""
    return _take(subject, now, TestsOfDay.codes, CODES_A_DAY)


def _take(subject: str, now: datetime, what: Attribute[int], most: int) -> bool:
    key = CATALOGUE.key(f"{TestsOfDay.hash_under}{subject}", now.date().isoformat())
    counted, ends = column(what), column(TestsOfDay.expires)
    changes = [counted.add(1), ends.set(int((now + timedelta(days=2)).timestamp()))]
    try:
        queries.update(key, changes, where=counted.does_not_exist() | (counted < most))
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return False
    return True


def _digest(subject: str, code: str) -> str:
    return hashlib.sha256(f"{subject}#{code}".encode("utf-8", "replace")).hexdigest()
