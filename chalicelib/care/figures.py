"""What is counted when a case changes, and the board that the counters make.

Gauges (how many cases a team or a person has now) are the difference of the case before and after.
Days are the team's own. All of it is added in the transaction that ends a change's effects, once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.care.case_states import OUTCOMES
from chalicelib.care.deadlines import WorkingHours, between
from chalicelib.care.settings import Care
from chalicelib.clock import parse
from chalicelib.intake.regions import region_of
from chalicelib.store import results
from chalicelib.store.schema.cases import Case, badness
from chalicelib.store.schema.results import Counter

NOW = results.NOW
BY = ("all", "brand", "team", "topic", "campaign", "region", "tier")
Counts = dict[tuple[str, str], dict[str, float]]


def counts(before: Case | None, after: Case, what: str, care: Care, now: datetime) -> Counts:
    """What a change adds to the counters: (scope, counter) -> figure -> amount."""
    found: Counts = {}
    _add(found, _gauges(after), 1)
    if before:
        _add(found, _gauges(before), -1)
    hours = care.team(after.team).hours
    today: dict[str, float] = {}
    if before is None:
        today["opened"] = 1
    else:
        if after.level > before.level:
            today["reopened"] = 1
        if after.state == "closed" and before.state != "closed":
            today["closed"] = 1
        if after.outcome != before.outcome:
            today.update(dict.fromkeys({after.outcome}.intersection(OUTCOMES), 1))
        if what == "overdue":
            today["overdue"] = 1
        if after.first_answer_at and not before.first_answer_at:
            today.update(first_answers=1, first_answer_minutes=_minutes(after, hours, now))
        if what == "resolved":
            today.update(resolved=1, resolve_minutes=_minutes(after, hours, now))
    day = hours.local_day(now)
    _add(found, dict.fromkeys(places(day, **_dimensions(after)), today), 1)
    if before and before.topic != after.topic:
        # The case counts as opened under the topic that it turned out to have.
        opened_on = hours.local_day(parse(after.opened_at))
        _add(found, {("care#topic", f"{opened_on}#{before.topic}"): {"opened": -1.0}}, 1)
        _add(found, {("care#topic", f"{opened_on}#{after.topic}"): {"opened": 1.0}}, 1)
    real = {place: {name: n for name, n in amounts.items() if n} for place, amounts in found.items()}
    return {place: amounts for place, amounts in real.items() if amounts}


def _minutes(case: Case, hours: WorkingHours, now: datetime) -> float:
    return round(between(hours, parse(case.opened_at), now).total_seconds() / 60)


def _dimensions(case: Case) -> dict[str, str]:
    return {name: getattr(case, name) for name in BY if name != "all"}


def places(day: str, **dimensions: str) -> list[tuple[str, str]]:
    """The counters of a day that something belongs to: of all, and of each dimension (`team="care-us"`,
    also empty: not known). A region ("province/city") is counted as its province and as its city, so that
    who looks at provinces does not read every city."""
    if written := dimensions.get("region"):
        levels = region_of(written).name.split("/")
        dimensions = {**dimensions, "region": levels[0], "city": "/".join(levels[:2])}
    return [("care#all", f"{day}#")] + [
        (f"care#{name}", f"{day}#{value}") for name, value in dimensions.items()
    ]


def _gauges(case: Case) -> Counts:
    if case.state == "closed":
        return {}
    gauge: dict[str, float] = {"waiting": 1}
    if case.group == "snoozed":
        gauge = {"snoozed": 1}
    elif case.working:
        gauge = {"working": 1, "overdue": 1 if case.overdue else 0}
    found: Counts = {(NOW, f"team:{case.team}"): dict(gauge)}
    if case.owner:
        found[(NOW, f"owner:{case.owner}")] = dict(gauge)
    elif case.group == "working":
        found[(NOW, f"team:{case.team}")]["unowned"] = 1
    return found


def _add(found: Counts, more: Mapping[tuple[str, str], Mapping[str, float]], sign: int) -> None:
    for place, amounts in more.items():
        row = found.setdefault(place, {})
        for name, amount in amounts.items():
            row[name] = row.get(name, 0) + sign * amount


def asked(day: str, **dimensions: str) -> Counts:
    """A survey that went out on `day`, for whoever counts them: dimensions are campaign, region, tier,
    brand, team."""
    return {place: {"asked": 1} for place in places(day, **dimensions)}


def answer(
    day: str, score: int, scale: tuple[int, int], best: int, *, satisfied: bool, **dimensions: str
) -> Counts:
    """An answer with a score, for whoever counts them. Scores of all scales are comparable as points:
    0 the worst, 100 the best."""
    amounts: dict[str, float] = {
        "answers": 1,
        "points": round(100 * (1 - badness(score, scale, best))),
        "satisfied": int(satisfied),
        f"score_{score}": 1,
    }
    return {place: dict(amounts) for place in places(day, **dimensions)}


@dataclass(frozen=True, slots=True)
class BoardFigures:
    """Sums over some days. Shares are 0.0 to 1.0, None where nothing was counted."""

    sums: Mapping[str, float] = field(default_factory=dict)

    def __getitem__(self, name: str) -> float:
        return self.sums.get(name, 0)

    def share(self, part: str, whole: str) -> float | None:
        """`part` of `whole`, such as satisfied of answers, answers of asked, confirmed of closed."""
        return self[part] / self[whole] if self[whole] else None

    @property
    def scores(self) -> dict[int, int]:
        """How often each score was given."""
        found = {int(name[6:]): int(n) for name, n in self.sums.items() if name.startswith("score_") and n}
        return dict(sorted(found.items()))


@dataclass(frozen=True, slots=True)
class Board:
    """Figures of a span of days: in total, by day, and by each value of one dimension.

    Figures are `opened`, `closed`, `reopened`, `resolved`, `overdue`, `confirmed` (closed by a good
    re-check), `unconfirmed`, `duplicate`, `by_person`, `first_answers`, `first_answer_minutes` and
    `resolve_minutes` (sums of working time), and from the surveys `asked`, `answers`, `satisfied`,
    `points` (a sum, 0 to 100 each) and `score_<n>`.
    """

    total: BoardFigures
    days: Mapping[str, BoardFigures]
    by: Mapping[str, Mapping[str, BoardFigures]]  # dimension -> value -> figures


def board(first: str, last: str, by: Sequence[str] = BY[1:], *, cities: bool = False) -> Board:
    """The board from day `first` to day `last` (ISO, inclusive): one query for each dimension. Regions are
    provinces, or with `cities` "province/city"."""
    days = of_days(first, last)
    scopes = {name: "care#city" if cities and name == "region" else f"care#{name}" for name in by}
    by_dimension = {
        name: _sums((one.counter[11:], one) for one in results.by_day(scope, first, last))
        for name, scope in scopes.items()
    }
    return Board(total(days.values()), days, by_dimension)


def of_days(first: str, last: str) -> dict[str, BoardFigures]:
    """The figures of everybody from day `first` to day `last` (ISO, inclusive), by day: one query."""
    return _sums((one.counter[:10], one) for one in results.by_day("care#all", first, last))


def total(parts: Iterable[BoardFigures]) -> BoardFigures:
    """Several figures as one."""
    sums: dict[str, float] = {}
    for part in parts:
        for name, amount in part.sums.items():
            sums[name] = sums.get(name, 0) + amount
    return BoardFigures(sums)


def _sums(counters: Iterable[tuple[str, Counter]]) -> dict[str, BoardFigures]:
    grouped: dict[str, list[BoardFigures]] = {}
    for name, one in counters:
        grouped.setdefault(name, []).append(BoardFigures(one.figures))
    return {name: total(parts) for name, parts in grouped.items()}
