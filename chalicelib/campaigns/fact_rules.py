"""What may be typed as a fact of a one-off send: it goes out with words that others approved, and is held
to the kind of its example."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from datetime import date
from typing import Any

from chalicelib.campaigns.campaign_codes import CampaignCode as Code
from chalicelib.problems import BadValue

LONGEST = 100  # characters
_WHOLE = re.compile(r"-?\d{1,12}", re.ASCII)
_DECIMAL = re.compile(r"-?\d{1,12}(\.\d{1,6})?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
# What phones make a link of: a scheme, www, or a host whose last part is letters, in any script and width.
_LINK = re.compile(
    r"[a-z][a-z0-9+.-]*://\S*|www\.\S+|(?:[\w-]+[.。])+[^\W\d_]{2,}(?::\d+)?(?:/\S*)?", re.IGNORECASE
)
_HOST = re.compile(r"(?:[a-z][a-z0-9+.-]*://)?(?:[^/@\s]*@)?([^/:?#\s]+)", re.IGNORECASE)


def fact_from(typed: str, example: Any, hosts: Collection[str] = ()) -> Any:
    """The value of a fact, of the kind that `example` is: a whole number, a number, a day, or words. Links
    lead to `hosts` and what stands below them. Raises BadValue."""
    folded = unicodedata.normalize("NFKC", typed)
    if any(unicodedata.category(one)[0] == "C" or one in "\u2028\u2029" for one in typed):
        raise BadValue(Code.FACT_UNPRINTABLE)
    if isinstance(example, int) and not isinstance(example, bool):
        if not _WHOLE.fullmatch(folded):
            raise BadValue(Code.FACT_NOT_WHOLE)
        return int(folded)
    if isinstance(example, float):
        if not _DECIMAL.fullmatch(folded):
            raise BadValue(Code.FACT_NOT_NUMBER)
        return float(folded)
    if isinstance(example, str) and _DATE.fullmatch(example):
        try:
            return date.fromisoformat(folded).isoformat()
        except ValueError:
            raise BadValue(Code.FACT_NOT_DAY) from None
    if len(typed) > LONGEST:
        raise BadValue(Code.FACT_TOO_LONG, n=len(typed), most=LONGEST)
    for link in _LINK.findall(folded):
        host = _host(link)
        if not any(host == one or host.endswith(f".{one}") for one in hosts):
            raise BadValue(Code.FACT_LINK, host=host)
    return typed


def _host(link: str) -> str:
    found = _HOST.match(link)
    return (found[1] if found else link).replace("。", ".").rstrip(".").lower()
