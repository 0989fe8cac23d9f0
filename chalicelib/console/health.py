"""The administrator's page of how the service is: each station of a text's way, what needs a person, who
sends, and the switch for everything at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.campaigns.facts import titled
from chalicelib.campaigns.live import live
from chalicelib.care import reads
from chalicelib.clock import iso
from chalicelib.console.frame import ADMIN, Page, Redirect, Route, Visit
from chalicelib.console.trail import noted
from chalicelib.delivery.stations import Station, stations
from chalicelib.i18n.translations import N_
from chalicelib.store import catalogue
from chalicelib.store.records import Brand
from chalicelib.store.schema.catalogue import Control

# Files and events come in, the planner adds its own; between outbox and receipts stand the networks.
BEFORE = ("drops", "intake", "runs", "outbox-urgent", "outbox-bulk")
AFTER = ("receipts", "replies")


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
            "senders": sending,
            "spared": spared,
            "needs": len(behind) + bool(dead) + bool(spared) + silent + control.paused_all,
            "paused_titles": sorted(
                titled(known.campaigns[id].title, visit.language) or id if id in known.campaigns else id
                for id in control.paused
            ),
        },
    )


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
