"""Erasures in DynamoDB: an item for each number that was erased, in `conversations` and again in
`catalogue`, so that restoring one of the tables loses none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from chalicelib.store import dynamodb
from chalicelib.store.schema.base import of_kind
from chalicelib.store.schema.catalogue import ERASURES, ErasureCopy
from chalicelib.store.schema.conversations import CONVERSATIONS, Erasure, ErasureFacts, erasure_key

# `queries` is imported where it is needed: intake asks whether anybody was erased before it stores somebody.


def any_erasure() -> bool:
    """Whether anybody was ever erased: until then looking for erasures costs no more than this one read."""
    from chalicelib.store import queries

    return bool(queries.page(ErasureCopy, ERASURES, limit=1, consistent=True).records)


def get(digest: str) -> Erasure | None:
    """The erasure of the number with this keyed hash."""
    return dynamodb.get(Erasure, erasure_key(digest))


def read(digests: Iterable[str]) -> list[Erasure]:
    """Those of these keyed hashes that are erasures."""
    keys = [erasure_key(one) for one in digests]
    return of_kind(Erasure, dynamodb.read(keys, consistent=(CONVERSATIONS,)))


def copies() -> Iterator[tuple[str, ErasureFacts]]:
    """Every erasure with its keyed hash, out of both tables: `conversations` is scanned for them."""
    from chalicelib.store import queries

    for copy in queries.every(ErasureCopy, ERASURES, consistent=True):
        yield copy.version, copy
    begins = queries.column(Erasure.msisdn).startswith(Erasure.hash_under)
    cursor: queries.Cursor | None = None
    while True:
        page = queries.scan(Erasure, keep=begins, cursor=cursor, consistent=True)
        yield from ((one.digest, one) for one in page.records)
        cursor = page.cursor
        if cursor is None:
            return


def keep(digest: str, facts: ErasureFacts) -> None:
    """Write one erasure, in both places."""
    from chalicelib.store import queries

    held = {name: getattr(facts, name) for name in ErasureFacts.attributes}
    queries.put(Erasure(msisdn=erasure_key(digest).hash, **held))
    queries.put(ErasureCopy(version=digest, **held))
