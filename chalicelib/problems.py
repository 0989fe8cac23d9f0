"""What is wrong with something that somebody wrote, as data: a code, its values and the place.

Words are made of it where people read them (i18n/problems.py). Nothing reads words back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


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

    def __init__(self, code: str, /, *, close: str = "", **values: object) -> None:
        self.problem = Problem(code, values, close=close)
        super().__init__(f"{code} {values}")


class BadDocument(ValueError):
    """A document that cannot be used; `problems` holds every mistake in it, not only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("; ".join(f"{one.place}: {one.code}" for one in self.problems))


LONGEST_VALUE = 200  # characters of a value that are kept


def as_json(problem: Problem) -> dict[str, Any]:
    """A problem as JSON holds it, for a queue or an answer; what is empty is left out."""
    found = {
        "code": problem.code,
        "values": {name: _kept(value) for name, value in problem.values.items()},
        "place": problem.place,
        "line": problem.line,
        "close": problem.close,
    }
    return {name: value for name, value in found.items() if value}


def from_json(found: Mapping[str, Any]) -> Problem:
    """The problem that `as_json` wrote. Raises KeyError or AttributeError on anything else."""
    values = {name: _read(value) for name, value in found.get("values", {}).items()}
    return Problem(
        found["code"], values, found.get("place", ""), found.get("line", 0), close=found.get("close", "")
    )


def _kept(value: object) -> Any:
    if isinstance(value, Problem):
        return {"problem": as_json(value)}
    if isinstance(value, Coded):
        return {"kind": value.kind, "code": value.code}
    if isinstance(value, (list, tuple, frozenset)):
        return [_kept(one) for one in value]
    if isinstance(value, int):
        return value
    return str(value)[:LONGEST_VALUE]


def _read(value: Any) -> object:
    if isinstance(value, Mapping):
        return from_json(value["problem"]) if "problem" in value else Coded(value["kind"], value["code"])
    return tuple(_read(one) for one in value) if isinstance(value, list) else value
