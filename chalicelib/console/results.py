"""What came of campaigns: the funnel, what held texts back, and figures by day and dimension."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.campaigns import lifecycle, tally
from chalicelib.campaigns.facts import titled
from chalicelib.campaigns.live import Live, live
from chalicelib.campaigns.tally import Funnel, Rate
from chalicelib.clock import iso
from chalicelib.console import charts
from chalicelib.console.campaigns import called, whole_of
from chalicelib.console.care import inert
from chalicelib.console.frame import MARKETING, File, NotHere, Page, Route, Visit, whole
from chalicelib.console.sorting import in_order
from chalicelib.console.spans import as_many_before, every_day
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
VERSION = "version"  # the breakdown that is no dimension of the counters
SPANS = ("7", "30", "90")  # days that the page can be of, instead of all
CHARTED = 90  # days, the latest
FEW = 100  # texts below which a rate says little


@dataclass(frozen=True, slots=True)
class PartFigures:
    """The figures of one part of a campaign, with the rates that are compared."""

    value: str
    funnel: Funnel
    delivered: Rate | None
    answered: Rate | None
    opted_out: Rate | None


@dataclass(frozen=True, slots=True)
class ResultLine:
    """A campaign in the list of results. `state` is live, paused or "" for neither."""

    title: str
    state: str
    figures: PartFigures


SUMMED = ("planned", "sent", "delivered", "replies", "opt_outs")  # figures of all campaigns together


def _share(one: ResultLine) -> float:
    return one.figures.delivered.share if one.figures.delivered else -1


SORTS: Mapping[str, Callable[[ResultLine], Any]] = {
    "name": lambda one: one.title.casefold(),
    "planned": lambda one: one.figures.funnel.planned,
    "sent": lambda one: one.figures.funnel.sent,
    "delivered": _share,
    "answers": lambda one: one.figures.funnel.replies,
    "opt_outs": lambda one: one.figures.funnel.opt_outs,
    "cost": lambda one: one.figures.funnel.cost,
}


def results_list(visit: Visit) -> Page:
    """Every campaign with its figures, all versions together."""
    control = catalogue.control()
    current = live(control)
    latest = {one.campaign: one for one in versions.latest_of("campaign#")}
    sums = whole_of({campaign: one.number for campaign, one in latest.items()})
    found = []
    for campaign, figures in sums.items():
        state = "paused" if control.holds_back(campaign) else "live" * (campaign in current.campaigns)
        title = _title(campaign, current, visit) or called(latest[campaign], visit)
        found.append(ResultLine(title, state, part(campaign, figures)))
    found.sort(key=lambda one: -one.figures.funnel.planned)
    found = in_order(found, visit.query.get("sort", ""), SORTS)
    total = {name: sum(getattr(one.figures.funnel, name) for one in found) for name in SUMMED}
    return Page("results.html", "Results", {"found": found, "total": total})


def _called(campaign: str, current: Live, visit: Visit) -> str:
    """The title of a campaign: as it is live, else as it was last written; its id where it has none."""
    known = _title(campaign, current, visit)
    past = [] if known else lifecycle.history(f"campaign#{campaign}")
    return called(past[0], visit) if past else known or campaign


def _title(campaign: str, current: Live, visit: Visit) -> str:
    known = current.campaigns.get(campaign)
    return (titled(known.title, visit.language) or campaign) if known else ""


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
    """One campaign's results, of a version or of all; of all days, or of the last 7, 30 or 90 beside as many
    before."""
    campaign = visit.args["id"]
    by_version = tally.by_dimension(counters.of_scope(tally.scope_of(campaign)))
    asked = visit.query.get("version", "")
    by = tally.merged(by_version, whole(asked) if asked else None)
    days = tally.by_day(by.get("hour", {}), visit.zone)
    if visit.query.get("as") == "csv":
        return _csv(campaign, by, days)
    span = _span(visit)
    total = part("", tally.between(days, *span) if span else by.get("total", {}).get("", {}))
    offered = tally.dimensions(by)
    if len(by_version) > 1 and not asked and VERSION not in by:
        by[VERSION] = {
            str(n): dict(found["total"][""]) for n, found in by_version.items() if "total" in found
        }
        offered.append(VERSION)
    shown = visit.query.get("by", "")
    shown = shown if shown in offered else next(iter(offered), "")
    control = catalogue.control()
    current = live(control)
    satisfied = _satisfied(campaign, total.funnel, current)
    steps = charts.steps(total.funnel, satisfied)
    parts = _most_first(part(value, figures) for value, figures in by.get(shown, {}).items())
    shown_days = {day: days.get(day, {}) for day in every_day(*span)} if span else days
    latest = [part(day, figures) for day, figures in shown_days.items()]
    return Page(
        "campaign_results.html",
        "Results of %(id)s",
        {
            "campaign": campaign,
            "total": total,
            "versions": sorted(by_version, reverse=True),
            "asked": asked,
            "spans": SPANS,
            "span": visit.query.get("span", "") if span else "",
            "since": span[0] if span else "",
            "was": _numbers(days, span, campaign, current) if span else (),
            "before": part("", tally.between(days, *as_many_before(*span))) if span else None,
            "days": [day for day in reversed(latest) if day.funnel.planned],
            "chart": _chart(latest[-CHARTED:]),
            "steps": steps,
            "shape": charts.shape([one.n for one in steps]),
            "dimensions": offered,
            "attributes": {
                name: titled(one.field.title, visit.language) or name
                for name, one in current.vocabulary.attributes.items()
            },
            "shown": shown,
            "parts": parts,
            "most": 1 if satisfied is None else _scale(parts),
            "few": FEW,
            "satisfied": satisfied,
            "paused": control.holds_back(campaign),
            "live": control.live.get(f"campaign#{campaign}", 0),
        },
        name=_called(campaign, current, visit),
    )


def _span(visit: Visit) -> tuple[str, str] | None:
    """The first and the last day that the address asks for, on the clock of who looks; None for all."""
    if visit.query.get("span") not in SPANS:
        return None
    today = visit.now.astimezone(ZoneInfo(visit.zone)).date()
    return (today - timedelta(days=int(visit.query["span"]) - 1)).isoformat(), today.isoformat()


def _most_first(parts: Iterable[PartFigures]) -> list[PartFigures]:
    return sorted(parts, key=lambda one: (-one.funnel.planned, one.value))


def _scale(parts: Iterable[PartFigures]) -> float:
    """How far the lines of answer rates reach: to the highest of those that say something."""
    told = (one.answered for one in parts if one.answered and one.answered.of >= FEW)
    return max((rate.high for rate in told), default=1) or 1


def _chart(days: Sequence[PartFigures]) -> Mapping[str, Any] | None:
    """Delivered and answered by day; None where there are no two days."""
    if len(days) < 2:
        return None
    delivered, answered = ([day.funnel.delivered for day in days], [day.funnel.replies for day in days])
    top = charts.top_of([*delivered, *answered])
    return {
        "ticks": charts.ticks(top),
        "delivered": charts.line(delivered, top),
        "answered": charts.line(answered, top) if any(answered) else [],
        "under": [days[n].value[5:] for n in charts.marks(len(days))],
    }


def _numbers(
    days: Mapping[str, Mapping[str, float]], span: tuple[str, str], campaign: str, current: Live
) -> list[int]:
    """What each step of the funnel had on as many days before."""
    earlier = tally.funnel(tally.between(days, *as_many_before(*span)))
    return [one.n for one in charts.steps(earlier, _satisfied(campaign, earlier, current))]


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
    since = _midnight(visit)
    lines = [line(one) for one in found.items if not isinstance(one, Text) or one.at >= since]
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


def _midnight(visit: Visit) -> str:
    """When the day `since` of the address begins for who looks, ISO in UTC; "" for none."""
    try:
        day = date.fromisoformat(visit.query.get("since", ""))
        return iso(datetime.combine(day, time(), ZoneInfo(visit.zone)))
    except (ValueError, OverflowError):
        return ""


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
