"""Reading a reply: plain digits, the opt-out and opt-in keywords, help. (The full reader replaces this.)"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from chalicelib.replies.survey import Survey


@dataclass(frozen=True, slots=True)
class Reading:
    """What was written, as far as it is certain; `why` names the rule."""

    kind: str
    score: int | None = None
    choice: str | None = None
    scope: str | None = None
    why: str = ""


def read(text: str, survey: Survey | None) -> Reading:
    """The kind of a reply."""
    plain = unicodedata.normalize("NFKC", text).strip().strip(".!。！").casefold()
    if plain in {"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "td", "t", "退订"}:
        return Reading("opt_out", scope="all", why="keyword")
    if plain in {"start", "unstop"}:
        return Reading("opt_in", why="keyword")
    if plain in {"help", "info", "帮助"}:
        return Reading("help", why="keyword")
    if survey and plain.isdecimal() and len(plain) < 4:
        low, high = survey.scale
        score = int(plain)
        return (
            Reading("rating", score, why="digits")
            if low <= score <= high
            else Reading("ask", why="outside the scale")
        )
    return Reading("text", why="nothing else fits")
