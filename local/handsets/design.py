"""The page of all parts that the console's pages are made of, for the local run and its tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from chalicelib.care.reads import Load
from chalicelib.clock import iso
from chalicelib.console.frame import Page, Visit
from chalicelib.console.rendering import render
from chalicelib.console.talk import Bubble
from chalicelib.i18n.translations import N_

NOW = datetime(2026, 11, 28, 8, tzinfo=UTC)
SAID = (
    (
        "Skylark: How did we do? Reply 1 (bad) to 5 (very good).",
        "【云通】请回复数字打分：5非常满意，1非常不满意。",
    ),
    ("1. No signal in the flat again", "1分，家里又没信号了"),
    ("I am sorry. May I call you at 17:00?", "非常抱歉，17 点给您打电话可以吗？"),
    ("Yes please", "可以"),
)


def page(language: str, theme: str) -> str:
    """Its HTML in a language of pages; `theme` is auto, light or dark."""
    at = iso(NOW - timedelta(minutes=5))
    outs = ("post-complaint-survey", "", "care", "")
    talk = [
        Bubble(at, bool(campaign), said[language != "en"], "delivered" if campaign else "", campaign=campaign)
        for said, campaign in zip(SAID, outs, strict=True)
    ]
    visit = Visit("li.na", "supervisor", language, NOW, "/design", theme=theme)
    load = Load(teams={"care-us": {"overdue": 3}}, inbox=12)
    data = {"talk": talk, "case": {"deadline": at}, "load": load}
    return render(visit, Page("design.html", N_("Components"), data))
