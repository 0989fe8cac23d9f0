"""The tables of texts beside this file, as labelled replies.

The first was written before the rules, each other before the rules had seen it; what the rules made of them
at first sight is in docs/replies.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml

from chalicelib.replies.measure import Labelled
from chalicelib.replies.survey import Survey

HERE = Path(__file__).parent
TABLES = (
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
    "twenty_first",
    "twenty_second",
)


@cache
def surveys() -> dict[str, Survey]:
    """The surveys the tables name."""
    blocks = yaml.safe_load((HERE / "surveys.yaml").read_text(encoding="utf-8"))
    return {name: Survey.from_dict(block) for name, block in blocks.items()}


def labelled(survey: str, text: str, want: str) -> Labelled:
    """A row of a table: `want` is kinds apart by `|`, a rating with its scores, `rating=4/5|ask`."""
    kinds, scores, choice = set(), set(), None
    for one in want.split("|"):
        kind, _, value = one.partition("=")
        kinds.add(kind)
        if kind == "choice":
            choice = value
        elif value:
            scores = {int(score) for score in value.split("/")}
    found = None if survey == "none" else surveys()[survey]
    return Labelled(text, found, frozenset(kinds), frozenset(scores), choice)


def _lines(table: str) -> list[list[str]]:
    found: list[list[str]] = yaml.safe_load((HERE / f"{table}.yaml").read_text(encoding="utf-8"))
    return found


def replies(table: str) -> list[Labelled]:
    """The labelled replies of a table."""
    return [labelled(*line) for line in _lines(table)]


def rows(table: str) -> Iterator[pytest.param]:  # type: ignore[valid-type]
    """The rows of a table, with ids such as `csat: 2分吧 -> rating=2`."""
    for survey, text, want in _lines(table):
        yield pytest.param(labelled(survey, text, want), id=f"{survey}: {text} -> {want}")


def frames() -> list[str]:
    """Sentences with a number `{n}` that is no score: conditions, hearsay, questions, counts."""
    lines = (HERE / "never.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]
