"""What came of campaigns: the funnel, what held texts back, and figures by day and dimension."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.campaigns import lifecycle, tally
from chalicelib.campaigns.facts import titled
from chalicelib.campaigns.live import Live, live
from chalicelib.campaigns.tally import Funnel, Rate
from chalicelib.console.campaigns import called
from chalicelib.console.care import inert
from chalicelib.console.frame import MARKETING, File, NotHere, Page, Route, Visit, whole
from chalicelib.i18n.codes import named
from chalicelib.store import catalogue, drill_down, versions
from chalicelib.store import results as counters
from chalicelib.store.drill_down import SegmentFound, WantedValues
from chalicelib.store.schema.conversations import Reply, Survey, Text

STEPS: Mapping[str, WantedValues] = {
    "planned": {},
    "sent": {Text.status: ("sent", "delivered", "undelivered")},
    "delivered": {Text.status: ("delivered",)},
    "suppressed": {Text.status: ("suppressed",)},
    "held": {Text.status: ("held",)},
    "failed": {Text.status: ("failed",)},
    "undelivered": {Text.status: ("undelivered",)},
    "answered": {Reply.applied: (True,)},
    "scored": {Survey.score: (None,)},
}
"""What an item that a figure counts has; the answered are replies, the scored surveys, the others texts."""


@dataclass(frozen=True, slots=True)
class PartFigures:
    """The figures of one part of a campaign, with the rates that are compared."""

    value: str
    funnel: Funnel
    delivered: Rate | None
    answered: Rate | None
    opted_out: Rate | None


def results_list(visit: Visit) -> Page:
    """Every campaign with its figures, all versions together."""
    current = live(catalogue.control())
    found = []
    for name in versions.names("campaign#"):
        campaign = name.partition("#")[2]
        whole = _whole(campaign)
        if whole:
            found.append((_called(campaign, current, visit), part(campaign, whole)))
    return Page("results.html", "Results", {"found": found})


def _called(campaign: str, current: Live, visit: Visit) -> str:
    """The title of a campaign: as it is live, else as it was last written; its id where it has none."""
    if campaign in current.campaigns:
        return titled(current.campaigns[campaign].title, visit.language) or campaign
    past = lifecycle.history(f"campaign#{campaign}")
    return called(past[0], visit) if past else campaign


def _whole(campaign: str) -> dict[str, float]:
    total: dict[str, float] = {}
    for version in counters.totals(tally.scope_of(campaign)):
        for name, amount in version.figures.items():
            total[name] = total.get(name, 0) + amount
    return total


def part(value: str, figures: Mapping[str, float]) -> PartFigures:
    """A counter's figures as a row of a page."""
    one = tally.funnel(figures)
    return PartFigures(
        value,
        one,
        tally.rate(one.delivered, one.sent),
        tally.rate(one.replies, one.delivered),
        tally.rate(one.opt_outs, one.delivered),
    )


def of_campaign(visit: Visit) -> Page | File:
    """One campaign's results, of a version or of all."""
    campaign = visit.args["id"]
    by_version = tally.by_dimension(counters.of_scope(tally.scope_of(campaign)))
    asked = visit.query.get("version", "")
    by = tally.merged(by_version, whole(asked) if asked else None)
    days = tally.by_day(by.get("hour", {}), visit.zone)
    if visit.query.get("as") == "csv":
        return _csv(campaign, by, days)
    total = part("", by.get("total", {}).get("", {}))
    control = catalogue.control()
    current = live(control)
    return Page(
        "campaign_results.html",
        "Results of %(id)s",
        {
            "campaign": campaign,
            "total": total,
            "versions": sorted(by_version, reverse=True),
            "asked": asked,
            "days": [part(day, figures) for day, figures in days.items()],
            "by": {
                dimension: [part(value, figures) for value, figures in sorted(by[dimension].items())]
                for dimension in tally.dimensions(by)
            },
            "attributes": {
                name: titled(one.field.title, visit.language) or name
                for name, one in current.vocabulary.attributes.items()
            },
            "reasons": [
                (kind, reason, named("reason", reason, visit.language), count)
                for kind, found in _reasons(total.funnel)
                for reason, count in found.items()
            ],
            "satisfied": _satisfied(campaign, total.funnel, current),
            "paused": control.holds_back(campaign),
            "live": control.live.get(f"campaign#{campaign}", 0),
        },
        name=_called(campaign, current, visit),
    )


def _satisfied(campaign: str, one: Funnel, current: Live) -> int | None:
    """How many scores are good, by the live survey; None where there is none."""
    read = current.campaigns.get(campaign)
    if read is None or read.survey is None:
        return None
    return one.satisfied(read.survey.dissatisfied)


@dataclass(frozen=True, slots=True)
class DrillLine:
    """One text, reply or survey in the list that a figure opens. `at` is ISO in UTC."""

    at: str
    msisdn: str
    status: str = ""
    kind: str = ""  # what a reply was read as
    reason: str = ""
    version: int = 0
    variant: str = ""
    language: str = ""
    region: str = ""
    tier: str = ""
    segments: int = 0
    score: int | None = None


def line(item: Text | Survey | Reply) -> DrillLine:
    """How an item is listed."""
    match item:
        case Reply(received_at=at, msisdn=msisdn, reading=reading):
            return DrillLine(at, msisdn, kind=reading.get("kind", ""), score=reading.get("score"))
        case Survey(scored_at=at, msisdn=msisdn, version=version, language=language, score=score):
            return DrillLine(at, msisdn, version=version, language=language, score=score)
        case Text() as text:
            return DrillLine(
                text.sent_at or text.at,
                text.msisdn,
                text.status,
                "",
                text.reason,
                text.version,
                text.variant,
                text.language,
                text.region,
                text.tier,
                text.parts or text.segments,
            )


def texts(visit: Visit) -> Page:
    """The texts that a figure counts: looked for segment by segment, so that it never takes long."""
    campaign, step = visit.args["id"], visit.query.get("step", "planned")
    if step not in STEPS:
        raise NotHere
    wanted = dict(STEPS[step])
    version = whole(visit.query.get("version", ""))
    if version is not None and step not in ("scored", "answered"):
        wanted[Text.version] = (version,)
    if visit.query.get("reason"):
        wanted[Text.reason] = (visit.query["reason"],)
    begin = whole(visit.query.get("part", "")) or 0
    found: SegmentFound[Any]
    if step == "answered":
        found = drill_down.replies_to(campaign, wanted, begin=begin)
    elif step == "scored":
        found = drill_down.surveys_of(campaign, wanted, begin=begin)
    else:
        found = drill_down.texts_of(campaign, wanted, begin=begin)
    lines = [line(one) for one in found.items]
    reasons = {one.reason: named("reason", one.reason, visit.language) for one in lines}
    data = {
        "campaign": campaign,
        "step": step,
        "found": found,
        "lines": lines,
        "begin": begin,
        "reasons": reasons,
    }
    name = _called(campaign, live(catalogue.control()), visit)
    return Page("drill_down.html", "Texts of %(id)s", data, name=name)


def _reasons(one: Funnel) -> list[tuple[str, Mapping[str, int]]]:
    return [
        ("suppressed", one.suppressed),
        ("held", one.held),
        ("failed", one.failed),
        ("undelivered", one.undelivered),
    ]


def _csv(campaign: str, by: Mapping[str, Mapping[str, Any]], days: Mapping[str, Any]) -> File:
    out = io.StringIO()
    writer = csv.writer(out)
    parts = {"total": by.get("total", {}), "day": days} | {one: by[one] for one in tally.dimensions(by)}
    names = sorted({name for values in parts.values() for figures in values.values() for name in figures})
    writer.writerow(["by", "value", *names])
    for dimension, values in parts.items():
        for value, figures in sorted(values.items()):
            writer.writerow([dimension, inert(value), *(figures.get(name, 0) for name in names)])
    return File(f"results-{campaign}.csv", "text/csv; charset=utf-8", "\ufeff" + out.getvalue())


ROUTES = (
    Route("GET", "/results", MARKETING, results_list),
    Route("GET", "/results/{id}", MARKETING, of_campaign),
    Route("GET", "/results/{id}/texts", MARKETING, texts),
)
