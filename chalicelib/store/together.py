"""Several rows written together or not at all, for what people do: a case and its audit entry.

Not for the hot path: a transaction costs twice the write units of single statements.
"""

from __future__ import annotations

import random
import time
from collections.abc import Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.store import wire
from chalicelib.store.wire import Row

Write = dict[str, Any]
WRITES_AT_ONCE = 100  # TransactWriteItems' limit
TRIES = 6
_PASSING = {"TransactionConflict", "ProvisionedThroughputExceeded", "ThrottlingError"}


class Refused(Exception):
    """A condition did not hold, so nothing was written; `which` are the positions of those writes."""

    def __init__(self, which: Sequence[int]) -> None:
        self.which = tuple(which)
        super().__init__(f"the condition of write {', '.join(map(str, which))} did not hold")


class Busy(Exception):
    """Others kept writing the same rows; nothing was written, and it may be tried again later."""


def put(table_name: str, row: Row, *, key: Mapping[str, str], revision: int | None = None) -> Write:
    """Write `row`: as a new one, or with `revision` over the row that has that `revision`."""
    first = next(iter(key))
    one: dict[str, Any] = {
        "TableName": wire.table(table_name),
        "Item": wire.row_to({**row, **key}),
        "ConditionExpression": "attribute_not_exists(#c)" if revision is None else "#c = :c",
        "ExpressionAttributeNames": {"#c": first if revision is None else "revision"},
    }
    if revision is not None:
        one["ExpressionAttributeValues"] = {":c": wire.to_wire(revision)}
    return {"Put": one}


def put_anyway(table_name: str, row: Row) -> Write:
    """Write `row` whatever was there."""
    return {"Put": {"TableName": wire.table(table_name), "Item": wire.row_to(row)}}


def add(table_name: str, key: Mapping[str, str], amounts: Mapping[str, float]) -> Write:
    """Add to numbers of a row; a row or a number that is not there counts as 0."""
    names = {f"#n{n}": name for n, name in enumerate(amounts)}
    values = {f":n{n}": wire.to_wire(amount) for n, amount in enumerate(amounts.values())}
    changes = ", ".join(f"{name} {value}" for name, value in zip(names, values, strict=True))
    return {
        "Update": {
            "TableName": wire.table(table_name),
            "Key": wire.row_to(key),
            "UpdateExpression": f"ADD {changes}",
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": values,
        }
    }


def take_off(table_name: str, key: Mapping[str, str], names: Sequence[str]) -> Write:
    """Remove attributes of a row that has the first of them."""
    placed = {f"#n{n}": name for n, name in enumerate(names)}
    return {
        "Update": {
            "TableName": wire.table(table_name),
            "Key": wire.row_to(key),
            "UpdateExpression": f"REMOVE {', '.join(placed)}",
            "ConditionExpression": "attribute_exists(#n0)",
            "ExpressionAttributeNames": placed,
        }
    }


def carry_out(writes: Sequence[Write]) -> None:
    """Write all of it, at most 100. Raises Refused when a condition does not hold, Busy when others keep
    writing the same rows, and what botocore raises: then it may or may not have been written."""
    for attempt in range(TRIES):
        try:
            wire.dynamodb().transact_write_items(TransactItems=writes)  # type: ignore[arg-type]
        except ClientError as error:
            if error.response["Error"]["Code"] in ("TransactionInProgressException", "ThrottlingException"):
                codes = ["TransactionConflict"]
            else:
                reasons: Any = error.response.get("CancellationReasons")
                if not reasons:
                    raise
                codes = [one.get("Code", "None") for one in reasons]
            if failed := [n for n, code in enumerate(codes) if code == "ConditionalCheckFailed"]:
                raise Refused(failed) from error
            if not _PASSING.intersection(codes):
                raise
            time.sleep(random.uniform(0.01, 0.03) * 2**attempt)  # noqa: S311 (not a secret)
        else:
            return
    raise Busy
