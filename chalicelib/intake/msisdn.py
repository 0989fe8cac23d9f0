"""A phone number as people and spreadsheets write it, to E.164; phonenumbers decides which numbers exist.

What spreadsheets, address books and dialling habits add is taken away here first. Numbers that no
subscriber holds (premium rate, freephone, pagers ...) are refused. Fixed lines are taken, since many
countries do not tell them from mobiles and some deliver texts to them; not in mainland China, where
none gets any (docs/decisions/numbers.md).
"""

from __future__ import annotations

import os
import re
import unicodedata
from typing import TYPE_CHECKING

from chalicelib.intake.intake_codes import IntakeCode as Code
from chalicelib.intake.values import BadField, kind_of
from chalicelib.problems import BadValue, Coded

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

# Calling codes by ISO country, so that an option can say CN or 86.
_CODES = {
    "CN": "86", "HK": "852", "MO": "853", "TW": "886", "US": "1", "CA": "1", "GB": "44", "SG": "65",
    "MY": "60", "JP": "81", "KR": "82", "AU": "61", "NZ": "64", "IN": "91", "DE": "49", "FR": "33",
    "ES": "34", "IT": "39",
}  # fmt: skip
_SHAPES = {"86", "1"}  # countries whose numbers are simple enough to describe in an error
_MOBILES_ONLY = {"86"}  # fixed lines get no texts there
# Of nobody, by allotment or by promise: for samples and examples, refused in production.
_NOBODYS = (
    re.compile(r"86169[0-9]{8}"),  # allotted to no operator; the sample maker's
    re.compile(r"447700900[0-9]{3}"),  # kept for drama by Ofcom
    re.compile(r"1[2-9][0-9]{2}555[0-9]{4}"),  # exchange 555 of North America; the sample maker's
)
_NO_ZERO_AWAY = ("", "1", "39")  # Italy's numbers keep their 0, North America has none

_SEPARATORS = re.compile(r"[ .\-()\u00b7\u2010-\u2015\u2212\u2022\u30fb\uff65_]+")
_FORMULA = re.compile(r'="?([^"]*)"?')  # how CSV is told to keep a text: ="13800138000"
_ROUNDED = re.compile(r"([0-9])(?:[.,]([0-9]+))?E\+?([0-9]{1,2})", re.IGNORECASE)
_NOTE = re.compile(r"\s*\([^()0-9]*\)\s*$")  # 138 0013 8000 (家)
_EXTENSION = re.compile(r"[0-9)]\s*(?:;?\s*ext\.?\s*=?|x|#|转|分机号?)\s*[0-9]{1,6}$", re.IGNORECASE)
_SEVERAL = re.compile(
    r"(?:[0-9][ .\-]?){7,}\)?\s*(?:[/,;|&、]|或|和|or|and)\s*\+?\(?(?:[0-9][ .\-]?){3,}", re.IGNORECASE
)


def country_code(option: str) -> str:
    """`CN`, `+86`, `0086` or `86` as `86`; "" stays "". Raises BadValue."""
    found = unicodedata.normalize("NFKC", option).strip().upper()
    found = _CODES.get(found, found).removeprefix("+").removeprefix("00")
    if found and not re.fullmatch(r"[1-9][0-9]{0,2}", found):
        raise BadValue(Code.COUNTRY_UNKNOWN, value=option, choices=tuple(_CODES))
    return found


def e164(field: str, value: object, country: str = "") -> str:
    """The number as `+` and 8 to 15 digits, one that exists and can be a subscriber's.

    Reads +86 138 0013 8000, 0086-13800138000, 8613800138000, (312) 555-0123, full-width digits,
    trunk zeros (+44 07700 ...), ="138..." and '138... of spreadsheets.
    `country` is the calling code of numbers written the national way; without it such a number is
    refused, because 13125550123 is a Shanghai mobile as well as a Chicago number.
    Raises BadField, which never repeats the number.
    """
    written = _plain(field, value)
    plus = written.startswith("+")
    digits = _SEPARATORS.sub("", written[1:] if plus else written)
    if not re.fullmatch(r"[0-9]+", digits):
        raise BadField(field, _why_no_digits(written))
    readings = [one for one in _international(digits, plus, country) if one]  # 00 alone leaves nothing
    if not readings:
        raise BadField(field, Code.MSISDN_NO_COUNTRY)
    for reading in readings:
        if found := _existing(reading):
            _may_be_used(field, *found)
            return "+" + found[0]
    return "+" + _refused(field, readings[0])


def _plain(field: str, value: object) -> str:
    """The value as a text without what spreadsheets and address books wrap around a number."""
    if isinstance(value, float) and value.is_integer() and 0 < value < 10**15:
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise BadField(field, Code.MSISDN_NOT_TEXT, kind=kind_of(value))
    if len(value) > 60:
        raise BadField(field, Code.MSISDN_LONG, length=len(value))
    written = unicodedata.normalize("NFKC", value)
    # Address books wrap numbers in invisible direction marks.
    written = "".join(c for c in written if unicodedata.category(c) != "Cf").strip()
    if formula := _FORMULA.fullmatch(written):
        written = formula[1]
    written = written.lstrip("'\u2018\u2019`").strip()
    if re.fullmatch(r"[0-9]+\.0+", written):  # a spreadsheet took the number for a decimal
        written = written.partition(".")[0]
    if short := _ROUNDED.fullmatch(written):
        whole, rest, power = short[1], short[2] or "", int(short[3])
        if len(rest) != power:  # with a digit for each power of ten nothing was lost
            raise BadField(field, Code.MSISDN_ROUNDED)
        written = whole + rest
    written = re.sub(r"^(?:tel|sms|callto):", "", written, flags=re.IGNORECASE)
    return _NOTE.sub("", written.replace("(0)", " "))


def _why_no_digits(written: str) -> str:
    if _EXTENSION.search(written):
        return Code.MSISDN_EXTENSION
    return Code.MSISDN_SEVERAL if _SEVERAL.search(written) else Code.MSISDN_NOT_DIGITS


def _international(digits: str, plus: bool, country: str) -> list[str]:
    """What the digits may mean with their country code in front, the likeliest first; [] without any."""
    if plus:
        return [digits]
    if digits.startswith("00"):
        return [digits[2:]]
    if digits.startswith("011") and country == "1":
        return [digits[3:]]
    found = []
    if country:
        national = digits if country in _NO_ZERO_AWAY else digits.removeprefix("0")
        found.append(country + national)
        if digits.startswith(country):
            found.append(digits)
    if re.fullmatch(r"861[3-9][0-9]{9}", digits):
        found.append(digits)  # nothing else in use looks like this
    return found


def _existing(digits: str) -> tuple[str, int] | None:
    """The number that these digits with country code are, without a trunk zero, and its kind; None: none.

    A kind is known exactly of what phonenumbers' `is_valid_number` takes.
    """
    from phonenumbers import NumberParseException, PhoneNumberType, number_type, parse  # 40 ms: where needed

    if (number := _at_once(digits)) and (kind := number_type(number)) != PhoneNumberType.UNKNOWN:
        return digits, kind
    try:
        number = parse("+" + digits)
    except NumberParseException:
        return None
    code, national = str(number.country_code), str(number.national_number)
    zeros = "0" * (number.number_of_leading_zeros or 1) if number.italian_leading_zero else ""
    found = code + zeros + national
    kind = number_type(number)
    if kind != PhoneNumberType.UNKNOWN or _reaches_nobody(found):
        return found, kind
    if national.startswith(code) and len(national) > 10:  # the code was put before a number that had it
        return _existing(national)
    return None


def _at_once(digits: str) -> PhoneNumber | None:
    """The number, where it needs no reading: reading costs more than all the rest."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneNumber

    for length in (1, 2, 3):
        national = digits[length:]
        if int(digits[:length]) in COUNTRY_CODE_TO_REGION_CODE:
            usual = 7 <= len(national) <= 14 and national[0] != "0"
            return PhoneNumber(int(digits[:length]), int(national)) if usual else None
    return None


def _reaches_nobody(digits: str) -> bool:
    return any(one.fullmatch(digits) for one in _NOBODYS)


def _may_be_used(field: str, digits: str, kind: int) -> None:
    """Raise for a number that exists and is no subscriber's."""
    if kind in _KINDS:
        raise BadField(field, Code.MSISDN_KIND, kind=Coded("number_kind", _KINDS[kind]))
    if _reaches_nobody(digits):
        if os.environ.get("RINGBACK_STAGE") == "prod":
            raise BadField(field, Code.MSISDN_NOBODY)
    elif kind != _MOBILE and any(digits.startswith(code) for code in _MOBILES_ONLY):
        code = digits[:2]
        raise BadField(field, Code.MSISDN_NO_MOBILE, country=code, shape=Coded("number_shape", code))


_MOBILE = 1
_KINDS = {  # phonenumbers.PhoneNumberType, whose values are part of its interface
    3: "freephone",
    4: "premium",
    5: "shared_cost",
    8: "pager",
    9: "company",
    10: "voicemail",
}


def _refused(field: str, digits: str) -> str:
    """Raise for digits that are no number at all."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

    if digits.startswith("0") or len(digits) > 15:
        raise BadField(field, Code.MSISDN_LENGTH)
    code = next((digits[:n] for n in (1, 2, 3) if int(digits[:n]) in COUNTRY_CODE_TO_REGION_CODE), "")
    if not code:
        raise BadField(field, Code.MSISDN_NO_SUCH_COUNTRY)
    if code in _SHAPES:
        raise BadField(field, Code.MSISDN_NO_MOBILE, country=code, shape=Coded("number_shape", code))
    raise BadField(field, Code.MSISDN_LENGTH if len(digits) < 8 else Code.MSISDN_NOT_IN_USE, country=code)
