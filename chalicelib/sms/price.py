"""What a text costs: a price list by country calling code, multiplied by its segments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

LONGEST_CODE = 7  # digits of the longest prefix a list may hold; NANP areas (1 868) need four


@dataclass(frozen=True, slots=True)
class Price:
    """An exact amount of money."""

    amount: Decimal
    currency: str  # ISO 4217


def price(number: str, segments: int, table: Mapping[str, Mapping[str, Any]]) -> Price | None:
    """The list price of `segments` segments to `number`, an MSISDN or a country calling code.

    `table` maps calling codes, digits only, to {"per_segment": decimal text, "currency": ISO 4217}; the
    longest code that `number` begins with decides. None when there is no such code: not free, unknown.
    Raises ValueError, naming the code, when its entry is not a price.
    """
    digits = number.removeprefix("+")
    for length in range(min(len(digits), LONGEST_CODE), 0, -1):
        entry = table.get(digits[:length])
        if entry is not None:
            return _times(digits[:length], entry, segments)
    return None


def _times(code: str, entry: Mapping[str, Any], segments: int) -> Price:
    try:
        each, currency = Decimal(str(entry["per_segment"])), str(entry["currency"])
    except (KeyError, TypeError, InvalidOperation) as error:
        raise ValueError(f'price of {code}: needs "per_segment", such as "0.0083", and "currency"') from error
    if not each.is_finite() or each < 0:
        raise ValueError(f"price of {code}: per_segment {each} is not an amount")
    return Price(each * segments, currency)
