"""What delivery needs of the world besides DynamoDB and SQS, gathered so that it can be stood in for."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from random import random

from chalicelib.sms.gateways import NotSent, Outgoing, aws

Send = Callable[[Outgoing], str]
GATEWAYS: Mapping[str, Send] = {"aws": aws.send}
AT_ONCE = 32  # sends under way at the same time in one worker


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(AT_ONCE)


def all_at_once(send: Send, texts: Sequence[Outgoing]) -> list[str | NotSent]:
    """Send these concurrently, each at its turn; for each its message id or why not, in order."""
    begun = time.monotonic()

    def attempt(text: Outgoing) -> str | NotSent:
        ahead = begun + text.turn - time.monotonic()
        if ahead > 0:
            time.sleep(ahead)
        try:
            return send(text)
        except NotSent as error:
            return error

    if len(texts) == 1:
        return [attempt(texts[0])]
    return list(_pool().map(attempt, texts))


def new_token() -> str:
    """A claim token: short, and never the same twice."""
    return uuid.uuid4().hex[:16]


@dataclass(frozen=True, slots=True)
class Edge:
    """Clock, chance, patience and gateways."""

    now: Callable[[], datetime]
    token: Callable[[], str] = new_token
    chance: Callable[[], float] = random
    sleep: Callable[[float], None] = time.sleep
    gateways: Mapping[str, Send] = field(default_factory=lambda: GATEWAYS)
    send_all: Callable[[Send, Sequence[Outgoing]], list[str | NotSent]] = all_at_once
