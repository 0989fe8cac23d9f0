"""What is wrong, in English: for tests whose tables say what somebody should read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from chalicelib.i18n.problems import placed, words
from chalicelib.problems import Problem


def english(problem: Problem) -> str:
    """A problem with its place."""
    return placed(problem, "en")


def said(problem: Problem) -> str:
    """A problem without its place."""
    return words(problem, "en")


def sentence(error: Any) -> str:
    """An exception's problem, or all of its problems, with their places."""
    found = error.problems if hasattr(error, "problems") else getattr(error, "missing", None)
    return "; ".join(english(one) for one in ([error.problem] if found is None else found))


@contextmanager
def refused(kind: type[Exception], pattern: str) -> Iterator[Any]:
    """That an exception of this kind is raised, and that its English fits the pattern."""
    with pytest.raises(kind) as caught:
        yield caught
    assert re.search(pattern, sentence(caught.value)), sentence(caught.value)
