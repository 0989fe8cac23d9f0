"""Side effects that delivery is given (clock, chance, sleep, gateways), so that tests can replace them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from itertools import count
from random import random

from chalicelib.sms.gateways import GatewayAnswer, GatewaySend, Outgoing, answer_of, aws, kannel

GATEWAYS: Mapping[str, GatewaySend] = {"aws": aws.send, "kannel": kannel.send}
AT_ONCE = 32  # sends under way at the same time in one worker


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(AT_ONCE)


def all_at_once(send: GatewaySend, texts: Sequence[Outgoing]) -> list[GatewayAnswer]:
    """Send these concurrently, each at its turn; for each what its gateway says, in order."""
    begun = time.monotonic()
    answers: dict[int, GatewayAnswer] = {}
    waiting = iter(list(enumerate(texts)))  # every thread takes the next one: no hand-over for each text

    def work() -> None:
        for n, text in waiting:
            ahead = begun + text.turn - time.monotonic()
            if ahead > 0:
                time.sleep(ahead)
            answers[n] = answer_of(send, text)

    others = [_pool().submit(work) for _ in range(min(AT_ONCE, len(texts)) - 1)]
    work()
    for one in others:
        one.result()
    return [answers[n] for n in range(len(texts))]


def tokens() -> Callable[[], str]:
    """A source of claim tokens: 16 hexadecimal digits that no two claims of a text have in common. Chance is
    asked once, for where to start counting: asking the kernel for each text costs more than its claim."""
    numbers = count(int.from_bytes(os.urandom(8)))
    return lambda: f"{next(numbers) % 2**64:016x}"


@dataclass(frozen=True, slots=True)
class Ports:
    """Clock, chance, patience and gateways."""

    now: Callable[[], datetime]
    token: Callable[[], str] = field(default_factory=tokens)
    chance: Callable[[], float] = random
    sleep: Callable[[float], None] = time.sleep
    gateways: Mapping[str, GatewaySend] = field(default_factory=lambda: GATEWAYS)
    send_all: Callable[[GatewaySend, Sequence[Outgoing]], list[GatewayAnswer]] = all_at_once
