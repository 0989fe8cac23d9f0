"""The administrator's page of how the service is: each station of a text's way, what needs a person, who
sends, and the switch for everything at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.campaigns import tally
from chalicelib.campaigns.facts import titled
from chalicelib.campaigns.live import live
from chalicelib.care import reads
from chalicelib.care.current import unread
from chalicelib.clock import iso
from chalicelib.console import charts
from chalicelib.console.frame import ADMIN, Page, Redirect, Route, Visit
from chalicelib.console.trail import noted
from chalicelib.delivery.stations import Station, stations
from chalicelib.i18n.problems import every
from chalicelib.i18n.translations import N_
from chalicelib.store import catalogue, results
from chalicelib.store.records import Brand
from chalicelib.store.schema.catalogue import Control

# Files and events come in, the planner adds its own; between outbox and receipts stand the networks.
BEFORE = ("drops", "intake", "runs", "outbox-urgent", "outbox-bulk")
AFTER = ("receipts", "replies")

HOURS = 24  # that the chart shows


@dataclass(frozen=True, slots=True)
class Sender:
    """An originator of a brand; `until` is when it is tried again while it keeps failing, else ""."""

    brand: str
    identity: str
    gateway: str
    per_second: float
    backup: str
    until: str


def health(visit: Visit) -> Page:
    """How the queues were a minute ago at most, what follows from that for people, and what is live."""
    control, load = catalogue.control(), reads.load()
    found = {one.queue: one for one in stations(load.queues, visit.now)}
    known = live(control)
    sending = senders(known.brands.values(), control, visit.now, visit.language)
    behind = [one for one in found.values() if one.state == "behind"]
    dead = sum(one.dead for one in found.values())
    silent = any(one.state == "unknown" for one in found.values())
    spared = [one for one in sending if one.until]
    odd = unread(known)
    return Page(
        "health.html",
        "Health",
        {
            "control": control,
            "load": load,
            "before": [found[name] for name in BEFORE],
            "after": [found[name] for name in AFTER],
            "looked": looked_at(found.values()),
            "silent": silent,
            "behind": behind,
            "dead": dead,
            "chart": _last_day(visit),
            "senders": sending,
            "spared": spared,
            "unread": [
                (name, every(problems, visit.language), name.removeprefix("campaign#"))
                for name, problems in sorted(odd.items())
            ],
            "needs": len(behind) + len(odd) + bool(dead) + bool(spared) + silent + control.paused_all,
            "paused_titles": sorted(
                titled(known.campaigns[id].title, visit.language) or id if id in known.campaigns else id
                for id in control.paused
            ),
        },
    )


def by_hour(now: datetime) -> list[tuple[datetime, int, int]]:
    """Each of the last 24 hours (UTC, the one that runs last) with how many texts were sent and how many of
    them were delivered."""
    begun = now.replace(minute=0, second=0, microsecond=0)
    hours = [begun - timedelta(hours=n) for n in range(HOURS - 1, -1, -1)]
    first, last = (iso(hour)[:13] for hour in (hours[0], hours[-1]))
    counted = {one.counter: one.figures for one in results.by_day(tally.ALL_TEXTS, first, last)}
    figures = [(hour, counted.get(f"{iso(hour)[:13]}#", {})) for hour in hours]
    return [(hour, int(of.get("sent", 0)), int(of.get("delivered", 0))) for hour, of in figures]


def _last_day(visit: Visit) -> Mapping[str, Any] | None:
    """The chart of the last 24 hours; None where nothing went out."""
    hours = by_hour(visit.now)
    sent, delivered = [one[1] for one in hours], [one[2] for one in hours]
    if not any(sent):
        return None
    top = charts.top_of(sent)
    zone = ZoneInfo(visit.zone)
    return {
        "ticks": charts.ticks(top),
        "delivered": charts.line(sent, top),
        "answered": charts.line(delivered, top),
        "under": [f"{hours[n][0].astimezone(zone):%H:%M}" for n in charts.marks(len(hours))],
        "sent": sum(sent),
        "arrived": sum(delivered),
    }


def looked_at(found: Iterable[Station]) -> datetime | None:
    """Since when the whole picture holds: the oldest look; None where a queue was never looked at."""
    times = [one.at for one in found]
    return None if None in times else min(one for one in times if one)


def senders(brands: Iterable[Brand], control: Control, now: datetime, language: str) -> Sequence[Sender]:
    """Who sends, by brand; those that are left alone now first."""
    spared = control.spared(iso(now))
    found = [
        Sender(
            titled(brand.title, language) or brand.id,
            one.identity,
            one.gateway,
            one.per_second,
            one.backup,
            control.failing[one.identity] if one.identity in spared else "",
        )
        for brand in brands
        for one in brand.originators
    ]
    return sorted(found, key=lambda one: (not one.until, one.brand, one.identity))


def switch(visit: Visit) -> Redirect:
    """Pause or resume every campaign."""
    pause = visit.form.get("what") == "pause"
    before = catalogue.control().paused_all
    (catalogue.pause if pause else catalogue.resume)(None)
    noted(visit, "pause_all" if pause else "resume_all", "control", before=before, after=pause)
    return Redirect("/service", N_("Everything is paused.") if pause else N_("Everything goes on."))


ROUTES = (
    Route("GET", "/service", ADMIN, health),
    Route("POST", "/service", ADMIN, switch),
)
