"""Reading what callers of the JSON interface wrote; every mistake is named with its field."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.clock import parse

LONGEST_BODY = 1600
MOST_TIMES = 100
_MSISDN = re.compile(r"\+?([1-9][0-9]{5,14})")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")


class BadInput(Exception):
    """What a caller sent cannot be used; `field` is where, the text says why and what would be right."""

    def __init__(self, field: str, error: str) -> None:
        super().__init__(error)
        self.field = field
        self.error = error


def document(raw: bytes) -> Any:
    """The JSON of a request's body; nothing at all reads as an empty object."""
    try:
        return json.loads(raw) if raw.strip() else {}
    except ValueError as error:
        raise BadInput("", f"the body is not JSON: {error}") from error


def mapping(raw: Any, field: str = "") -> Mapping[str, Any]:
    """`raw`, which has to be a JSON object."""
    if not isinstance(raw, dict):
        raise BadInput(field, "has to be a JSON object")
    return raw


def msisdn(raw: Any, field: str) -> str:
    """A number as E.164. A `+` that a query string has turned into a space counts as one, so does none."""
    found = _MSISDN.fullmatch(raw.strip()) if isinstance(raw, str) else None
    if found is None:
        raise BadInput(field, f"{raw!r} is not an E.164 number such as +8613800000001")
    return f"+{found[1]}"


def text(raw: Any, field: str, longest: int = 256) -> str:
    """A text that says something."""
    if not isinstance(raw, str) or not raw.strip():
        raise BadInput(field, "is missing, or is not a text")
    if len(raw) > longest:
        raise BadInput(field, f"has {len(raw)} characters, at most {longest} are allowed")
    return raw


def optional_text(raw: Mapping[str, Any], field: str, longest: int = 256) -> str:
    """A text that may be missing, null or empty: then ""."""
    return "" if raw.get(field) in (None, "") else text(raw[field], field, longest)


def moment(raw: str, field: str) -> datetime:
    """An ISO 8601 moment with its offset, which a query string may have turned from +08:00 into ' 08:00'."""
    try:
        return parse(re.sub(r" (?=\d\d:?\d\d$)", "+", raw.strip()))
    except ValueError as error:
        raise BadInput(field, f"{raw!r} is not a moment such as 2026-11-23T08:00:00Z: {error}") from error


def whole(raw: Any, field: str, low: int, high: int) -> int:
    """A whole number, or its digits, within bounds."""
    if isinstance(raw, str) and raw.strip().isdigit():
        raw = int(raw)
    if isinstance(raw, bool) or not isinstance(raw, int) or not low <= raw <= high:
        raise BadInput(field, f"{raw!r} is not a whole number within {low} and {high}")
    return raw


def rates(raw: Any) -> dict[str, float]:
    """Message parts a second by originator."""
    found: dict[str, float] = {}
    for originator, rate in mapping(raw, "rates").items():
        if isinstance(rate, bool) or not isinstance(rate, int | float) or not math.isfinite(rate):
            raise BadInput(f"rates.{originator}", f"{rate!r} is not a number of message parts per second")
        if not 0 < rate <= 1_000_000:
            raise BadInput(f"rates.{originator}", f"{rate} has to be more than 0 and at most 1000000")
        found[text(originator, "rates")] = float(rate)
    return found


def brands(raw: Any) -> list[Mapping[str, Any]]:
    """Brand documents as in templates/brands.yaml; only what the network needs of them is looked at."""
    if not isinstance(raw, list):
        raise BadInput("brands", "has to be a list of brand documents")
    for index, brand in enumerate(raw):
        where = f"brands.{index}"
        for place, one in enumerate(mapping(brand, where).get("originators", ())):
            text(
                mapping(one, f"{where}.originators.{place}").get("identity"),
                f"{where}.originators.{place}.identity",
            )
            rates({one["identity"]: one.get("per_second", 10)})
        mapping(brand.get("title") or {}, f"{where}.title")
    return raw


def person(raw: Any, where: str) -> dict[str, str]:
    """Somebody whose phone is to be on the wall: msisdn, name, language, brand, subscriber_id."""
    one = mapping(raw, where)
    language = optional_text(one, "language", 35)
    if language and not _LANGUAGE.fullmatch(language):
        raise BadInput(f"{where}.language", f"{language!r} is not a language such as zh-CN or en")
    return {
        "msisdn": msisdn(one.get("msisdn"), f"{where}.msisdn"),
        "name": optional_text(one, "name", 80),
        "language": language,
        "brand": optional_text(one, "brand", 80),
        "subscriber_id": optional_text(one, "subscriber_id", 80),
    }
