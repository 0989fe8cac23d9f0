"""Decorator of each Lambda handler: logs type and place of an exception, not its message, and re-raises."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from chalicelib import log

P = ParamSpec("P")
T = TypeVar("T")
_cold = True  # until the first call of this process has ended


def guarded(function: Callable[P, T]) -> Callable[P, T]:
    """`function`, whose errors are logged with their type and place and raised again without their words.

    Lambda and Chalice print the message of whatever is raised, and a message may quote a number or a text.
    """

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        global _cold
        try:
            return function(*args, **kwargs)
        except Exception as error:
            log.failed("function failed", error, function=function.__name__, cold=_cold)
            if _cold:
                log.measure({"ColdErrors": 1}, at=time.time())
            error.args = ("what it said is left out; the log line before says what it was and where",)
            raise error from None
        finally:
            _cold = False

    return call
