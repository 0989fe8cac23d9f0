"""Takes fields out of a document (campaign, policy, brand, plan, care) and notes mistakes with their places.

A document is JSON as the catalogue or YAML as a file holds it: numbers may be Decimals, keys are text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from chalicelib.document_codes import DocumentCode as Code
from chalicelib.problems import BadDocument, BadValue, Problem

Value = TypeVar("Value")
Option = TypeVar("Option", bound=str)

_DURATION = re.compile(r"(\d{1,5})([smhd])\Z")
_CLOCK = re.compile(r"([01]\d|2[0-4]):([0-5]\d)\Z")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True, slots=True)
class Window:
    """From `start` until `end` on the recipient's clock; an `end` before the `start` is on the next day.
    24:00 is kept as `time.max`."""

    start: time
    end: time


def duration(text: str) -> timedelta:
    """`30m`, `6h`, `2d`, `45s` as a timedelta. Raises BadValue on anything else."""
    found = _DURATION.match(text.strip())
    if not found:
        raise BadValue(Code.NOT_DURATION, value=repr(text))
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def window(text: str) -> Window | None:
    """`08:00-20:00` as a Window, `any` as None. Raises BadValue on anything else."""
    if text.strip() == "any":
        return None
    start, dash, end = text.partition("-")
    if not dash:
        raise BadValue(Code.NOT_WINDOW, value=repr(text))
    opens, closes = clock_time(start), clock_time(end)
    if opens == closes:
        raise BadValue(Code.NEVER_OPEN, value=repr(text))
    return Window(opens, closes)


def clock_time(text: str) -> time:
    """`09:00` as a time; `24:00` as the day's last moment. Raises BadValue on anything else."""
    found = _CLOCK.match(text.strip())
    if found and text.strip() == "24:00":
        return time.max
    if not found or found[1] == "24":
        raise BadValue(Code.NOT_CLOCK_TIME, value=repr(text.strip()))
    return time(int(found[1]), int(found[2]))


@lru_cache(maxsize=1024)
def zone_named(name: str) -> ZoneInfo | None:
    """The IANA zone, or None where there is none of that name. Cached: a miss would search the disk."""
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        return None


@dataclass(frozen=True, slots=True)
class Reader:
    """Takes fields out of `raw`; what is wrong is noted in `problems`, shared with the readers inside,
    under `prefix` and the field's name. A refused field reads as its default or as empty."""

    raw: Mapping[str, Any]
    prefix: str = ""
    problems: list[Problem] = field(default_factory=list)

    def place(self, name: str) -> str:
        """The place of a field, from the document's top. An entry of a list is `teams[0]`."""
        joined = f"{self.prefix}.{name}" if self.prefix and name else self.prefix or name
        return joined.replace(".[", "[")

    def refuse(self, name: str, code: str, **values: object) -> None:
        """Note a mistake in a field; "" is the whole of what is read."""
        self.problems.append(Problem(code, values, self.place(name)))

    def only(self, known: Sequence[str]) -> None:
        """Note every field that nobody knows, with the known name that it is close to."""
        for name in self.raw:
            if name not in known:
                place, close = self.place(str(name)), nearest(str(name), known)
                self.problems.append(Problem(Code.UNKNOWN_FIELD, place=place, close=close))

    def done(self) -> None:
        """Raises BadDocument when anything was wrong."""
        if self.problems:
            raise BadDocument(self.problems)

    # Single values

    def text(
        self, name: str, default: str | None = None, pattern: re.Pattern[str] | None = None, code: str = ""
    ) -> str:
        """A text that is not empty, which `pattern` fits; where it does not, `code` says what would."""
        value = self.raw.get(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or not value.strip():
            if value is None:
                self.refuse(name, Code.MISSING)
            else:
                self.refuse(name, Code.NOT_TEXT, value=repr(value))
            return ""
        if pattern and not pattern.match(value):
            self.refuse(name, code, value=repr(value))
        return value.strip()

    def choice(self, name: str, choices: Sequence[str], default: str | None = None) -> str:
        """One of a few texts."""
        value = self.text(name, default)
        if value and value not in choices:
            values = {"value": repr(value), "choices": choices}
            close = nearest(value.lower(), choices)
            self.problems.append(Problem(Code.NOT_ONE_OF, values, self.place(name), close=close))
        return value

    def option(self, name: str, choices: Sequence[Option], default: Option) -> Option:
        """One of a few texts; the default where it is none of them."""
        value = self.choice(name, choices, default)
        return next((one for one in choices if one == value), default)

    def boolean(self, name: str, default: bool = False) -> bool:
        """True or false."""
        value = self.raw.get(name, default)
        if not isinstance(value, bool):
            self.refuse(name, Code.NOT_BOOLEAN)
            return default
        return value

    def integer(self, name: str, default: int | None, low: int, high: int) -> int:
        """A whole number; without a default it must be there."""
        value = whole(self.raw.get(name, default))
        if value is None or not low <= value <= high:
            self.refuse(name, Code.NOT_WHOLE, low=low, high=high)
            return low if default is None else default
        return value

    def number(self, name: str, default: float, low: float, high: float) -> float:
        """A number, whole or not."""
        value = self.raw.get(name, default)
        if is_number(value) and low <= value <= high:
            return float(value)
        self.refuse(name, Code.NOT_NUMBER, low=f"{low:g}", high=f"{high:g}")
        return default

    def converted(self, name: str, convert: Callable[[str], Value], default: Value) -> Value:
        """What `convert` makes of a text; it raises BadValue for what is none."""
        value = self.raw.get(name)
        if value is None:
            return default
        if not isinstance(value, str):
            self.refuse(name, Code.NOT_IN_QUOTES, value=repr(value))
            return default
        try:
            return convert(value)
        except BadValue as error:
            self.refuse(name, error.problem.code, **error.problem.values)
            return default

    def duration(self, name: str, default: timedelta) -> timedelta:
        """A length of time such as 30m."""
        return self.converted(name, duration, default)

    def zone(self, name: str, default: str) -> str:
        """An IANA time zone; UTC where it is none."""
        value = self.text(name, default)
        if zone_named(value) is None:
            self.refuse(name, Code.NOT_ZONE, value=repr(value))
            return "UTC"
        return value

    # Several values

    def words(self, name: str) -> tuple[str, ...]:
        """A list of texts."""
        value = self.raw.get(name, ())
        if isinstance(value, (list, tuple)) and all(isinstance(one, str) for one in value):
            return tuple(value)
        self.refuse(name, Code.NOT_WORDS, value=value)
        return ()

    def among(self, name: str, known: Iterable[Option]) -> tuple[Option, ...]:
        """A list of texts that are known; what is not is left out."""
        given, choices = self.words(name), tuple(known)
        for one in given:
            if one not in choices:
                self.refuse(name, Code.NOT_ONE_OF, value=repr(one), choices=choices)
        return tuple(one for one in choices if one in given)

    def mapping(self, name: str) -> Mapping[str, Any]:
        """Names and values, as they are."""
        value = self.raw.get(name)
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            self.refuse(name, Code.NOT_MAPPING)
            return {}
        for key in value:
            if not isinstance(key, str):  # of a mapping in Python; JSON has no others
                self.refuse(name, Code.NOT_IN_QUOTES, value=repr(key))
        return {key: one for key, one in value.items() if isinstance(key, str)}

    def numbers(self, name: str, low: float, high: float) -> dict[str, float]:
        """Names and a number for each; what is no such number is left out."""
        found = {}
        for key, value in self.mapping(name).items():
            if is_number(value) and low <= value <= high:
                found[str(key)] = float(value)
            else:
                self.refuse(f"{name}.{key}", Code.NOT_NUMBER, low=f"{low:g}", high=f"{high:g}")
        return found

    def languages(self, name: str) -> Mapping[str, str]:
        """Words in at least one language."""
        value = self.mapping(name)
        if not value or not all(isinstance(one, str) and one for one in value.values()):
            self.refuse(name, Code.NOT_LANGUAGES)
            return {}
        return value

    def dates(self, name: str) -> Iterator[tuple[date, str]]:
        """The days that name the values of a mapping, each with its key."""
        for key in self.mapping(name):
            try:
                yield date.fromisoformat(key), key
            except ValueError:
                self.refuse(f"{name}.{key}", Code.NOT_DATE)

    # Readers inside

    def inside(self, name: str, required: bool = False, known: Sequence[str] = ()) -> Reader | None:
        """A reader of the mapping in a field; None where there is none."""
        value = self.raw.get(name)
        if value is None and not required:
            return None
        if not isinstance(value, Mapping):
            self.refuse(name, Code.MISSING if value is None else Code.NOT_MAPPING)
            return None
        return self._reader(value, name, known)

    def part(self, name: str, known: Sequence[str] = ()) -> Reader:
        """A reader of the mapping in a field; of an empty one where there is none."""
        value = self.raw.get(name)
        if value is not None and not isinstance(value, Mapping):
            self.refuse(name, Code.NOT_MAPPING)
        return self._reader(value if isinstance(value, Mapping) else {}, name, known)

    def parts(self, name: str, known: Sequence[str] = ()) -> Iterator[tuple[str, Reader]]:
        """A reader for each mapping in a mapping, with its name."""
        outer = Reader(self.mapping(name), self.place(name), self.problems)
        for key in outer.raw:
            yield key, outer.part(key, known)

    def each(self, name: str, known: Sequence[str] = ()) -> Iterator[Reader]:
        """A reader for each mapping in a list."""
        value = self.raw.get(name, ())
        if not isinstance(value, (list, tuple)):
            self.refuse(name, Code.NOT_LIST)
            return
        outer = Reader(
            {f"[{index}]": one for index, one in enumerate(value)}, self.place(name), self.problems
        )
        for key in outer.raw:
            yield outer.part(key, known)

    def _reader(self, raw: Mapping[str, Any], name: str, known: Sequence[str]) -> Reader:
        found = Reader(raw, self.place(name), self.problems)
        if known:
            found.only(known)
        return found


def read_beside(others: dict[str, tuple[Problem, ...]], name: str, read: Callable[[], Value]) -> Value | None:
    """What `read` makes of a document that stands beside others: where it cannot be read, None, and `others`
    says under its name why. Whatever is wrong with one must not stop the rest."""
    try:
        return read()
    except BadDocument as bad:
        others[name] = tuple(bad.problems)
    except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError):
        others[name] = (Problem(Code.DAMAGED),)
    return None


def repeated(document: Any, place: str = "", but: Sequence[str] = ()) -> Iterator[Problem]:
    """Every value that stands twice in one of a document's lists, where it would count once without a word;
    `but` are places that are looked at elsewhere."""
    if place in but:
        return
    entries: Iterable[tuple[object, Any]] = ()
    if isinstance(document, Mapping):
        entries = document.items()
    elif isinstance(document, list | tuple):
        entries = enumerate(document)
        seen: set[str] = set()
        for one in document:
            if isinstance(one, str) or is_number(one):
                if (same := _folded(one)) in seen:
                    yield Problem(Code.LISTED_TWICE, {"value": repr(one)}, place)
                seen.add(same)
    for name, one in entries:
        yield from repeated(one, f"{place}.{name}" if place else str(name), but)


def _folded(value: Any) -> str:
    """A value of a list as it is compared: 7, 7.0 and "7" are one, and so is a word in any case and width."""
    return str(plain(value)) if is_number(value) else unicodedata.normalize("NFKC", value).strip().casefold()


def nearest(name: str, known: Iterable[str]) -> str:
    """The closest of the known names, "" when none is close."""
    import difflib  # only where something is misspelt

    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return close[0] if close else ""


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
