"""A phone number as people and spreadsheets write it, to E.164."""

from __future__ import annotations

import re
import unicodedata

from chalicelib.intake.values import BadField, kind_of

# Calling codes by ISO country, so that an option can say CN or 86.
_CODES = {
    "CN": "86", "HK": "852", "MO": "853", "TW": "886", "US": "1", "CA": "1", "GB": "44", "SG": "65",
    "MY": "60", "JP": "81", "KR": "82", "AU": "61", "NZ": "64", "IN": "91", "DE": "49", "FR": "33",
    "ES": "34", "IT": "39",
}  # fmt: skip
# Countries whose numbers we know the shape of: a wrong one is refused here, not by the network.
_SHAPES = {
    "86": (re.compile(r"1[3-9][0-9]{9}"), "11 digits that begin with 13 to 19"),
    "1": (re.compile(r"[2-9][0-9]{9}"), "10 digits, the first not 0 or 1"),
}
_SEPARATORS = re.compile(r"[ .\-()\u2010-\u2015\u2212\u30fb_]+")


def country_code(option: str) -> str:
    """`CN`, `+86`, `0086` or `86` as `86`; "" stays "". Raises ValueError naming what is accepted."""
    found = unicodedata.normalize("NFKC", option).strip().upper()
    found = _CODES.get(found, found).removeprefix("+").removeprefix("00")
    if found and not re.fullmatch(r"[1-9][0-9]{0,2}", found):
        raise ValueError(
            f"{option!r} is no country: write a calling code such as 86 or one of {', '.join(_CODES)}"
        )
    return found


def e164(field: str, value: object, country: str = "") -> str:
    """The number as `+` and 8 to 15 digits.

    Reads +86 138 0013 8000, 0086-13800138000, 8613800138000, (312) 555-0123 and full-width digits.
    `country` is the calling code of numbers written the national way; without it such a number is
    refused, because 13125550123 is a Shanghai mobile as well as a Chicago number.
    Raises BadField; the error never repeats the number.
    """
    if isinstance(value, float) and value.is_integer() and 0 < value < 10**15:
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise BadField(field, f"must be a number as text such as +8613800138000, not {kind_of(value)}")
    if len(value) > 60:
        raise BadField(field, f"is {len(value)} characters long: one number only, such as +8613800138000")
    written = unicodedata.normalize("NFKC", value)
    # Address books wrap numbers in invisible direction marks.
    written = "".join(c for c in written if unicodedata.category(c) != "Cf").strip()
    if re.fullmatch(r"[0-9]+\.0", written):  # a spreadsheet took the number for a decimal
        written = written[:-2]
    if re.fullmatch(r"[0-9](\.[0-9]+)?[eE]\+?[0-9]+", written):
        raise BadField(
            field, "was rounded by a spreadsheet (1.38E+10): format the column as text and export again"
        )
    written = written.removeprefix("tel:").replace("(0)", " ")
    plus = written.startswith("+")
    digits = _SEPARATORS.sub("", written[1:] if plus else written)
    if not re.fullmatch(r"[0-9]+", digits):
        raise BadField(field, "holds something that is no digit: write it such as +8613800138000")
    return "+" + _checked(field, _international(field, digits, plus, country))


def _international(field: str, digits: str, plus: bool, country: str) -> str:
    """The digits with their country code in front, however the number was dialled."""
    if plus:
        return digits
    if digits.startswith("00"):
        return digits[2:]
    if digits.startswith("011") and country == "1":
        return digits[3:]
    national = digits.removeprefix("0") if country not in ("", "1", "39") else digits
    if country in _SHAPES:
        shape = _SHAPES[country][0]
        if shape.fullmatch(national):
            return country + national
        if digits.startswith(country) and shape.fullmatch(digits.removeprefix(country)):
            return digits
    if digits.startswith("86") and _SHAPES["86"][0].fullmatch(digits[2:]):
        return digits  # 13 digits that begin with 861: nothing else in use looks like this
    if not country:
        raise BadField(field, "has no country code: write it with + and the code, such as +8613800138000")
    if country in _SHAPES:
        return country + national  # wrong in shape: the check that follows says so
    return digits if digits.startswith(country) and len(digits) > 10 else country + national


def _checked(field: str, digits: str) -> str:
    for code, (shape, wanted) in _SHAPES.items():
        if digits.startswith(code):
            if not shape.fullmatch(digits.removeprefix(code)):
                raise BadField(field, f"is no mobile number of +{code}: that has {wanted}")
            return digits
    if digits.startswith("0") or not 8 <= len(digits) <= 15:
        raise BadField(field, "must be + and 8 to 15 digits, country code first")
    return digits
