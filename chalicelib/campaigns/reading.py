"""Taking fields out of a document and noting what is wrong with them: times, windows, numbers, words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time, timedelta
from decimal import Decimal
from typing import Any, TypeVar

Value = TypeVar("Value")

_DURATION = re.compile(r"(\d{1,5})([smhd])\Z")
_CLOCK = re.compile(r"([01]\d|2[0-4]):([0-5]\d)\Z")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True, slots=True)
class Problem:
    """A mistake and its fix. `place` is the field, dotted from the document's top
    (`trigger.after`, `texts.text.en`); `line` counts within a text, from 1, and is 0 for fields."""

    place: str
    error: str
    line: int = 0
    warning: bool = False  # worth a look, but it does not stop anything

    def __str__(self) -> str:
        where = f"{self.place}, line {self.line}" if self.line else self.place
        return f"{where}: {self.error}"


@dataclass(frozen=True, slots=True)
class Window:
    """From `start` until `end` on the recipient's clock; an `end` before the `start` is on the next day.
    24:00 is kept as `time.max`."""

    start: time
    end: time


def duration(text: str) -> timedelta:
    """`30m`, `6h`, `2d`, `45s` as a timedelta. Raises ValueError on anything else."""
    found = _DURATION.match(text.strip())
    if not found:
        raise ValueError(f"{text!r} is not a duration: write a number and s, m, h or d, such as 30m or 6h")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def window(text: str) -> Window | None:
    """`08:00-20:00` as a Window, `any` as None. Raises ValueError on anything else."""
    if text.strip() == "any":
        return None
    start, dash, end = text.partition("-")
    if not dash:
        raise ValueError(f"{text!r} is not a window: write any, or two clock times such as 08:00-20:00")
    opens, closes = clock_time(start), clock_time(end)
    if opens == closes:
        raise ValueError(f"{text!r} is never open: the two times must differ, or write any")
    return Window(opens, closes)


def clock_time(text: str) -> time:
    """`09:00` as a time; `24:00` as the day's last moment. Raises ValueError on anything else."""
    found = _CLOCK.match(text.strip())
    if found and text.strip() == "24:00":
        return time.max
    if not found or found[1] == "24":
        raise ValueError(f"{text.strip()!r} is not a clock time: write hours and minutes, such as 09:00")
    return time(int(found[1]), int(found[2]))


@dataclass(frozen=True, slots=True)
class Reader:
    """Takes fields out of `raw`; what is wrong is noted in `problems`, shared with the readers inside,
    under `prefix` and the field's name. A refused field reads as its default or as empty."""

    raw: Mapping[str, Any]
    prefix: str = ""
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, name: str, error: str) -> None:
        place = ".".join(part for part in (self.prefix, name) if part)
        self.problems.append(Problem(place, error))

    def text(
        self, name: str, default: str | None = None, pattern: re.Pattern[str] | None = None, fix: str = ""
    ) -> str:
        value = self.raw.get(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or not value.strip():
            self.refuse(name, "is missing" if value is None else f"must be text, not {value!r}")
            return ""
        if pattern and not pattern.match(value):
            self.refuse(name, f"{value!r} is not possible: {fix}")
        return value.strip()

    def choice(self, name: str, choices: Sequence[str], default: str | None = None) -> str:
        value = self.text(name, default)
        if value and value not in choices:
            self.refuse(name, f"{value!r} is not possible: one of {', '.join(choices)}")
        return value

    def integer(self, name: str, default: int, low: int, high: int) -> int:
        value = whole(self.raw.get(name, default))
        if value is None or not low <= value <= high:
            self.refuse(name, f"must be a whole number from {low} to {high}")
            return default
        return value

    def mapping(self, name: str) -> Mapping[str, Any]:
        value = self.raw.get(name)
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            self.refuse(name, "must be a mapping of names to values")
            return {}
        return value

    def languages(self, name: str) -> Mapping[str, str]:
        value = self.mapping(name)
        if not value or not all(isinstance(one, str) and one for one in value.values()):
            self.refuse(name, "needs words for each language, such as {zh-CN: …, en: …}")
            return {}
        return value

    def converted(self, name: str, convert: Callable[[str], Value], default: Value) -> Value:
        value = self.raw.get(name)
        if value is None:
            return default
        try:
            return convert(value)
        except (ValueError, AttributeError, TypeError) as error:
            said = str(error) if isinstance(error, ValueError) else f"{value!r} must be written in quotes"
            self.refuse(name, said)
            return default

    def duration(self, name: str, default: timedelta) -> timedelta:
        return self.converted(name, duration, default)

    def inside(self, name: str, required: bool = False) -> Reader | None:
        value = self.raw.get(name)
        if value is None and not required:
            return None
        if not isinstance(value, Mapping):
            self.refuse(name, "is missing" if value is None else "must be a mapping of names to values")
            return None
        return Reader(value, name, self.problems)


def whole(value: object) -> int | None:
    """A whole number, also one that comes as a JSON key or a Decimal; None when it is not one."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return None
    try:
        number = int(value)
    except (ValueError, OverflowError):
        return None
    return number if isinstance(value, str) or number == value else None


def is_number(value: object) -> bool:
    """True for numbers, and not for true and false."""
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def plain(value: float) -> float:
    """80.0 as 80: the same number wherever it was stored."""
    return int(value) if value == int(value) else float(value)
