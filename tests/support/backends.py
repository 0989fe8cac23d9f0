"""AWS stood in for by moto, with what is slow done once in each process.

A test begins with empty services (`stand_in`). What many begin with is made once, and each of them gets a
copy of what moto holds of it then (`begun_with`): thirty calls less a test.
"""

from __future__ import annotations

import copy
import copyreg
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar, cast
from unittest.mock import patch

import boto3

T = TypeVar("T")
ACCOUNT, REGION = "123456789012", "us-east-1"  # moto's, and every test's
LOCAL: Any = {"core": {"passthrough": {"urls": [r"https?://127\.0\.0\.1[:/]"]}}}
_made: dict[tuple[str, ...], tuple[Any, dict[str, Any]]] = {}  # what a set-up gave, and moto held then

# A copied queue waits on a condition of its own: copied by value, it would hold the lock of the original.
copyreg.pickle(threading.Condition, lambda _: (threading.Condition, ()))


@contextmanager
def stand_in() -> Iterator[None]:
    """moto in place of AWS, with nothing in it. One session makes all clients: it reads a service's model
    once, where moto's own would for each test.

    Calls of several threads are answered one after the other: moto changes what it goes through.
    DynamoDB Local is on this machine, so its requests are let through without asking each service. Nothing
    here calls AWS with the library `requests`, for which moto would write out 1,300 answers a test.
    """
    from moto import mock_aws
    from moto.core.botocore_stubber import BotocoreStubber

    answer, lock = BotocoreStubber.__call__, threading.RLock()

    def in_turn(*given: Any, **named: Any) -> Any:
        with lock:
            return answer(*given, **named)

    with (
        patch("moto.core.models.RESPONSES_METHODS", []),
        patch.object(BotocoreStubber, "__call__", in_turn),
        mock_aws(config=LOCAL),
    ):
        boto3.DEFAULT_SESSION = _session()
        yield


@cache
def _session() -> boto3.Session:
    return boto3.Session()  # made while moto is there, so that its clients go there


def begun_with(services: tuple[str, ...], set_up: Callable[[], T]) -> T:
    """What `set_up` gives after it has made something in these services of moto's, which hold nothing else.
    Only the first test of a process runs it; the others get a copy of what the services held then."""
    from moto.backends import get_backend

    held = {one: get_backend(one)[ACCOUNT][REGION] for one in services}  # type: ignore[call-overload]
    if services not in _made:
        given = set_up()
        _made[services] = given, copy.deepcopy({one: backend.__dict__ for one, backend in held.items()})
        return given
    given, kept = _made[services]
    for one, state in copy.deepcopy(kept).items():
        held[one].__dict__ = state
    return cast(T, given)
