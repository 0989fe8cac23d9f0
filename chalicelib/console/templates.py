"""Every text that marketing has written, in one list: where it stands, what it is written in, and where to
change it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from chalicelib.campaigns.facts import titled
from chalicelib.campaigns.meter import marks
from chalicelib.console import sentences
from chalicelib.console.frame import MARKETING, Page, Route, Visit
from chalicelib.store import versions
from chalicelib.store.schema.catalogue import Document


@dataclass(frozen=True, slots=True)
class TemplateText:
    """One step of a campaign's latest version in one language."""

    campaign: str
    title: str
    step: str
    language: str
    source: str
    dear: str  # the characters that needlessly make it UCS-2
    gsm: bool  # nothing in its own words makes it UCS-2
    version: Document


def templates(visit: Visit) -> Page:
    """The texts of every campaign, found by words of theirs or by the campaign's name."""
    asked = visit.query.get("q", "").strip().lower()
    language = visit.query.get("language", "")
    every = [text for one in versions.latest_of("campaign#") for text in _texts(one, visit.language)]
    shown = [
        one
        for one in every
        if asked in f"{one.campaign} {one.title} {one.source}".lower() and language in ("", one.language)
    ]
    languages = sorted({one.language for one in every})
    names = sentences.step_names({one.step: {} for one in every}, visit.language)
    data = {"texts": shown, "languages": languages, "count": len(every), "step_names": names}
    return Page("templates.html", "Templates", data)


def _texts(latest: Document, language: str) -> Iterator[TemplateText]:
    title = titled(latest.document.get("title"), language) or latest.campaign
    texts = latest.document.get("texts")
    for step, sources in texts.items() if isinstance(texts, Mapping) else ():
        for written_in, source in sources.items() if isinstance(sources, Mapping) else ():
            if not isinstance(source, str):
                continue  # of a version that was damaged, which its own page says
            found = marks(source)
            mendable = all(one.replacement is not None for one in found)
            dear = "".join(dict.fromkeys(one.character for one in found)) if mendable else ""
            yield TemplateText(latest.campaign, title, step, written_in, source, dear, not found, latest)


ROUTES = (Route("GET", "/templates", MARKETING, templates),)
