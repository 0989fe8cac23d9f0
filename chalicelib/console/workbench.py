"""The list of cases that stays open, beside a case or alone: its first page, its counts, what came since."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode

from chalicelib.care import reads
from chalicelib.care.changes import NotFound
from chalicelib.care.current import Current, current
from chalicelib.clock import iso, parse
from chalicelib.console.frame import CARE, BadForm, File, NotHere, Route, Visit
from chalicelib.console.history import called_by
from chalicelib.console.listing import (
    FILTERS,
    PAGE,
    CaseLine,
    clock_of,
    first_page,
    named_in,
    tab_counts,
    tab_of,
)
from chalicelib.console.menu import figures
from chalicelib.i18n.translations import say
from chalicelib.store.relationship import replies_of
from chalicelib.store.schema.cases import Case

BESIDE = 15  # cases listed beside an open one
OLDEST = timedelta(days=1)  # a page that was open for longer says no more than what came in that time


@dataclass(frozen=True, slots=True)
class Beside:
    """The list that a case was opened from, as its address or its form says; without one the visitor's own
    teams'."""

    cases: list[CaseLine]
    address: str  # that part of an address
    tab: str
    load: reads.Load
    counts: Mapping[str, int]  # of each tab
    named_in: frozenset[str]  # cases whose notes name the visitor
    stays: str  # what the page asks with while it stays open, part of an address


def beside(visit: Visit, now: Current) -> Beside:
    """The first cases of that list."""
    there, kept = _list_of(visit)
    tab, load = tab_of(there), reads.load()
    counted = tab_counts(there, load, now, tab)
    try:
        found = first_page(there, now, tab, BESIDE)
    except BadForm:
        found = []
    return Beside(
        cases=[(case, clock_of(case, visit)) for case in found],
        address=urlencode(kept),
        tab=tab,
        load=load,
        counts=counted,
        named_in=named_in(visit),
        stays=urlencode({**kept, "seen": iso(visit.now), "was": counted.get(tab, 0)}),
    )


def _list_of(visit: Visit) -> tuple[Visit, Mapping[str, str]]:
    asked = visit.query if visit.query else dict(parse_qsl(visit.form.get("list", "")))
    kept = {
        name: asked[name] for name in ("tab", *FILTERS) if asked.get(name, "").isprintable() and name in asked
    }
    return replace(visit, query=kept), kept


def news(visit: Visit, now: Current, limit: int, but: str = "") -> dict[str, object]:
    """The counts of the tabs and of the menu, and in words how many cases of the list were opened, came back
    or were written to since it was shown (`seen` in the address, ISO); `n` is None where the list was not
    looked at, because its tab counts what it counted then (`was`). The case `but` is open already, and not
    counted."""
    there, _ = _list_of(visit)
    tab, load = tab_of(there), reads.load()
    counted = tab_counts(there, load, now, tab)
    n = None
    if str(counted.get(tab, 0)) != visit.query.get("was", "") or visit.query.get("look") == "1":
        cases = _came(there, now, tab, visit.query.get("seen", ""), limit)
        n = len([case for case in cases if case.case_id != but])
    newer = say("New or changed: %(n)s. Show", visit.language, n=n) if n else ""
    return {"counts": {**counted, **figures(visit, load)}, "n": n, "newer": newer}


def _came(there: Visit, now: Current, tab: reads.Tab, seen: str, limit: int) -> list[Case]:
    """The cases of the list's first page that came since a time; none where it is no time, or a filter is
    none."""
    try:
        since = iso(max(parse(seen), there.now - OLDEST))
        return [case for case in first_page(there, now, tab, limit) if came(case) > since]
    except ValueError:
        return []


def came(case: Case) -> str:
    """When a case last came to the list's readers: opened, back at a higher level, or written to. ISO."""
    return max(case.opened_at, case.since, case.words_at)


def queue_news(visit: Visit) -> File:
    """For the queue that stays open."""
    return File("news.json", "application/json", json.dumps(news(visit, current(), PAGE)))


def here(visit: Visit) -> File:
    """For a case that stays open: who else has it open, whether it changed, what came to its list, and, where
    a look is asked for, how many replies there are, for those that change no case."""
    try:
        case, others = reads.standing(visit.args["id"], visit.who, visit.now)
    except NotFound:
        raise NotHere from None
    told = {"here": others, "revision": case.revision, "by": called_by(case.changed_by, visit)}
    if visit.query.get("look") == "1" and case.msisdn:
        told["replies"] = len(replies_of(case.msisdn))
    return File(
        "here.json",
        "application/json",
        json.dumps(told | news(visit, current(), BESIDE, case.case_id), ensure_ascii=False),
    )


ROUTES = (
    Route("GET", "/queue/news", CARE, queue_news),
    Route("GET", "/cases/{id}/here", CARE, here),
)
