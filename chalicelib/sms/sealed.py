"""A reference that only this service can read or make, for addresses that others store and log.

It is sealed with a key by HMAC-SHA256 alone: what a plain text's HMAC is (16 bytes) goes in front and is also
where the key stream begins that the plain text is combined with, so that the same text gives the same
reference, and a changed one does not open (the construction of RFC 5297, with another pseudorandom function).
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from functools import lru_cache

TAG = 16  # bytes


def seal(key: str, plain: bytes) -> str:
    """`plain` as letters, digits, `-` and `_`."""
    for_tag, for_stream = _keys(key)
    tag = hmac.digest(for_tag, plain, "sha256")[:TAG]
    return _written(tag + _combined(for_stream, tag, plain))


def opened(keys: Iterable[str], reference: str) -> bytes:
    """What was sealed with one of `keys`. Raises ValueError when it was with none of them."""
    try:
        found = urlsafe_b64decode(reference.encode("ascii") + b"=" * (-len(reference) % 4))
    except ValueError:
        found = b""
    tag, hidden = found[:TAG], found[TAG:]
    if len(tag) == TAG and _written(found) == reference:  # decoding passes over letters that are none of its
        for key in keys:
            for_tag, for_stream = _keys(key)
            plain = _combined(for_stream, tag, hidden)
            if hmac.compare_digest(hmac.digest(for_tag, plain, "sha256")[:TAG], tag):
                return plain
    raise ValueError("not sealed with a key of ours")


def _written(sealed: bytes) -> str:
    return urlsafe_b64encode(sealed).rstrip(b"=").decode()


@lru_cache(maxsize=8)
def _keys(key: str) -> tuple[bytes, bytes]:
    secret = key.encode()
    return hmac.digest(secret, b"tag", "sha256"), hmac.digest(secret, b"stream", "sha256")


def _combined(key: bytes, tag: bytes, text: bytes) -> bytes:
    blocks = (hmac.digest(key, tag + n.to_bytes(4), "sha256") for n in range(-(-len(text) // 32)))
    stream = b"".join(blocks)[: len(text)]
    return (int.from_bytes(text) ^ int.from_bytes(stream)).to_bytes(len(text))
