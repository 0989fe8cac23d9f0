"""The board: how satisfied people are, why they are not and where, and how care keeps its times."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from chalicelib.campaigns import tally
from chalicelib.campaigns.survey_block import SurveyBlock
from chalicelib.campaigns.tally import Rate
from chalicelib.care import figures, reads
from chalicelib.care.current import current
from chalicelib.care.figures import Board, BoardFigures
from chalicelib.care.settings import Team
from chalicelib.console import charts, score_scales
from chalicelib.console.care import table_file
from chalicelib.console.case_names import names
from chalicelib.console.frame import CARE, File, Page, Route, Visit
from chalicelib.console.listing import NONE
from chalicelib.console.score_scales import Scored, Segment
from chalicelib.console.spans import as_many_before, every_day
from chalicelib.i18n.codes import named
from chalicelib.i18n.formats import one_of
from chalicelib.i18n.translations import N_, say

SPANS = ("1", "7", "30", "90")
BREAKDOWNS = ("region", "team", "campaign", "tier", "brand")  # one at a time
ROWS = 20  # of a breakdown, before a link shows all
NAMELESS = {
    "topic": N_("No topic yet"),
    "region": N_("No region"),
    "team": N_("No team"),
    "campaign": N_("No campaign"),
    "tier": N_("No tier"),
    "brand": N_("No brand"),
}
LISTED_WITHOUT = ("topic", "campaign", "tier", "brand")  # a list of cases can be of those that have none


@dataclass(frozen=True, slots=True)
class Look:
    """Who looks at which days: the language, what things are called (`case_names.names`), and what the
    address of a list of the cases of these days has."""

    language: str
    titles: Mapping[str, str]
    span: Mapping[str, str]

    def name(self, dimension: str, value: str) -> str:
        """What a value of a dimension is called, also where it is none."""
        if not value:
            return say(NAMELESS[dimension], self.language)
        return named("tier", value, self.language) if dimension == "tier" else self.titles.get(value, value)

    def cases(self, dimension: str, value: str) -> str:
        """The address of the cases of a value, "" where no list has them."""
        gone = dimension == "team" and value not in self.titles
        if gone or not (value or dimension in LISTED_WITHOUT):
            return ""
        return f"/queue?{urlencode({**self.span, dimension: value or NONE})}"


@dataclass(frozen=True, slots=True)
class BoardLine:
    """One value of a dimension with its figures. `satisfied` is None and `bar` empty without answers; `cases`
    is the address of its cases, "" where no list has them."""

    value: str
    name: str
    cases: str
    one: BoardFigures
    satisfied: Rate | None = None
    bar: Sequence[Segment] = ()


def days_shown(now: datetime, zone: str, teams: Iterable[Team], days: int) -> tuple[str, str]:
    """The first and the last of so many days, ISO. Figures are counted under the day of the team that has the
    case, so where a team's day has begun before that of who looks (`zone`), that is the last."""
    today = now.astimezone(ZoneInfo(zone)).date().isoformat()
    last = max([today, *(team.hours.local_day(now) for team in teams)])
    return (date.fromisoformat(last) - timedelta(days=days - 1)).isoformat(), last


def board(visit: Visit) -> Page | File:
    """Today and the last 7, 30 or 90 days, beside as many before: as a whole, by score, day and topic, and by
    the one dimension that the address names. Figures lead to their cases."""
    days = visit.query["days"] if visit.query.get("days") in SPANS else "30"
    now = current()
    first, last = days_shown(visit.now, visit.zone, now.care.teams.values(), int(days))
    asked = visit.query.get("province", "")
    if visit.query.get("as") == "csv":
        seen = figures.board(first, last, cities=bool(asked))
        return _csv({**seen.by, "region": within(seen.by["region"], asked)})
    shown = visit.query["by"] if visit.query.get("by") in BREAKDOWNS else BREAKDOWNS[0]
    province = asked if shown == "region" else ""
    wanted = tuple(dict.fromkeys(("topic", "campaign", "region", shown)))
    seen = figures.board(first, last, wanted, cities=bool(province))
    look = Look(visit.language, names(now, visit.language), {"tab": "any", "since": first, "until": last})
    surveys = {id: one.survey for id, one in now.live.campaigns.items() if one.survey}
    scored = score_scales.by_scale(seen.by["campaign"], surveys, visit.language)
    parts = within(seen.by[shown], province)
    lines = worst_first(
        BoardLine(
            value,
            look.name(shown, value),
            look.cases(shown, value),
            one,
            tally.rate(one["satisfied"], one["answers"]),
            bar_of(one, scored, surveys.get(value) if shown == "campaign" else None),
        )
        for value, one in parts.items()
    )
    at_once = len(lines) if visit.query.get("all") else ROWS
    load = reads.load()
    data = {
        "days": days,
        "spans": SPANS,
        "breakdowns": BREAKDOWNS,
        "shown": shown,
        "province": province,
        "lines": lines[:at_once],
        "more": len(lines[at_once:]),
        "span": look.span,
        **_whole(seen, scored, look, (first, last)),
        **_beside(seen, scored, (first, last)),
        "load": load,
        "now": _open_cases(load),
    }
    return Page("board.html", "Board", data)


def _whole(seen: Board, scored: list[Scored], look: Look, span: tuple[str, str]) -> dict[str, Any]:
    """What the page says about everybody."""
    dates = every_day(*span)
    shares = [seen.days.get(day, BoardFigures()).share("satisfied", "answers") for day in dates]
    topics = [
        BoardLine(topic, look.name("topic", topic), look.cases("topic", topic), one)
        for topic, one in seen.by["topic"].items()
        if one["opened"] > 0
    ]
    return {
        "total": seen.total,
        "satisfied": tally.rate(seen.total["satisfied"], seen.total["answers"]),
        "scored": [(one, score_scales.rows(one), score_scales.bar(one.scores, one.scale)) for one in scored],
        "best_ones": best_ones(scored, look.language),
        "leaders": {
            dimension: (look.name(dimension, most), look.cases(dimension, most))
            for dimension, values in (("topic", seen.by["topic"]), ("region", provinces(seen.by["region"])))
            if (most := leader(values))
        },
        "chart": charts.share_chart(dates, shares),
        "topics": sorted(topics, key=lambda line: (-line.one["opened"], line.name)),
        "by_day": sorted(seen.days.items(), reverse=True),
    }


def _beside(seen: Board, scored: Sequence[Scored], span: tuple[str, str]) -> dict[str, Any]:
    """What stands beside the figures at the top: what they were on as many days before, and their lines."""
    dates = every_day(*span)
    earlier = as_many_before(*span)
    scale = scored[0].scale if len(scored) == 1 else None
    days = [_compared(seen.days.get(day, BoardFigures()), scale) for day in dates]
    return {
        "was": _compared(figures.total(figures.of_days(*earlier).values()), scale),
        "sparks": {name: charts.spark([day[name] for day in days]) for name in days[0]},
    }


def _compared(one: BoardFigures, scale: tuple[int, int, int] | None) -> dict[str, float | None]:
    """The figures at the top that are compared with others: the mean score on its scale (lowest, highest,
    best), without one in points; shares in per cent; minutes."""
    mean = one.share("points", "answers")
    if mean is not None and scale:
        low, high, best = scale
        part = mean / 100 * (high - low)
        mean = low + part if best == high else high - part
    shares = {
        "satisfied": one.share("satisfied", "answers"),
        "rate": one.share("answers", "asked") if one["answers"] <= one["asked"] else None,
        "recheck": one.share("confirmed", "closed"),
    }
    in_per_cent = {name: None if share is None else 100 * share for name, share in shares.items()}
    return {"score": mean, "first": one.share("first_answer_minutes", "first_answers"), **in_per_cent}


def _open_cases(load: reads.Load) -> dict[str, float]:
    teams = load.teams.values()
    return {name: sum(team.get(name, 0) for team in teams) for name in ("working", "unowned", "overdue")}


def within(regions: Mapping[str, BoardFigures], province: str) -> dict[str, BoardFigures]:
    """The cities of a province; everything where none is named."""
    return {name: one for name, one in regions.items() if not province or name.partition("/")[0] == province}


def provinces(regions: Mapping[str, BoardFigures]) -> dict[str, BoardFigures]:
    """Figures of regions, cities or provinces, by province."""
    found: dict[str, list[BoardFigures]] = {}
    for name, one in regions.items():
        found.setdefault(name.partition("/")[0], []).append(one)
    return {name: figures.total(parts) for name, parts in found.items()}


def leader(values: Mapping[str, BoardFigures]) -> str:
    """The value with the most opened cases; "" where no value has one, or two have as many."""
    ranked = sorted(((one["opened"], value) for value, one in values.items() if value), reverse=True)
    most = [value for n, value in ranked if n > 0 and n == ranked[0][0]]
    return most[0] if len(most) == 1 else ""


def worst_first(lines: Iterable[BoardLine]) -> list[BoardLine]:
    """The least satisfied first, by the upper end of where the share lies: one bad answer is no proof. Who
    has no answers comes last, the most cases first."""
    return sorted(
        lines,
        key=lambda line: (
            line.satisfied is None,
            line.satisfied.high if line.satisfied else 0,
            -line.one["opened"],
            line.name,
        ),
    )


def bar_of(one: BoardFigures, scored: Sequence[Scored], survey: SurveyBlock | None = None) -> list[Segment]:
    """The bar of a line: of its scores where they are of one scale (a campaign's is its `survey`'s), else of
    who was satisfied and who was not."""
    if survey:
        return score_scales.bar(one.scores, score_scales.scale_of(survey, one.scores))
    if len(scored) == 1:
        return score_scales.bar(one.scores, scored[0].scale)
    return score_scales.halves(one["satisfied"], one["answers"])


def best_ones(scored: Sequence[Scored], language: str) -> str:
    """The scores of who is satisfied: "5", "4 or 5", "7 to 10"; "" where surveys differ in them."""
    good = sorted(scored[0].good or ()) if len(scored) == 1 else []
    if len(good) == 2:
        return say("%(first)s or %(last)s", language, first=good[0], last=good[-1])
    if len(good) > 2 and good[-1] - good[0] == len(good) - 1:
        return say("%(first)s to %(last)s", language, first=good[0], last=good[-1])
    return one_of([str(score) for score in good], language)


def _csv(by: Mapping[str, Mapping[str, BoardFigures]]) -> File:
    fields = ("asked", "answers", "satisfied", "opened", "closed", "overdue", "confirmed")
    rows = [
        (dimension, value, *(round(one[name]) for name in fields))
        for dimension, values in by.items()
        for value, one in values.items()
    ]
    return table_file("board.csv", ("dimension", "value", *fields), rows)


ROUTES = (Route("GET", "/board", CARE, board),)
