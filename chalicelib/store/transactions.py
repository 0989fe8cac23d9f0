"""TransactWriteItems: several items written together or not at all, for what people do: a case and its log.

Not for the functions that texts go through: a transaction costs twice the write units of single statements.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError
from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.retries import doubling, retried
from chalicelib.store import query_cache
from chalicelib.store.dynamodb import wire_from
from chalicelib.store.models import column, connection, counter
from chalicelib.store.schema.base import Attribute, Key, Record

__all__ = [
    "WRITES_AT_ONCE",
    "ConditionFailed",
    "Contention",
    "Put",
    "Update",
    "Write",
    "column",
    "commit",
    "counter",
    "put",
    "put_new",
    "put_over",
]

WRITES_AT_ONCE = 100  # TransactWriteItems' limit
TRIES = 5  # further ones
FIRST_DELAY = 0.02  # seconds, give or take a half; twice as long each time
_PASSING = {
    "TransactionConflict",
    "ProvisionedThroughputExceeded",
    "ThrottlingError",
    "TransactionInProgressException",
    "ThrottlingException",
}


class ConditionFailed(Exception):
    """A condition did not hold, so nothing was written; `keys` are where."""

    def __init__(self, keys: Sequence[Key]) -> None:
        self.keys = tuple(keys)
        super().__init__(f"a condition on {len(self.keys)} item(s) did not hold")


class Contention(Exception):
    """Others kept writing the same items; nothing was written, and it may be tried again later."""


@dataclass(frozen=True, slots=True)
class Put:
    """Write a record, if `where` is true of what is there."""

    record: Record
    where: Condition | None = None

    @property
    def key(self) -> Key:
        return self.record.key


@dataclass(frozen=True, slots=True)
class Update:
    """Change an item, if `where` is true of it."""

    key: Key
    actions: tuple[Action, ...]
    where: Condition | None = None


Write = Put | Update


def put(record: Record) -> Put:
    """Write a record whatever was there."""
    return Put(record)


def put_new(record: Record) -> Put:
    """Write a record unless there is an item with its key."""
    first: Attribute[str] = record.attributes[record.table.hash]
    return Put(record, column(first).does_not_exist())


def put_over(record: Record, revision: Attribute[int], known: int) -> Put:
    """Write a record over the item whose `revision` is `known`."""
    return Put(record, column(revision) == known)


def commit(writes: Sequence[Write]) -> None:
    """Write all of it, at most 100. Raises ConditionFailed when a condition does not hold, Contention when
    others keep writing the same items, and what botocore raises: then it may or may not have been written."""
    query_cache.forget()
    # pynamodb sends puts before updates, whatever the order they were given in: reasons are read by key.
    puts = [one for one in writes if isinstance(one, Put)]
    updates = [one for one in writes if isinstance(one, Update)]
    places = [*(one.key for one in puts), *(one.key for one in updates)]
    waits = (random.uniform(0.5, 1.5) * delay for delay in doubling(FIRST_DELAY, TRIES))  # noqa: S311 (not a secret)
    for _ in retried(waits):
        try:
            _send(puts, updates)
        except TransactWriteError as error:
            codes = [reason.code if reason else "" for reason in error.cancellation_reasons]
            failed = [
                key for key, code in zip(places, codes, strict=False) if code == "ConditionalCheckFailed"
            ]
            if failed:
                raise ConditionFailed(failed) from error
            if not _PASSING.intersection([*codes, error.cause_response_code or ""]):
                raise (error.cause if isinstance(error.cause, ClientError) else error) from error
        else:
            return
    raise Contention


def _send(puts: Sequence[Put], updates: Sequence[Update]) -> None:
    first = puts[0].key if puts else updates[0].key
    anywhere: Any = connection(first.table).connection
    anywhere.transact_write_items(
        condition_check_items=(),
        delete_items=(),
        put_items=[
            connection(one.key.table).get_operation_kwargs(
                one.key.hash,
                range_key=one.key.range or None,
                key="Item",
                attributes=wire_from(one.record.plain()),
                condition=one.where,
            )
            for one in puts
        ],
        update_items=[
            connection(one.key.table).get_operation_kwargs(
                one.key.hash, range_key=one.key.range or None, actions=one.actions, condition=one.where
            )
            for one in updates
        ],
    )
