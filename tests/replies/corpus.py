"""Every labelled text of this folder, in one order: what the second reader is trained from."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import yaml

from tests.replies.tables import HERE, TABLES, frames, replies


def everything(chance: random.Random) -> Iterator[tuple[str, frozenset[str]]]:
    """Texts with the kinds that are right. `chance` draws the numbers of the sentences in `never.txt`."""
    for table in TABLES:
        for one in replies(table):
            yield one.text, one.kinds
    for name in ("consent", "wrong_number"):
        for text, want in _rows(name):
            yield text, frozenset(kind.partition("=")[0] for kind in want.split("|"))
    for name in ("complaints", "no_complaints"):
        for row in _rows(name):
            yield row if isinstance(row, str) else row[-1], frozenset({"text"})
    for frame in frames():
        yield frame.replace("{n}", str(chance.randint(1, 5))), frozenset({"ask"})


def _rows(name: str) -> Any:
    return yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8"))
