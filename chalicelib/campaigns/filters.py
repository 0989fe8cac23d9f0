"""The filters texts may use: sizes, money, dates, names and numbers as a reader of the language expects them.

Every filter takes the language family ("zh" or "en") and a fact and returns words. A value it cannot
say raises ValueError, because a text with a hole in it must not go out. No filter makes its input
longer than a few characters, whatever its arguments are: that is what keeps texts bounded.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date as Date
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from jinja2 import Undefined

from chalicelib.campaigns.campaign_codes import CampaignCode as Code
from chalicelib.campaigns.not_known import WORKED_OUT, NotKnown
from chalicelib.problems import BadValue

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
SIGNS = {"USD": "$", "CNY": "¥", "EUR": "€", "GBP": "£", "JPY": "¥"}
CHINESE_MONEY = {"CNY": "元", "USD": "美元", "EUR": "欧元", "GBP": "英镑", "JPY": "日元", "HKD": "港元"}
UNITS = {
    "zh": {"min": "分钟", "count": "条"},
    "en": {"min": " min", "count": " texts"},
}
BIGGEST = 1e15  # beyond it a number in a text is a mistake


def family(language: str) -> str:
    """The language whose customs apply: "zh" for zh-CN and its relatives, else "en"."""
    return "zh" if language[:2].lower() == "zh" else "en"


def shown(value: object) -> str:
    """What `{{ variable }}` alone prints: text as it is, numbers without a tail of decimals.

    Raises ValueError when there is nothing to print, so that no text goes out with a gap."""
    if type(value) is str and value:
        return value
    if value is None or value == "":  # asking a missing one raises, naming it
        raise BadValue(Code.EMPTY_VARIABLE)
    return said(value)


def said(value: object) -> str:
    """What any other value prints: as `shown`, but "" may be meant."""
    if value is WORKED_OUT:
        raise BadValue(Code.NOT_WORKED_OUT)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise BadValue(Code.NOT_PRINTABLE, value=_said(value))
    return _number(_value(value), 2, "")


def number(language: str, value: object, decimals: object = 2) -> str:
    """1234.5 -> "1,234.5": thousands separated, at most so many decimals (0 to 6), no trailing zeros."""
    del language  # the same in both
    places = int(decimals) if isinstance(decimals, int | float) and 0 <= decimals <= 6 else 2
    return _number(_value(value), places, ",")


def percent(language: str, value: object) -> str:
    """89.96 -> "89%": whole, and rounded down, so that a text never says 100% before it is."""
    del language
    return f"{math.floor(_value(value) + 1e-9)}%"


def data_size(language: str, value: object) -> str:
    """Megabytes as people say them: 512 -> "512MB" (zh) or "512 MB" (en), 1536 -> "1.5GB", by 1,024."""
    size, unit = _value(value), "MB"
    for bigger in ("GB", "TB"):
        if abs(size) < 1024:
            break
        size, unit = size / 1024, bigger
    return f"{_number(size, 1, ',')}{'' if language == 'zh' else ' '}{unit}"


def minutes(language: str, value: object) -> str:
    """90 -> "90分钟" or "90 min"."""
    return amount(language, value, "min")


def amount(language: str, value: object, unit: object = "MB") -> str:
    """A quantity in its `unit`, as usage events carry it: MB, min or count."""
    if unit == "MB":
        return data_size(language, value)
    words = UNITS[language].get(unit) if isinstance(unit, str) else None
    if words is None:
        raise BadValue(Code.NO_SUCH_UNIT, value=_said(unit))
    return f"{_number(_value(value), 1, ',')}{words}"


def money(language: str, value: object, currency: object = "CNY") -> str:
    """30 CNY -> "30元" or "¥30"; 9.5 USD -> "9.50美元" or "$9.50"."""
    amount_ = _value(value)
    words = _number(amount_, 0, ",") if amount_ == int(amount_) else f"{amount_:,.2f}"
    if not isinstance(currency, str) or not (currency.isalpha() and len(currency) == 3):
        raise BadValue(Code.NOT_A_CURRENCY, value=_said(currency))
    code = currency.upper()
    if language == "zh":
        return f"{words}{CHINESE_MONEY.get(code, ' ' + code)}"
    return f"{SIGNS[code]}{words}" if code in SIGNS else f"{code} {words}"


def date(language: str, value: object, zone: object = "") -> str:
    """An ISO date, or a moment seen in `zone`: 2026-11-30 -> "11月30日" or "Nov 30"."""
    day = _day(value, zone)
    return f"{day.month}月{day.day}日" if language == "zh" else f"{MONTHS[day.month - 1]} {day.day}"


def long_date(language: str, value: object, zone: object = "") -> str:
    """With the year: "2026年11月30日" or "Nov 30, 2026"."""
    year = _day(value, zone).year
    words = date(language, value, zone)
    return f"{year}年{words}" if language == "zh" else f"{words}, {year}"


def time(language: str, value: object, zone: object = "") -> str:
    """The clock time of a moment in `zone` (else in its own offset): "18:30" or "6:30 pm"."""
    moment = _moment(value, zone)
    if language == "zh":
        return f"{moment.hour}:{moment.minute:02d}"
    return f"{moment.hour % 12 or 12}:{moment.minute:02d} {'am' if moment.hour < 12 else 'pm'}"


def name(language: str, value: object) -> str:
    """How to call somebody: the whole name in Chinese, the first name in English; "" when unknown."""
    whole = " ".join(_words(value).split())
    return whole.split(" ")[0] if language == "en" and whole else whole


def greeting(language: str, value: object) -> str:
    """`{{ name | greeting }}`: "王芳，您好" or "Hi Emily"; without a name "您好" or "Hi"."""
    called = name(language, value)
    if language == "zh":
        return f"{called}，您好" if called else "您好"
    return f"Hi {called}" if called else "Hi"


def city(language: str, value: object) -> str:
    """The city of "province/city" or "province/city/county", the province where there is no city."""
    del language
    return _words(value).split("/")[:2][-1]


def province(language: str, value: object) -> str:
    """The first part of "province/city/county"."""
    del language
    return _words(value).partition("/")[0]


def upper(language: str, value: object) -> str:
    """Capital letters."""
    del language
    return _words(value).upper()


def lower(language: str, value: object) -> str:
    """Small letters."""
    del language
    return _words(value).lower()


def default(language: str, value: object, other: object = "") -> object:
    """`other` when the fact is empty or absent."""
    del language
    return other if isinstance(value, Undefined) or value is None or value == "" else value


def absolute(language: str, value: object) -> float | NotKnown:
    """A number without its sign, for "3 GB over"."""
    del language
    return WORKED_OUT if isinstance(value, NotKnown) else abs(_value(value))


def length(language: str, value: object) -> int | NotKnown:
    """How many entries a list has, or characters a text."""
    del language
    if isinstance(value, NotKnown):
        return WORKED_OUT
    if isinstance(value, str | list | tuple):
        return len(value)
    raise BadValue(Code.NO_LENGTH)


FILTERS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "abs": absolute,
        "amount": amount,
        "city": city,
        "data_size": data_size,
        "date": date,
        "default": default,
        "greeting": greeting,
        "length": length,
        "long_date": long_date,
        "lower": lower,
        "minutes": minutes,
        "money": money,
        "name": name,
        "number": number,
        "percent": percent,
        "province": province,
        "time": time,
        "upper": upper,
    }
)


NOT_WORDS = frozenset(["abs", "default", "length"])  # they return values, not yet words


def _value(value: object) -> float:
    if type(value) is not float and type(value) is not int:
        if isinstance(value, Undefined):
            str(value)  # raises, naming the variable
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            raise BadValue(Code.VALUE_NOT_NUMBER, value=_said(value))
    if not -BIGGEST < value < BIGGEST:  # also refuses nan
        raise BadValue(Code.VALUE_TOO_BIG)
    return float(value)


def _number(value: float, decimals: int, separator: str) -> str:
    if value.is_integer():
        return f"{int(value):{separator}d}"
    # Half up, as people round; the small nudge undoes what binary fractions take away.
    scale = 10**decimals
    rounded = math.floor(abs(value) * scale + 0.5 + 1e-9) / scale
    words = f"{rounded:{separator}.{decimals}f}"
    if decimals:
        words = words.rstrip("0").rstrip(".")
    return f"-{words}" if value < 0 and rounded else words


def _words(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Undefined):
        str(value)  # raises, naming the variable
    if value is None:
        return ""
    raise BadValue(Code.VALUE_NOT_TEXT, value=_said(value))


def _day(value: object, zone: object) -> Date:
    words = _words(value)
    if len(words) == 10:
        try:
            return Date.fromisoformat(words)
        except ValueError:
            raise BadValue(Code.VALUE_NOT_DATE, value=_said(value)) from None
    return _moment(value, zone).date()


def _moment(value: object, zone: object) -> datetime:
    words = _words(value)
    try:
        moment = datetime.fromisoformat(words)
    except ValueError:
        raise BadValue(Code.VALUE_NOT_MOMENT, value=_said(value)) from None
    if isinstance(zone, str) and zone and moment.tzinfo is not None:
        try:
            return moment.astimezone(ZoneInfo(zone))
        except OverflowError:
            raise BadValue(Code.VALUE_NOT_MOMENT, value=_said(value)) from None
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise BadValue(Code.VALUE_NOT_ZONE, value=_said(zone)) from None
    return moment


def _said(value: object) -> str:
    """A value in an error: short, and never a whole text that might be personal."""
    words = repr(value)
    return words if len(words) <= 30 else words[:27] + "…"
