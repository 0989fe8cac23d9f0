"""Everything about one subscriber: what went out, what came back, their cases, and what they refuse."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from chalicelib.campaigns.campaign import CATEGORIES
from chalicelib.care import colours
from chalicelib.care.current import Current, current
from chalicelib.console.care import events_of
from chalicelib.console.case_names import names
from chalicelib.console.frame import CARE, NotHere, Page, Route, Visit, whole
from chalicelib.console.history import called_by, told_of
from chalicelib.console.subscriber_facts import attributes_shown
from chalicelib.console.talk import NOT_SENT, Bubble, bubbles, event_lines, with_history
from chalicelib.console.trail import noted
from chalicelib.delivery.consent import stopped_by
from chalicelib.delivery.drafting import policy_of
from chalicelib.document import zone_named
from chalicelib.i18n.formats import minute_of
from chalicelib.job import mt_parts
from chalicelib.store import cases, subscribers
from chalicelib.store.records import mask
from chalicelib.store.relationship import relationship
from chalicelib.store.schema.base import Record, of_kind
from chalicelib.store.schema.cases import Case
from chalicelib.store.schema.conversations import NumberState, Survey, Text
from chalicelib.store.schema.subscribers import Subscriber

AT_FIRST = 40  # lines of the timeline, and so many more each time older ones are asked for
CASES_TOLD = 5  # the latest, whose history is in the timeline
KINDS: Mapping[str, Callable[[Bubble], bool]] = {
    "all": lambda _: True,
    "texts": lambda one: one.out and one.status not in NOT_SENT,
    "replies": lambda one: not one.out and one.event is None and one.entry is None,
    "unsent": lambda one: one.out and one.status in NOT_SENT,
    "cases": lambda one: one.entry is not None,
    "events": lambda one: one.event is not None,
}


@dataclass(frozen=True, slots=True)
class GivenScore:
    """An answer to a survey, its scale ((0, 0) where that is not known any more), and who asked."""

    at: str  # ISO, UTC
    score: int
    scale: tuple[int, int]
    campaign: str


@dataclass(frozen=True, slots=True)
class Allowed:
    """Whether texts of a category of one brand go out, and since when not. `why` is the scope of the no, with
    the colour of the roster as `roster|red`; "" where they do."""

    category: str
    brand: str
    why: str = ""
    since: str = ""


def subscriber(visit: Visit) -> Page:
    """The subscriber that the address names."""
    return _subscriber(visit, shown=False)


def show_number(visit: Visit) -> Page:
    """The same page with the whole number and what is personal, which is written down."""
    one = _found(visit)
    noted(visit, "number_shown", f"subscriber {one.subscriber_id}")
    return _subscriber(visit, shown=True)


def _found(visit: Visit) -> Subscriber:
    one = subscribers.get(visit.args["id"])
    if one is None:
        raise NotHere
    return one


def _subscriber(visit: Visit, *, shown: bool) -> Page:
    now, one = current(), _found(visit)
    rows = _theirs(relationship(one.msisdn or f"subscriber#{one.subscriber_id}"), one.subscriber_id)
    state = next(iter(of_kind(NumberState, rows)), NumberState())
    noted(visit, "read_conversation", f"subscriber {one.subscriber_id}")
    found = sorted(cases.of_subscriber(one.subscriber_id), key=lambda case: case.opened_at, reverse=True)
    called = names(now, visit.language)
    talk = _told(bubbles(rows, state.reassigned_at, events_of([one.subscriber_id])), found, called, visit)
    latest = talk[::-1]
    kind = visit.query.get("show", "")
    kind = kind if kind in KINDS else "all"
    wanted = [bubble for bubble in latest if KINDS[kind](bubble)]
    most = max(whole(visit.query.get("n", "")) or AT_FIRST, AT_FIRST)
    there = one.time_zone if zone_named(one.time_zone) else ""
    colour, given = colours.of_number(one.msisdn)
    return Page(
        "subscriber.html",
        "Subscriber %(id)s",
        {
            "one": one,
            "shown": shown,
            "number_text": one.msisdn if shown else mask(one.msisdn),
            "unreachable": state.unreachable,
            "others": [
                each
                for each in (subscribers.by_msisdn(one.msisdn) if one.msisdn else ())
                if each.subscriber_id != one.subscriber_id
            ],
            "kind": kind,
            "counts": {name: sum(map(fits, talk)) for name, fits in KINDS.items()},
            "timeline": wanted[:most],
            "older": len(wanted) - most,
            "more": str(most + AT_FIRST),
            "event_words": event_lines(now.live.vocabulary.events, visit.language),
            "names": called,
            "cases": found,
            "working": next((case for case in found if case.state != "closed"), None),
            "late": [case for case in found if case.overdue and case.state != "closed"],
            "scores": _scores(rows, one.subscriber_id, now),
            "allowed": allowed(state, one, now),
            "brands": _brands(one, now),
            "colour": colour,
            "given": given,
            "period": now.care.roster.period.days,
            "attributes": attributes_shown(
                one, now.live.vocabulary.attributes, visit.language, personal=shown
            ),
            "days_left": _days_until(one, visit.now),
            "there": there,
            "there_now": minute_of(visit.now, there)[11:] if there else "",
        },
        name=one.name or one.subscriber_id,
    )


def _theirs(rows: Iterable[Record], subscriber_id: str) -> list[Record]:
    """What is kept under a number without texts to another line that has it, too."""
    return [
        one for one in rows if not isinstance(one, Text | Survey) or _of(one.item) in (subscriber_id, "-")
    ]


def _of(item: str) -> str:
    """The subscriber that a text or a survey is for, out of its key."""
    kind, _, rest = item.partition("#")
    return mt_parts(item)[1] if kind == "mt" else rest.split("/", 2)[1]


def _told(
    talk: Sequence[Bubble], found: Sequence[Case], called: Mapping[str, str], visit: Visit
) -> list[Bubble]:
    """A conversation with what was done to the latest cases of it."""
    history = [
        (entry, " · ".join(filter(None, (case.case_id, told_of(entry, called, visit)))))
        for case in found[:CASES_TOLD]
        for entry in cases.whole(case.case_id).log
    ]
    return with_history(talk, history, lambda who: called_by(who, visit))


def _scores(rows: Iterable[Record], subscriber_id: str, now: Current) -> list[GivenScore]:
    """What they answered to surveys, the latest first."""
    given = []
    for one in of_kind(Survey, rows):
        campaign = now.live.campaigns.get(one.campaign)
        block = campaign.survey if campaign else None
        if one.score is not None and one.subscriber == subscriber_id:
            given.append(GivenScore(one.scored_at, one.score, block.scale if block else (0, 0), one.campaign))
    return sorted(given, key=lambda one: one.at, reverse=True)


def _brands(one: Subscriber, now: Current) -> list[str]:
    """Their own brand first: of the others a shared number may have texts, too."""
    return sorted(now.live.brands, key=lambda brand: (brand != one.brand, brand))


def allowed(state: NumberState, one: Subscriber, now: Current) -> list[tuple[str, list[Allowed]]]:
    """For each category that somebody may refuse, whether its texts of each brand go out."""
    policy = policy_of(now.live)
    found = []
    for category in CATEGORIES:
        if not policy.categories[category].stopped_by:
            continue
        line = []
        for brand in _brands(one, now):
            scope = stopped_by(state, brand, category, "", policy) or ""
            line.append(Allowed(category, brand, scope, state.optouts.get(scope, {}).get("at", "")))
        found.append((category, line))
    return found


def _days_until(one: Subscriber, now: datetime) -> int | None:
    """Days until the plan ends, where the subscriber lives; None where it has ended or has no end."""
    try:
        ends = date.fromisoformat(one.plan_ends_on)
    except ValueError:
        return None
    today = now.astimezone(zone_named(one.time_zone) or UTC).date()
    return (ends - today).days if ends >= today else None


ROUTES = (
    Route("GET", "/subscribers/{id}", CARE, subscriber),
    Route("POST", "/subscribers/{id}", CARE, show_number),
)
