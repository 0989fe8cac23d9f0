"""A campaign's texts filled for real subscribers: what each comes to, and what of its source gets a mark."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any

from chalicelib.campaigns.campaign import Campaign
from chalicelib.campaigns.live import live
from chalicelib.campaigns.meter import Filled, Mark, Meter, Unfilled, fill_all, varied
from chalicelib.campaigns.meter import marks as marks_in
from chalicelib.campaigns.meter import meter as measured
from chalicelib.console.frame import Visit
from chalicelib.i18n.formats import listed, money
from chalicelib.intake.msisdn import e164
from chalicelib.intake.values import BadField
from chalicelib.store import catalogue, subscriber_scan, subscribers
from chalicelib.store.schema.subscribers import Subscriber

PREVIEWED = 10  # subscribers that a preview is filled with, chosen from
LOOKED_AT = 200
COMPARED = 400_000  # characters of a source times those of its text: more is not searched for the break
_EAST = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")  # kana, Chinese, Hangul
_CODE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Piece:
    """Some characters as they are shown: `kind` is "", chip (a variable), dear (makes it UCS-2) or break (the
    first of a segment); `note` is its replacement or the segment's number."""

    words: str
    kind: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """One step in one language, filled for real subscribers. `pieces` are its source, marked."""

    step: str
    language: str
    pieces: list[Piece]
    meter: Meter | None = None
    phones: list[tuple[Filled, list[Piece]]] = field(default_factory=list)
    unfilled: list[Unfilled] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)


def filled_in(read: Campaign, visit: Visit, only: tuple[str, str] | None = None) -> list[Sample]:
    """Every text of a campaign, or the one of `only` (step, language), for subscribers who differ; the one
    that the form's `who` names (a number or an id) is the first."""
    current = live(catalogue.control())
    chosen = varied(subscriber_scan.part(0, 1, limit=LOOKED_AT).people, PREVIEWED)
    wanted = asked_for(visit.form.get("who", ""))
    chosen = [*wanted, *(one for one in chosen if one not in wanted)]
    found = []
    for step, sources in read.texts.items():
        for language, source in sources.items():
            if only in (None, (step, language)):
                filled, unfilled = fill_all(
                    read, step, chosen, current, prices(), visit.now, language=language
                )
                found.append(_sample(step, language, source, filled, unfilled))
    return found


def asked_for(who: str) -> list[Subscriber]:
    """The subscribers whom a number or an id names."""
    who = who.strip()
    if not who:
        return []
    try:
        return subscribers.by_msisdn(e164("who", who))
    except BadField:
        found = subscribers.get(who)
        return [found] if found else []


def cost_said(read: Campaign, some: Sequence[Subscriber], of: int, visit: Visit) -> str:
    """What the first text comes to for so many people, by some of them: `1,234.50 CNY, 12.00 USD`."""
    filled, _ = fill_all(read, read.first_step, some, live(catalogue.control()), prices(), visit.now)
    sums: dict[str, float] = {}
    for one in filled:
        if one.price:
            sums[one.price.currency] = sums.get(one.price.currency, 0) + float(one.price.amount)
    share = of / len(filled) if filled else 0
    return listed(
        [money(amount * share, currency, visit.language) for currency, amount in sorted(sums.items())],
        visit.language,
    )


def bare(step: str, language: str, source: str) -> Sample:
    """A text that cannot be filled yet, with its marks."""
    marks = _marks(source)
    return Sample(step, language, pieces_of(source, marks, {}), marks=marks)


def _sample(step: str, language: str, source: str, filled: list[Filled], unfilled: list[Unfilled]) -> Sample:
    marks, found = _marks(source), measured(filled)
    typical = found.typical if found else None
    breaks = {
        place: str(number)
        for number, at in enumerate(typical.breaks if typical else (), start=2)
        if typical and (place := place_of(source, typical.body, at)) is not None
    }
    phones = [(one, parts_of(one)) for one in filled]
    return Sample(step, language, pieces_of(source, marks, breaks), found, phones, unfilled, marks)


def parts_of(filled: Filled) -> list[Piece]:
    """A filled text, cut where its further segments begin."""
    ends = [*filled.breaks, len(filled.body)]
    found = [Piece(filled.body[: ends[0]])]
    for number, (begin, end) in enumerate(pairwise(ends), start=2):
        found += [Piece("", "break", str(number)), Piece(filled.body[begin:end])]
    return found


def pieces_of(source: str, marks: Sequence[Mark], breaks: Mapping[int, str]) -> list[Piece]:
    """A source cut at its variables, its dear characters and where segments begin."""
    cuts: dict[int, tuple[int, Piece]] = {
        one.index: (one.index + len(one.character), Piece(one.character, "dear", one.replacement or ""))
        for one in marks
    }
    cuts |= {one.start(): (one.end(), Piece(one[0], "chip")) for one in _CODE.finditer(source)}
    return [one for one in _cut(source, cuts, breaks) if one.words or one.kind]


def _cut(source: str, cuts: Mapping[int, tuple[int, Piece]], breaks: Mapping[int, str]) -> Iterator[Piece]:
    at = begin = 0
    while at <= len(source):
        if at in breaks or at in cuts or at == len(source):
            yield Piece(source[begin:at])
            begin = at
            if at in breaks:
                yield Piece("", "break", breaks[at])
            if at in cuts:
                begin, piece = cuts[at]
                yield piece
        at = max(at + 1, begin)


def place_of(source: str, body: str, at: int) -> int | None:
    """Where in a source the character `at` of its filled text is: the character itself, or the variable that
    it comes from; None where nobody can say."""
    if len(source) * len(body) > COMPARED:
        return None
    before = 0
    for one in SequenceMatcher(None, source, body, autojunk=False).get_matching_blocks():
        if at < one.b:
            return before
        if at < one.b + one.size:
            return _begin_of_code(source, one.a + at - one.b)
        before = one.a + one.size
    return None


def _begin_of_code(source: str, at: int) -> int:
    """A place inside of a variable is the variable's first."""
    return next((one.start() for one in _CODE.finditer(source) if one.start() < at < one.end()), at)


def _marks(source: str) -> list[Mark]:
    """What makes a text UCS-2; nothing for one in a script that is UCS-2 anyway."""
    return [] if _EAST.search(source) else marks_in(source)


def prices() -> Mapping[str, Any]:
    """The live price list."""
    number = catalogue.control().live.get("prices")
    return catalogue.documents([("prices", number)])["prices"] if number else {}
