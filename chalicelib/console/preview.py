"""A campaign's texts filled for real subscribers: what each comes to, and what makes it dearer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.campaigns.campaign import Campaign
from chalicelib.campaigns.live import live
from chalicelib.campaigns.meter import Mark, Meter, Unfilled, fill_all, varied
from chalicelib.campaigns.meter import marks as marks_in
from chalicelib.campaigns.meter import meter as measured
from chalicelib.console.frame import Visit
from chalicelib.store import catalogue, people

PREVIEWED = 10  # subscribers that a preview is filled with, chosen from
LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class Sample:
    """One step in one language, filled for real subscribers."""

    step: str
    language: str
    meter: Meter | None
    unfilled: list[Unfilled]
    marks: list[Mark]


def filled_in(read: Campaign, visit: Visit) -> list[Sample]:
    current = live(catalogue.control())
    chosen = varied(people.part(0, 1, limit=LOOKED_AT).people, PREVIEWED)
    found = []
    for step, sources in read.texts.items():
        for language, source in sources.items():
            filled, unfilled = fill_all(read, step, chosen, current, prices(), visit.now, language=language)
            found.append(Sample(step, language, measured(filled), unfilled, _marks(source)))
    return found


def _marks(source: str) -> list[Mark]:
    """What needlessly makes a text UCS-2; nothing for a text that is Chinese anyway."""
    found = marks_in(source)
    return [one for one in found if one.replacement is not None] if len(found) < 20 else []


def prices() -> Mapping[str, Any]:
    number = catalogue.control().live.get("prices")
    return catalogue.documents([("prices", number)])["prices"] if number else {}
