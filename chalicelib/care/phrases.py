"""Finding phrases in what a subscriber wrote, Chinese and English, and saying which were found.

A phrase of Latin letters must stand as words of its own; one that ends with `*` goes on as it likes
(`disconnect*`). Chinese has no spaces, so there a phrase is found anywhere, but a longer phrase
swallows the shorter ones inside it (没信号 is not also 信号). A phrase that is denied right before it
(不是网络问题, "not the bill") does not count.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

_DENIED = re.compile(
    r"(?<!是)(?:不是|并非|不关)(?:因为|说|你们|我们|我|你|这次|这个|是)?\Z"
    r"|(?:\bnot|\bisn't|\bwasn't|\bnothing to do with)(?: (?:a|an|the|my|about|because of|with))*\s*\Z"
)


@dataclass(frozen=True, slots=True)
class PhraseFound:
    """A phrase that is in the text: as configured, its weight, where."""

    phrase: str
    weight: float
    start: int
    end: int


def plain(text: str) -> str:
    """As texts are compared: width and case folded, curly quotes straight, spaces single."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    return " ".join(folded.split())


def find(text: str, weights: Mapping[str, float]) -> list[PhraseFound]:
    """The phrases in `text`, each once, in order of their place; shorter ones inside longer ones, and denied
    ones, left out."""
    said = plain(text)
    hits = [
        PhraseFound(phrase, weight, at.start(), at.end())
        for phrase, weight in weights.items()
        for at in _pattern(phrase).finditer(said)
        if not _DENIED.search(said, 0, at.start())
    ]
    hits.sort(key=lambda one: (-(one.end - one.start), one.start, one.phrase))
    taken: list[PhraseFound] = []
    seen: set[str] = set()
    for hit in hits:
        if any(hit.start < one.end and one.start < hit.end for one in taken):
            continue
        taken.append(hit)
    found = []
    for hit in sorted(taken, key=lambda one: one.start):
        if hit.phrase not in seen:
            seen.add(hit.phrase)
            found.append(hit)
    return found


@lru_cache(maxsize=4096)
def _pattern(phrase: str) -> re.Pattern[str]:
    bare = plain(phrase)
    open_ended = bare.endswith("*")
    bare = bare.rstrip("*")
    words = r"\s*".join(re.escape(part) for part in bare.split(" "))
    if " " in bare and bare.isascii():
        words = r"\s+".join(re.escape(part) for part in bare.split(" "))
    left = r"(?<![a-z0-9])" if bare[:1].isascii() else ""
    right = r"(?![a-z0-9])" if bare[-1:].isascii() and not open_ended else ""
    return re.compile(left + words + right)


def bad_phrases(phrases: Iterable[str]) -> list[str]:
    """Those that could never be found, or everywhere: empty, or one Latin letter."""
    return [one for one in phrases if not plain(one).strip("* ") or (len(plain(one)) < 2 and one.isascii())]
