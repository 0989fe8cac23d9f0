"""What a change of a text, reply or survey adds to a campaign's results. Nothing is read or written here.

An item stands for certain figures (a delivered text: planned 1, sent 1, delivered 1, parts, cost). What a
change adds is what the item stands for afterwards less what it stood for before, so that whatever order
things happen in, the sums are those of the items as they are. Items that expire take nothing away.

    figure                    what it counts
    planned                   texts that somebody was to get
    held:<reason> sending handed_over in_doubt suppressed:<reason> expired failed:<reason>     where they are
    sent                      accepted by the network, whatever came of it
    delivered undelivered:<reason>
    parts cost                message parts; what the receipts say they cost
    replies opt_outs          messages that answered a text; of those, the ones that said stop
    scored score_sum score:<n>      surveys with a score
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from math import sqrt
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.clock import iso, parse
from chalicelib.intake.regions import region_of
from chalicelib.job import mt_item, mt_parts
from chalicelib.store.schema.conversations import Reply, Survey, Text
from chalicelib.store.schema.results import Counter

Row = Mapping[str, Any]
Figures = Mapping[str, float]
FigureChanges = dict[tuple[str, str], dict[str, float]]
"""(scope, counter) -> figure -> what to add."""

ACCEPTED = ("sent", "delivered", "undelivered")
WITH_REASON = ("held", "suppressed", "failed", "undelivered")
DIMENSIONS = ("variant", "region", "tier", "language", "step")
ANSWERED_WITHIN = timedelta(days=7)  # a reply that names no text is about the last one within that


def scope_of(campaign: str) -> str:
    """The hash key of a campaign's results."""
    return f"results#{campaign}"


ALL_TEXTS = "texts#all"  # the hash key of the counters of all texts together, by hour (UTC): `2026-11-24T04#`


def counter_of(version: int, dimension: str, value: str = "") -> str:
    """The range key of one counter: `v00000003#region#湖南`."""
    return f"v{version:08d}#{dimension}#{value}"


def text_figures(text: Text | None) -> dict[str, float]:
    """What a text stands for; nothing when there is none."""
    if text is None:
        return {}
    found: dict[str, float] = {"planned": 1}
    if text.status in ACCEPTED:
        found["sent"] = 1
        found["parts"] = float(text.parts or text.segments or 1)
    if text.status in WITH_REASON:
        found[f"{text.status}:{text.reason or 'unknown'}"] = 1
    elif text.status != "sent":
        found[text.status] = 1
    if text.price:
        found["cost"] = float(text.price)
    return found


def reply_figures(reply: Reply | None) -> dict[str, float]:
    """What a reply stands for, once it was understood."""
    if reply is None or not reply.applied:
        return {}
    return {"replies": 1, "opt_outs": 1} if reply.reading.get("kind") == "opt_out" else {"replies": 1}


def survey_figures(survey: Survey | None) -> dict[str, float]:
    """What a survey stands for, once it has a score."""
    score = survey.score if survey else None
    if score is None:
        return {}
    return {"scored": 1, "score_sum": float(score), f"score:{int(score)}": 1}


def counters(text: Text) -> Iterator[tuple[str, str]]:
    """The counters that a text is counted in: the whole, and by each dimension it has a value for.

    The hour is UTC's, so that whoever looks can put hours together to days of their own zone; the
    region is the province.
    """
    scope, version = scope_of(text.campaign), text.version
    yield scope, counter_of(version, "total")
    found = {
        "step": mt_parts(text.item)[3],
        "variant": text.variant,
        "hour": text.at[:13],
        "region": region_of(text.region).province,
        "tier": text.tier,
        "language": text.language,
        **text.dimensions,
    }
    for dimension, value in found.items():
        if value:
            yield scope, counter_of(version, dimension, value)


def text_deltas(old: Text | None, new: Text | None) -> FigureChanges:
    """What the change of a text adds."""
    deltas: FigureChanges = {}
    for text, sign in ((old, -1), (new, 1)):
        if text:
            together = [(ALL_TEXTS, f"{text.at[:13]}#")] if text.at else []
            _add(deltas, [*counters(text), *together], text_figures(text), sign)
    return _without_zeros(deltas)


def answer_deltas(old: Figures, new: Figures, text: Text) -> FigureChanges:
    """What the change of a reply or a survey from `old` to `new` figures adds, in the counters of the text
    that it answers."""
    deltas: FigureChanges = {}
    where = list(counters(text))
    _add(deltas, where, old, -1)
    _add(deltas, where, new, 1)
    return _without_zeros(deltas)


def asked_by(item: str) -> str:
    """The item of the invitation that a `survey#` item belongs to."""
    campaign, subscriber, occasion = item.removeprefix("survey#").split("/", 2)
    return mt_item(campaign, subscriber, occasion, "invitation")


def answered(reply: Reply, texts: Iterable[Text]) -> Text | None:
    """Which of a number's texts a reply is about when no survey says so: the one that the network names,
    else the last that was sent within a week before. None when there is none."""
    received = reply.received_at
    since = received and _earlier(received)
    last: Text | None = None
    for text in texts:
        if reply.previous_message_id and text.message_id == reply.previous_message_id:
            return text
        if text.category == "reply" or not text.sent_at or not since <= text.sent_at <= received:
            continue
        if last is None or text.sent_at > last.sent_at:
            last = text
    return last


def _earlier(moment: str) -> str:
    # ISO texts of fixed width sort as times do.
    return iso(parse(moment) - ANSWERED_WITHIN)


def _add(deltas: FigureChanges, where: Iterable[tuple[str, str]], figures: Figures, sign: int) -> None:
    for one in where:
        amounts = deltas.setdefault(one, {})
        for name, amount in figures.items():
            amounts[name] = amounts.get(name, 0) + sign * amount


def _without_zeros(deltas: FigureChanges) -> FigureChanges:
    # Prices have five decimals at most; what binary fractions leave over is rounded off.
    real = {
        where: {name: rounded for name, amount in amounts.items() if (rounded := _round(amount))}
        for where, amounts in deltas.items()
    }
    return {where: amounts for where, amounts in real.items() if amounts}


def _round(amount: float) -> float:
    rounded = round(amount, 6)
    return int(rounded) if rounded == int(rounded) else rounded


def by_dimension(counters: Iterable[Counter]) -> dict[int, dict[str, dict[str, Figures]]]:
    """A campaign's counters by version, dimension and value: `found[3]["region"]["湖南"]`. The whole of a
    version is `found[3]["total"][""]`."""
    found: dict[int, dict[str, dict[str, Figures]]] = {}
    for one in counters:
        version, dimension, value = one.counter.split("#", 2)
        found.setdefault(int(version[1:]), {}).setdefault(dimension, {})[value] = one.figures
    return found


def dimensions(by: Mapping[str, object]) -> list[str]:
    """What there are figures by, of `merged`: those of every campaign, then the operator's own attributes."""
    own = sorted(by.keys() - {"total", "hour", *DIMENSIONS})
    return [one for one in DIMENSIONS if one in by] + own


def merged(
    by_version: Mapping[int, Mapping[str, Mapping[str, Figures]]], version: int | None = None
) -> dict[str, dict[str, dict[str, float]]]:
    """The counters of `by_dimension`, of one version or of all together: `found["region"]["湖南"]`."""
    found: dict[str, dict[str, dict[str, float]]] = {}
    for number, dimensions in by_version.items():
        for dimension, values in dimensions.items() if version in (None, number) else ():
            for value, figures in values.items():
                into = found.setdefault(dimension, {}).setdefault(value, {})
                for name, amount in figures.items():
                    into[name] = into.get(name, 0) + amount
    return found


def by_day(hours: Mapping[str, Figures], zone: str) -> dict[str, dict[str, float]]:
    """The counters of UTC hours (`2026-11-24T04`) as days (`2026-11-24`) of an IANA zone, in order. Where a
    zone is off by half an hour, so are its days."""
    found: dict[str, dict[str, float]] = {}
    for hour in sorted(hours):
        moment = parse(f"{hour}:00:00+00:00").astimezone(ZoneInfo(zone))
        day = found.setdefault(moment.date().isoformat(), {})
        for name, amount in hours[hour].items():
            day[name] = day.get(name, 0) + amount
    return found


def between(days: Mapping[str, Figures], first: str, last: str) -> dict[str, float]:
    """The figures of `by_day` from one day to another, inclusive, as one."""
    return since({day: one for day, one in days.items() if day <= last}, first)


def since(hours: Mapping[str, Figures], hour: str) -> dict[str, float]:
    """The counters of UTC hours from one on (`2026-11-24T04`), as one."""
    found: dict[str, float] = {}
    for figures in (figures for at, figures in hours.items() if at >= hour):
        for name, amount in figures.items():
            found[name] = found.get(name, 0) + amount
    return found


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with the interval that it lies in with 95 % certainty, all from 0 to 1."""

    share: float
    low: float
    high: float
    of: int


def rate(successes: float, of: float, z: float = 1.959964) -> Rate | None:
    """The share of `successes` with its Wilson interval; None when nothing was tried.

    Wilson, E. B. (1927), Probable Inference, the Law of Succession, and Statistical Inference, JASA 22:
    it stays within 0 and 1 and is right for few tries too. `successes` over `of` count as all.
    """
    if of <= 0:
        return None
    share = min(max(successes / of, 0.0), 1.0)
    square = z * z
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = z / (1 + square / of) * sqrt(share * (1 - share) / of + square / (4 * of * of))
    return Rate(share, max(0.0, middle - half), min(1.0, middle + half), int(of))


def lift(one: Rate | None, other: Rate | None) -> str:
    """`better`, `worse` or `unclear`: whether `one` surely differs from `other`, by intervals that do not
    overlap. Cautious: intervals that overlap a little may still differ."""
    if one is None or other is None or (one.low <= other.high and other.low <= one.high):
        return "unclear"
    return "better" if one.low > other.high else "worse"


@dataclass(frozen=True, slots=True)
class Funnel:
    """The figures of one counter, as a page shows them."""

    planned: int
    suppressed: Mapping[str, int]
    held: Mapping[str, int]
    waiting: int  # being handed off, or in doubt
    expired: int
    sent: int
    delivered: int
    failed: Mapping[str, int]
    undelivered: Mapping[str, int]
    parts: int
    cost: float
    replies: int
    opt_outs: int
    scored: int
    scores: Mapping[int, int]
    average: float | None

    def satisfied(self, dissatisfied: Iterable[int]) -> int:
        """How many gave a score that is not one of these."""
        bad = set(dissatisfied)
        return sum(count for score, count in self.scores.items() if score not in bad)


def funnel(figures: Figures) -> Funnel:
    """A counter's row as a Funnel; figures that were never counted are 0."""

    def by(prefix: str) -> dict[str, int]:
        found = {
            name.partition(":")[2]: int(count)
            for name, count in figures.items()
            if name.startswith(f"{prefix}:") and count
        }
        return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))

    def number(name: str) -> int:
        return int(figures.get(name, 0))

    scored = number("scored")
    return Funnel(
        planned=number("planned"),
        suppressed=by("suppressed"),
        held=by("held"),
        waiting=sum(map(number, ("sending", "handed_over", "in_doubt"))),
        expired=number("expired"),
        sent=number("sent"),
        delivered=number("delivered"),
        failed=by("failed"),
        undelivered=by("undelivered"),
        parts=number("parts"),
        cost=round(float(figures.get("cost", 0)), 6),
        replies=number("replies"),
        opt_outs=number("opt_outs"),
        scored=scored,
        scores={int(name): count for name, count in by("score").items()},
        average=float(figures.get("score_sum", 0)) / scored if scored else None,
    )
