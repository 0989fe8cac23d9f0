"""The port to Amazon Bedrock: one call of Converse, off unless `RINGBACK_BEDROCK_MODEL` names a model, and a
number of calls a month that is never passed (`RINGBACK_BEDROCK_A_MONTH`, else 1,000)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from typing import Any

from botocore.exceptions import ClientError

from chalicelib import deadline
from chalicelib.store import queries
from chalicelib.store.models import counter
from chalicelib.store.schema.results import counter_key

A_MONTH = 1_000
ANSWERED_WITHIN = 6.0  # seconds for one call, from connecting to the last byte


def model() -> str:
    """The model that is asked; "" for none."""
    return os.environ.get("RINGBACK_BEDROCK_MODEL", "")


def take_one(month: str) -> bool:
    """Count a call of a month (`2026-11`) before it is made; False when there were as many as may be."""
    most = int(os.environ.get("RINGBACK_BEDROCK_A_MONTH") or A_MONTH)
    asked = counter("asked")
    if most <= 0:
        return False
    try:
        free = asked.does_not_exist() | (asked < most)
        queries.update(counter_key("bedrock", month), [asked.add(1)], where=free)
    except ClientError as error:
        if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
            return False
        raise
    return True


def converse(arguments: Mapping[str, Any]) -> Any:
    """Converse's answer, as it came. Raises what botocore raises; one attempt, over in six seconds."""
    with deadline.within(ANSWERED_WITHIN):
        return _client().converse(modelId=model(), **arguments)


@cache
def _client() -> Any:
    import boto3  # nobody who has it off pays for it
    from botocore.config import Config

    config = Config(retries={"total_max_attempts": 1}, connect_timeout=2, read_timeout=4)
    made = boto3.client("bedrock-runtime", config=config)
    deadline.keep(made)
    return made
