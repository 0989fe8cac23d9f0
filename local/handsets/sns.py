"""Publishing to the SNS of the emulator."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient


@lru_cache(maxsize=4)
def client(endpoint: str, region: str) -> SNSClient:
    """The SNS client of `endpoint`. The keys are any: an emulator does not look at them."""
    return boto3.client(
        "sns",
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id="local",
        aws_secret_access_key="local",
        config=Config(retries={"total_max_attempts": 1}, connect_timeout=2, read_timeout=20),
    )


def publish_batch(endpoint: str, region: str, topic: str, bodies: Sequence[str]) -> list[int]:
    """Publish `bodies` (10 at most) and return the indices of those that failed. Raises when all did."""
    answer = client(endpoint, region).publish_batch(
        TopicArn=topic,
        PublishBatchRequestEntries=[{"Id": str(index), "Message": body} for index, body in enumerate(bodies)],
    )
    return [int(one["Id"]) for one in answer.get("Failed", [])]
