"""Message parts a second of an originator, shared by every worker without talking to each other.

One row per originator and lane holds the moment until which its time is given away. A worker takes
a block by moving that moment on with one conditional write, and sends inside its block.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.store import wire

TABLE = "catalogue"


def reserve(originator: str, lane: str, seconds: float, now: float, *, within: float) -> float | None:
    """Take `seconds` of the originator's time; returns when the block begins.

    `now` and the answer are seconds since the epoch. None means that nothing is free `within` so
    many seconds: nothing was taken, come back later.
    """
    key = wire.row_to({"name": f"pace#{originator}", "version": lane})
    while True:
        # Somebody is sending: queue behind them.
        free = _move(
            key,
            "SET #f = #f + :need",
            "#f >= :now AND #f <= :limit",
            {":need": seconds, ":now": now, ":limit": now + within},
        )
        if free is not None:
            return free - seconds
        # Nobody is: begin now.
        free = _move(
            key,
            "SET #f = :until",
            "attribute_not_exists(#f) OR #f < :now",
            {":until": now + seconds, ":now": now},
        )
        if free is not None:
            return now
        if backlog(originator, lane, now) > within:
            return None


def backlog(originator: str, lane: str, now: float) -> float:
    """For how many seconds from `now` the originator's time is given away already."""
    row = wire.read_one(TABLE, {"name": f"pace#{originator}", "version": lane}, consistent=True)
    return max(0.0, float(row["free_at"]) - now) if row else 0.0


def _move(key: Mapping[str, Any], change: str, condition: str, values: Mapping[str, float]) -> float | None:
    try:
        reply = wire.dynamodb().update_item(
            TableName=wire.table(TABLE),
            Key=key,
            UpdateExpression=change,
            ConditionExpression=condition,
            ExpressionAttributeNames={"#f": "free_at"},
            ExpressionAttributeValues={name: {"N": f"{value:.3f}"} for name, value in values.items()},
            ReturnValues="UPDATED_NEW",
        )
    except ClientError as error:
        if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
            return None
        raise
    return float(reply["Attributes"]["free_at"]["N"])
