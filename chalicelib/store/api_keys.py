"""Keys of those who post events: several, each with a name, of which only hashes are kept.

A key is drawn with 256 bits, so a plain hash of it cannot be guessed. A function remembers for a minute that
a key is good: one that was ended may work that long.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from datetime import datetime, timedelta

from chalicelib.clock import iso, parse
from chalicelib.store import dynamodb
from chalicelib.store.dynamodb import insert, update, write_one
from chalicelib.store.schema.accounts import API_KEYS, ApiKey
from chalicelib.store.schema.catalogue import CATALOGUE

KEPT = 60.0  # seconds that a key is known to be good
USED_EVERY = timedelta(minutes=10)  # how often its last use is written down
_good: dict[str, tuple[float, ApiKey]] = {}


def make(label: str, by: str, now: datetime) -> str:
    """A new key for a sender; it is shown this once."""
    key = secrets.token_urlsafe(32)
    write_one(insert(ApiKey(version=digest_of(key), label=label, made_by=by, made_at=iso(now))))
    return key


def end(label: str, at: datetime, *, but: str = "") -> list[ApiKey]:
    """Let every key of a sender, but the key `but`, end at a time if it does not end before; those keys."""
    found = [one for one in all_keys() if one.label == label and one.version != digest_of(but)]
    ending = [one for one in found if not one.until or one.until > iso(at)]
    for one in ending:
        write_one(update(one.key, ApiKey.until.to(iso(at))))
    return ending


def all_keys() -> list[ApiKey]:
    """Every key there is or was, the oldest first."""
    from chalicelib.store import queries  # who posts events does without

    return sorted(queries.every(ApiKey, API_KEYS), key=lambda one: one.made_at)


def sender_of(key: str, now: datetime) -> str | None:
    """Whose key it is; None for one that is none, or has ended. Its use is written down now and then."""
    digest = digest_of(key)
    at, known = _good.get(digest, (0.0, None))
    if known is None or time.monotonic() - at > KEPT:
        known = dynamodb.get(ApiKey, CATALOGUE.key(API_KEYS, digest), consistent=False) if key else None
        if known is None:
            return None
        if not known.last_used or now - parse(known.last_used) >= USED_EVERY:
            write_one(update(known.key, ApiKey.last_used.to(iso(now))))
        _good[digest] = (time.monotonic(), known)
    return None if known.until and parse(known.until) <= now else known.label


def forget() -> None:
    """Look every key up again."""
    _good.clear()


def digest_of(key: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
