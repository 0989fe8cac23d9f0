"""The board: how satisfied people are, and how care keeps its times."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.care import figures, reads
from chalicelib.care.current import current
from chalicelib.care.figures import BoardFigures
from chalicelib.care.settings import Team
from chalicelib.console.care import table_file
from chalicelib.console.case_names import names
from chalicelib.console.frame import CARE, File, Page, Route, Visit
from chalicelib.console.listing import NONE

SPANS = ("1", "7", "30")
WIDTH, HEIGHT = 720, 120  # of the trend, in its own units


@dataclass(frozen=True, slots=True)
class Dot:
    """A day of the trend: where its point is, and its figures."""

    day: str
    x: float
    y: float | None  # None: nobody answered
    one: BoardFigures


def trend(days: Mapping[str, BoardFigures], first: str, last: str) -> list[Dot]:
    """The score of each day from `first` to `last` (ISO), 0 at the bottom and 100 at the top."""
    start, end = datetime.fromisoformat(first), datetime.fromisoformat(last)
    length = (end - start).days
    found = []
    for n in range(length + 1):
        day = (start + timedelta(days=n)).date().isoformat()
        one = days.get(day, BoardFigures())
        points = one.share("points", "answers")
        y = None if points is None else round(HEIGHT * (1 - points / 100), 1)
        found.append(Dot(day, round(WIDTH * (n + 0.5) / (length + 1), 1), y, one))
    return found


def lines_of(dots: Sequence[Dot]) -> list[str]:
    """The points of each unbroken line of a trend, as SVG's polyline has them."""
    found: list[list[str]] = [[]]
    for dot in dots:
        if dot.y is None:
            found.append([])
        else:
            found[-1].append(f"{dot.x},{dot.y}")
    return [" ".join(line) for line in found if len(line) > 1]


def days_shown(now: datetime, zone: str, teams: Iterable[Team], days: int) -> tuple[str, str]:
    """The first and the last of so many days, ISO. Figures are counted under the day of the team that has the
    case, so where a team's day has begun before that of who looks (`zone`), that is the last."""
    today = now.astimezone(ZoneInfo(zone)).date().isoformat()
    last = max([today, *(team.hours.local_day(now) for team in teams)])
    return (date.fromisoformat(last) - timedelta(days=days - 1)).isoformat(), last


def board(visit: Visit) -> Page | File:
    """Today and the last 7 or 30 days, as a whole and by each dimension; every bar leads to its cases."""
    days = visit.query["days"] if visit.query.get("days") in SPANS else "30"
    first, last = days_shown(visit.now, visit.zone, current().care.teams.values(), int(days))
    province = visit.query.get("province", "")
    seen = figures.board(first, last, cities=bool(province))
    by = {name: dict(values) for name, values in seen.by.items()}
    if province:
        cities = by.get("region", {})
        by["region"] = {name: one for name, one in cities.items() if name.partition("/")[0] == province}
    if visit.query.get("as") == "csv":
        return _csv(by)
    load = reads.load()
    now = {
        figure: sum(team.get(figure, 0) for team in load.teams.values())
        for figure in ("working", "unowned", "overdue", "waiting")
    }
    dots = trend(seen.days, first, last)
    return Page(
        "board.html",
        "Board",
        {
            "days": days,
            "spans": SPANS,
            "total": seen.total,
            "by_day": sorted(seen.days.items(), reverse=True),
            "dots": dots,
            "polylines": lines_of(dots),
            "size": (WIDTH, HEIGHT),
            "by": {name: sorted(values.items(), key=_most) for name, values in by.items()},
            "province": province,
            "now": now,
            "names": names(current(), visit.language),
            "points": seen.total.share("points", "answers"),
            "behind": {"tab": "any", "since": first, "until": last},
            "without": NONE,
        },
    )


def _most(line: tuple[str, BoardFigures]) -> tuple[float, float, str]:
    name, one = line
    return -one["answers"], -one["opened"], name


def _csv(by: Mapping[str, Mapping[str, BoardFigures]]) -> File:
    fields = ("asked", "answers", "satisfied", "opened", "closed", "overdue", "confirmed")
    rows = [
        (dimension, value, *(round(one[name]) for name in fields))
        for dimension, values in by.items()
        for value, one in values.items()
    ]
    return table_file("board.csv", ("dimension", "value", *fields), rows)


ROUTES = (Route("GET", "/board", CARE, board),)
