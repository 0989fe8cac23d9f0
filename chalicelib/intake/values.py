"""Reading single values that somebody else's system wrote: texts, numbers, dates, moments.

Every reader takes the field's name first, so that its error can say which one is wrong, and returns
a plain value that fits JSON and DynamoDB. An error repeats a value only where it cannot be personal:
names, numbers and birthdays never appear in one.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from chalicelib.intake.intake_codes import IntakeCode as Code
from chalicelib.problems import Coded, Problem

LARGEST = 10**12  # more than any counter of a subscriber; beyond it a unit or a field is mixed up


class BadField(ValueError):
    """A field that cannot be used: `problem` says why; its place is the field, "" for the whole."""

    def __init__(self, field: str, code: str, /, **values: object) -> None:
        super().__init__(f"{field}: {code}")
        self.problem = Problem(code, values, field)


def words(listed: str) -> frozenset[str]:
    """A set of words from a text that names them, parted by blanks."""
    return frozenset(listed.split())


def text(field: str, value: object, longest: int = 200) -> str:
    """A text of 1 to `longest` characters, NFC, trimmed; whole numbers become their digits.

    Control characters, direction overrides and halves of surrogate pairs are refused: they break
    texts on phones, log lines and DynamoDB's UTF-8. So are noncharacters (U+FFFE, U+FFFF, U+FDD0 ...),
    which SQS refuses with the whole batch, and U+FFFD, the mark of what was read in a wrong encoding.
    """
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**30:
        value = str(value)
    if not isinstance(value, str):
        raise BadField(field, Code.TEXT_KIND, kind=kind_of(value))
    if len(value) > 4 * longest:
        raise BadField(field, Code.TEXT_LONG, length=len(value), most=longest)
    cleaned = unicodedata.normalize("NFC", value.strip().lstrip("\ufeff").strip())
    if not cleaned:
        raise BadField(field, Code.TEXT_EMPTY)
    if len(cleaned) > longest:
        raise BadField(field, Code.TEXT_LONG, length=len(cleaned), most=longest)
    if cleaned.isprintable() and "\ufffd" not in cleaned:  # nothing of what is looked for one by one
        return cleaned
    for character in cleaned:
        if unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") or character in _OVERRIDES:
            raise BadField(field, Code.TEXT_CONTROL, character=f"U+{ord(character):04X}")
        if _is_noncharacter(ord(character)):
            raise BadField(field, Code.TEXT_NONCHARACTER, character=f"U+{ord(character):04X}")
        if character == "\ufffd":
            raise BadField(field, Code.TEXT_LOST)
    return cleaned


def _is_noncharacter(code: int) -> bool:
    return 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE


_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def key(field: str, value: object, longest: int = 64) -> str:
    """A text that becomes part of a key: `/` and `#` separate key parts and are refused."""
    found = text(field, value, longest)
    if "/" in found or "#" in found:
        raise BadField(field, Code.KEY_SEPARATOR)
    return found


LONGEST_CHOICE = 40  # characters


def one_of(field: str, value: object, allowed: Sequence[str]) -> str:
    """The member of `allowed` that `value` names, in any case and width."""
    found = text(field, narrow(value), LONGEST_CHOICE)
    for member in allowed:
        if folded(member) == folded(found):
            return member
    raise BadField(field, Code.CHOICE_UNKNOWN, value=found, choices=tuple(allowed))


T = TypeVar("T")


def narrow(value: T) -> T | str:
    """A number, a date or a code as it is read where people typed it: full-width digits, letters and signs
    are the plain ones, as in １３８, and marks that nobody sees are gone. Not for names and other words. What
    is no text stays as it is."""
    if not isinstance(value, str):
        return value
    if value.isascii():
        return value.strip()
    plain_ones = unicodedata.normalize("NFKC", value).replace("\u2212", "-")
    return "".join(one for one in plain_ones if unicodedata.category(one) != "Cf").strip()


def folded(written: str) -> str:
    """A word as it is compared: in any case and width (ＰＲＥＰＡＩＤ)."""
    return str(narrow(written)).casefold()


def nothing(value: object) -> bool:
    """Whether a value says nothing: null, or a text of blanks."""
    return value is None or (isinstance(value, str) and not value.strip())


def number(field: str, value: object, *, signed: bool = False) -> Decimal:
    """A finite number from 0 (`signed`: from -`LARGEST`) to `LARGEST`, from a JSON number or a text such as
    "1024.5".

    Six decimals are kept: percentages of anything finer would outgrow what DynamoDB can hold.
    """
    if type(value) is int and 0 <= value <= LARGEST:  # as counters mostly come
        return Decimal(value)
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise BadField(field, Code.NUMBER_KIND, kind=kind_of(value))
    if isinstance(value, float) and not math.isfinite(value):
        raise BadField(field, Code.NUMBER_NOT_FINITE)
    if isinstance(value, int) and abs(value) > LARGEST:
        raise BadField(field, Code.NUMBER_LARGE, most=LARGEST)
    written = str(narrow(value)).strip()
    # Decimal reads "1_000", "Infinity" and other scripts' digits as well; senders do not mean those.
    if not _NUMBER.fullmatch(written):
        raise BadField(field, Code.NUMBER_FORM)
    try:
        found = Decimal(written)
    except InvalidOperation:
        raise BadField(field, Code.NUMBER_FORM) from None
    if found < 0 and not signed:
        raise BadField(field, Code.NUMBER_NEGATIVE)
    if abs(found) > LARGEST:
        raise BadField(field, Code.NUMBER_LARGE, most=LARGEST)
    return found.quantize(_FINEST)


_FINEST = Decimal("0.000001")
_NUMBER = re.compile(r"[+-]?([0-9]{1,24}(\.[0-9]{1,24})?|\.[0-9]{1,24})([eE][+-]?[0-9]{1,3})?", re.ASCII)


def plain(value: Decimal) -> int | float:
    """The number as JSON writes it: an int when it is whole."""
    return int(value) if value == value.to_integral_value() else float(value)


def day(field: str, value: object) -> str:
    """A date as `YYYY-MM-DD`; also reads 2026/11/30, 20261130, 2026年11月30日 and a moment's own date.

    Dates that begin with the day or the month are refused: 05/06/2026 is two different days.
    """
    if type(value) is str and as_it_should_be(value):
        return value
    found = text(field, narrow(value), 40)
    match = _DAY.fullmatch(found)
    if match is None:
        raise BadField(field, Code.DATE_FORM)
    parts = [part for part in match.group("y", "m", "m2", "m3", "d", "d2", "d3") if part]
    year, month_, day_ = (int(part) for part in parts)
    if not 1900 <= year <= 2199:
        raise BadField(field, Code.DATE_YEAR, year=str(year), first="1900", last="2199")
    try:
        return date(year, month_, day_).isoformat()
    except ValueError:
        raise BadField(field, Code.DATE_NO_DAY) from None


def as_it_should_be(value: str) -> bool:
    """Whether a text is a date as it is stored, and no mark of no end: what mostly comes, read at once."""
    if len(value) != 10 or value[4] != "-" or value[7] != "-" or not "1900" <= value[:4] < "2099":
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return value.isascii()


_DAY = re.compile(
    r"(?P<y>[0-9]{4})(?:([-/.])(?P<m>[0-9]{1,2})\2(?P<d>[0-9]{1,2})|年(?P<m2>[0-9]{1,2})月(?P<d2>[0-9]{1,2})日"
    r"|(?P<m3>[0-9]{2})(?P<d3>[0-9]{2}))(?:[T ][0-9:.]+(?:Z|[+-][0-9:]+)?)?"
)


def no_end(written: str) -> bool:
    """Whether a date says that there is none: a year from 2099 on, 0000-00-00, 长期有效, never ..."""
    found = folded(written)
    return bool(_NO_END_YEAR.fullmatch(found)) or found in _NO_END


_FAR = r"(?:0000|2099|[3-9][0-9]{3}|2[1-9][0-9]{2})"
_NO_END_YEAR = re.compile(
    rf"{_FAR}(?:[-/.年][0-9]{{1,2}}[-/.月][0-9]{{1,2}}日?|[0-9]{{4}})(?:[t ].*)?"
    rf"|[0-9]{{1,2}}([-/.])[0-9]{{1,2}}\1{_FAR}(?:[t ].*)?"
)
NO_END_FROM = 2099  # years that stand for no end in dates of any form
_NO_END = {"no end", "no expiry", "no expiration", "does not expire", "never expires"} | words(
    "never unlimited indefinite permanent forever none open-ended no-end no_end 长期 长期有效 永久 "
    "永久有效 无限期 不限 不限期 无限 无期限 永不到期 永不过期 无到期日 "
    "終身 终身 長期 長期有效 無期限 lifetime perpetual"
)


def moment(field: str, value: object) -> datetime:
    """An aware moment that keeps its own offset. One without an offset is refused: it is no moment."""
    if not isinstance(value, str):
        raise BadField(field, Code.MOMENT_KIND, kind=kind_of(value))
    found = text(field, narrow(value), 40)
    try:
        read = datetime.fromisoformat(found.upper())
    except ValueError:
        raise BadField(field, Code.MOMENT_FORM) from None
    if read.tzinfo is None:
        raise BadField(field, Code.MOMENT_OFFSET)
    if not 2000 <= read.year <= 2199:
        raise BadField(field, Code.DATE_YEAR, year=str(read.year), first="2000", last="2199")
    return read


def utc(value: datetime) -> datetime:
    """The same moment in UTC."""
    return value.astimezone(UTC)


def kind_of(value: object) -> Coded:
    """What JSON calls the type of `value`, for errors."""
    if value is None:
        return Coded("json", "null")
    if isinstance(value, bool):
        return Coded("json", "boolean")
    if isinstance(value, int | float | Decimal):
        return Coded("json", "number")
    if isinstance(value, str):
        return Coded("json", "text")
    return Coded("json", "list" if isinstance(value, list | tuple) else "object")
