"""Rate limiter of an originator: message parts a second, shared by all workers without a word between them.

A token bucket by time slots. One item per originator and lane holds the moment until which its time is given
away. A worker takes a block by moving that moment on with one conditional write, and sends inside its block.
"""

from __future__ import annotations

from collections.abc import Mapping

from botocore.exceptions import ClientError

from chalicelib.store.dynamodb import dynamodb, get, table
from chalicelib.store.schema.base import Key
from chalicelib.store.schema.catalogue import Slot, slot_key

Move = tuple[str, str, Mapping[str, float]]  # change, condition, values

_last_seen: dict[tuple[str, str], float] = {}  # until when this worker saw time given away; only a hint


def reserve(originator: str, lane: str, seconds: float, now: float, *, within: float) -> float | None:
    """Take `seconds` of the originator's time; returns when the block begins.

    `now` and the answer are seconds since the epoch. None means that nothing is free `within` so
    many seconds: nothing was taken, come back later.
    """
    key = slot_key(originator, lane)
    behind_somebody: Move = (
        "SET #f = #f + :need",
        "#f >= :now AND #f <= :limit",
        {":need": seconds, ":now": now, ":limit": now + within},
    )
    at_once: Move = (
        "SET #f = :until",
        "attribute_not_exists(#f) OR #f < :now",
        {":until": now + seconds, ":now": now},
    )
    busy = _last_seen.get((originator, lane), 0.0) >= now
    while True:
        # What was true last is tried first: most of the time that is one write, not two.
        for move in (behind_somebody, at_once) if busy else (at_once, behind_somebody):
            free = _move(key, *move)
            if free is not None:
                _last_seen[originator, lane] = free
                return free - seconds
        if backlog(originator, lane, now) > within:
            return None


def backlog(originator: str, lane: str, now: float) -> float:
    """For how many seconds from `now` the originator's time is given away already."""
    slot = get(Slot, slot_key(originator, lane))
    return max(0.0, float(slot.free_at) - now) if slot else 0.0


def _move(key: Key, change: str, condition: str, values: Mapping[str, float]) -> float | None:
    """Until when time is given away after the change (UpdateItem); None where the condition does not hold."""
    name = Slot.free_at.name
    try:
        reply = dynamodb().update_item(
            TableName=table(key.table.name),
            Key=key.on_wire(),
            UpdateExpression=change,
            ConditionExpression=condition,
            ExpressionAttributeNames={"#f": name},
            ExpressionAttributeValues={one: {"N": f"{value:.3f}"} for one, value in values.items()},
            ReturnValues="UPDATED_NEW",
        )
    except ClientError as error:
        if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
            return None
        raise
    return float(reply["Attributes"][name]["N"])
