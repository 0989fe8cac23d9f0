"""What is wrong with something that somebody wrote, as data: a code, its values and the place.

Words are made of it where people read them (i18n/problems.py). Nothing reads words back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Problem:
    """A mistake. `code` is one of the rooms' codes; `values` fill its words, and may hold another problem.

    `place` is the field, dotted from the document's top (`trigger.after`, `texts.text.en`); `line` counts
    within a text, from 1, and is 0 for fields. `close` is the known name that was perhaps meant.
    """

    code: str
    values: Mapping[str, object] = field(default_factory=dict)
    place: str = ""
    line: int = 0
    warning: bool = False  # worth a look, but it does not stop anything
    close: str = ""


@dataclass(frozen=True, slots=True)
class Coded:
    """A code among a problem's values, which people read as words: `Coded("state", "in_progress")`."""

    kind: str
    code: str


class BadValue(ValueError):
    """A single value that cannot be used; `problem` says why, without a place."""

    def __init__(self, code: str, **values: object) -> None:
        self.problem = Problem(code, values)
        super().__init__(f"{code} {values}")


class BadDocument(ValueError):
    """A document that cannot be used; `problems` holds every mistake in it, not only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("; ".join(f"{one.place}: {one.code}" for one in self.problems))
