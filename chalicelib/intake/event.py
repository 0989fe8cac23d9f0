"""One `Event` for everything that billing, CRM and ticketing report, whichever way it came in.

`EVENT_TYPES` is the promise of docs/events.md as data: which fields a type has, how each is read,
which may be left out. An event is refused as a whole, with the field and the fix; fields that no
type knows are left out without a word, so that senders may add theirs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from chalicelib.clock import iso, parse
from chalicelib.intake.intake_codes import IntakeCode as Code
from chalicelib.intake.msisdn import e164
from chalicelib.intake.subscriber import FIELDS, region, subscriber_changes, subscriber_id
from chalicelib.intake.values import (
    BadField,
    day,
    key,
    kind_of,
    moment,
    no_end,
    number,
    one_of,
    plain,
    text,
    utc,
    words,
)
from chalicelib.problems import Problem

A_POST = 100  # events that one POST may carry
SKEW = timedelta(minutes=10)  # that a sender's clock may be ahead where the order of events decides
A_DAY = timedelta(days=1)  # that it may be ahead elsewhere: local time that was sent as UTC
A_MONTH = timedelta(days=31)  # that usage, complaints and outages may be old
YEARS = timedelta(days=366)  # that an outage may be announced ahead

Reader = Callable[[str, object], Any]


class BadEvent(ValueError):
    """An event that cannot be used: `problem` says why; its place is the field, "" for the whole of it."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.place}: {problem.code}")
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened at the operator.

    `fields` holds the type's own fields, normalised, as JSON holds them: dates `YYYY-MM-DD`, moments
    ISO 8601 in UTC, numbers int or float; optional ones that were not given are "". These are the
    names that conditions and texts of campaigns may use.
    """

    id: str  # unique per sender
    type: str
    time: datetime  # aware, UTC
    subscriber_id: str | None  # None: about a region, not about one subscriber
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line of a file that is no event; `line` counts from 1."""

    line: int
    problem: Problem


@dataclass(frozen=True, slots=True)
class EventType:
    """How one type is read: field -> reader, those that must be there and those that may.

    A `time` that is ahead of ours by up to `ahead` is taken as now, and so is a moment of `past`, for none of
    them can be in the future; what is further ahead, or longer ago than `behind`, is refused.
    """

    required: Mapping[str, Reader]
    optional: Mapping[str, Reader] = field(default_factory=dict)
    of_subscriber: bool = True
    derive: Callable[[Mapping[str, Any], datetime], Mapping[str, Any]] | None = None
    ahead: timedelta = SKEW
    behind: timedelta | None = None
    past: tuple[str, ...] = ()


def _choice(*allowed: str) -> Reader:
    return lambda name, value: one_of(name, value, allowed)


def _day_or_null(name: str, value: object) -> str | None:
    return None if value is None or value == "" or no_end(str(value)) else day(name, value)


def _day_or_blank(name: str, value: object) -> str:
    return _day_or_null(name, value) or ""


def _moment(name: str, value: object) -> str:
    return iso(moment(name, value))


def _amount(name: str, value: object) -> int | float:
    return plain(number(name, value))


def _allowance(name: str, value: object) -> int | float:
    """0 for what has no limit, in its usual spellings: 0, null, -1, unlimited, 不限."""
    written = str(value).strip().casefold()
    if value is None or written in _UNLIMITED:
        return 0
    return plain(number(name, value))


_UNLIMITED = words("-1 -1.0 none null unlimited infinite infinity inf n/a 不限 不限量 无限 无限制 无限量 ∞")


def _cycle(name: str, value: object) -> str:
    """Whatever the sender calls the billing cycle."""
    return text(name, value, 64).replace("#", " ")


def _words(name: str, value: object) -> str:
    return text(name, value, 500)


UNITS = {"data": "MB", "voice": "min", "sms": "count"}


def _usage(fields: Mapping[str, Any], at: datetime) -> Mapping[str, Any]:
    """`percent_used` (exact in decimals: 4.1 of 5 is 82, not 81.99…), `remaining` and `days_left`."""
    resource, unit = fields["resource"], fields["unit"]
    if unit != UNITS[resource]:
        raise BadField("unit", Code.UNIT_OTHER, unit=unit, resource=resource, wanted=UNITS[resource])
    used, allowance = number("used", fields["used"]), number("allowance", fields["allowance"])
    ends_on = fields["cycle_ends_on"]
    return {
        "percent_used": plain(100 * used / allowance) if allowance else 0,
        "remaining": plain(max(allowance - used, 0 * used)),
        "days_left": max((date.fromisoformat(ends_on) - at.date()).days, 0) if ends_on else "",
    }


def _outage(fields: Mapping[str, Any], at: datetime) -> Mapping[str, Any]:
    """Nothing is derived; an outage that ends before it starts, or in another age, is told to nobody."""
    if parse(fields["expected_end"]) > at + YEARS:
        raise BadField("expected_end", Code.TIME_AHEAD)
    if parse(fields["expected_end"]) <= parse(fields["starts_at"]):
        raise BadField("expected_end", Code.OUTAGE_ORDER)
    return {}


EVENT_TYPES: Mapping[str, EventType] = {
    "usage.reported": EventType(
        required={
            "resource": _choice(*UNITS),
            "used": _amount,
            "allowance": _allowance,
            "unit": _choice(*UNITS.values()),
            "cycle": _cycle,
            "cycle_ends_on": _day_or_blank,
        },
        optional={"cycle_starts_on": day, "scope": _choice("national", "local", "roaming")},
        derive=_usage,
        ahead=A_DAY,
        behind=A_MONTH,
    ),
    "plan.changed": EventType(
        required={
            "plan": key,
            "ends_on": _day_or_null,
            "reason": _choice("renewed", "changed", "cancelled"),
        },
    ),
    "complaint.resolved": EventType(
        required={
            "complaint_id": text,
            "topic": text,
            "opened_at": _moment,
            "resolved_at": _moment,
        },
        optional={"team": text, "channel": text},
        ahead=A_DAY,
        behind=A_MONTH,
        past=("opened_at", "resolved_at"),
    ),
    "complaint.opened": EventType(
        required={"complaint_id": text, "topic": text},
        optional={"state": text, "expected_by": _moment, "channel": text},
    ),
    "complaint.progress": EventType(
        required={"complaint_id": text, "topic": text, "state": text},
        optional={"expected_by": _moment},
    ),
    "subscriber.changed": EventType(required={}),
    "number.assigned": EventType(required={"msisdn": e164}),
    "number.released": EventType(required={"msisdn": e164}),
    "outage.announced": EventType(
        required={"region": region, "starts_at": _moment, "expected_end": _moment, "what": _words},
        of_subscriber=False,
        derive=_outage,
        ahead=A_DAY,
        behind=A_MONTH,
    ),
}


def event_from(type_: object, raw: object, now: datetime) -> Event:
    """The event of `type_` that `raw`, a JSON object, describes, as of `now` (aware). Raises BadEvent.

    Number strings ("1024") are read as numbers. A usage gets `percent_used`, `remaining` and
    `days_left` (whole days from the event to `cycle_ends_on`, counted at the sender's offset); its
    `allowance` is 0 where there is no limit. No event is later than `now`.
    """
    if not isinstance(raw, Mapping):
        raise BadEvent(Problem(Code.EVENT_KIND, {"kind": kind_of(raw)}))
    kind = EVENT_TYPES.get(type_) if isinstance(type_, str) else None
    if kind is None:
        raise BadEvent(_unknown_type(type_))
    try:
        id_ = text("id", _given(raw, "id"), 128)
        at = _in_time("time", moment("time", _given(raw, "time")), kind, now)
        who = subscriber_id("subscriber_id", _given(raw, "subscriber_id")) if kind.of_subscriber else None
        fields: dict[str, Any] = {name: read(name, _given(raw, name)) for name, read in kind.required.items()}
        for name, read in kind.optional.items():
            value = raw.get(name)
            fields[name] = "" if value is None or value == "" else read(name, value)
        for name in kind.past:
            fields[name] = iso(_not_ahead(name, parse(fields[name]), kind, now))
        if kind.derive:
            fields |= kind.derive(fields, at)
        if type_ == "subscriber.changed":
            fields = _changes(raw)
    except BadField as bad:
        raise BadEvent(bad.problem) from None
    return Event(id_, str(type_), utc(at), who, fields)


def _in_time(name: str, at: datetime, kind: EventType, now: datetime) -> datetime:
    if kind.behind and at < now - kind.behind:
        raise BadField(name, Code.TIME_BEHIND, days=kind.behind.days)
    return _not_ahead(name, at, kind, now)


def _not_ahead(name: str, at: datetime, kind: EventType, now: datetime) -> datetime:
    if at > now + kind.ahead:
        raise BadField(name, Code.TIME_AHEAD)
    return min(at, now).astimezone(at.tzinfo)


@dataclass(frozen=True, slots=True)
class Posted:
    """What one POST held: events, and what is wrong with the others, by their index from 0, and those as
    they were, for the dead letters."""

    events: list[Event]
    rejected: list[tuple[int, Problem]]
    refused: list[object]


def events_from_post(body: object, now: datetime) -> Posted:
    """The events of `POST /events`.

    `body` is the JSON, as text, bytes or read already: one object or a list of up to `A_POST`, each
    with its `type`. Raises BadEvent when it is neither: then nothing was accepted.
    """
    if isinstance(body, str | bytes):
        body = _json(body)
    listed = body if isinstance(body, list) else [body]
    if not isinstance(body, Mapping | list):
        raise BadEvent(Problem(Code.POST_KIND, {"kind": kind_of(body)}))
    if len(listed) > A_POST:
        raise BadEvent(Problem(Code.POST_MANY, {"count": len(listed), "most": A_POST}))
    found = Posted([], [], [])
    for index, raw in enumerate(listed):
        try:
            found.events.append(_typed(raw, now))
        except BadEvent as bad:
            found.rejected.append((index, bad.problem))
            found.refused.append(raw)
    return found


def events_from_lines(lines: Iterable[str | bytes], now: datetime) -> Iterator[Event | BadLine]:
    """The events of a file of JSON lines, each with its `type`; a bad line does not stop the rest.

    Empty lines are passed over, bytes are UTF-8, a byte order mark is no part of the first line.
    """
    for count, line in enumerate(lines, 1):
        if not line.strip(b"\xef\xbb\xbf \t\r\n" if isinstance(line, bytes) else "\ufeff \t\r\n"):  # type: ignore[arg-type]
            continue
        try:
            yield _typed(_json(line), now)
        except BadEvent as bad:
            yield BadLine(count, bad.problem)


def _typed(raw: object, now: datetime) -> Event:
    if isinstance(raw, Mapping):
        return event_from(_of_type(raw), raw, now)
    raise BadEvent(Problem(Code.EVENT_KIND, {"kind": kind_of(raw)}))


def _of_type(raw: Mapping[str, Any]) -> object:
    if raw.get("type") is None:
        raise BadEvent(Problem(Code.EVENT_TYPE_MISSING, {"choices": tuple(EVENT_TYPES)}, "type"))
    return raw["type"]


def _unknown_type(type_: object) -> Problem:
    choices = tuple(EVENT_TYPES)
    if isinstance(type_, str):
        return Problem(Code.EVENT_TYPE_UNKNOWN, {"value": type_[:40], "choices": choices}, "type")
    return Problem(Code.EVENT_TYPE_KIND, {"kind": kind_of(type_), "choices": choices}, "type")


def _given(raw: Mapping[str, Any], name: str) -> object:
    if name not in raw:
        raise BadField(name, Code.FIELD_MISSING)
    return raw[name]


def _changes(raw: Mapping[str, Any]) -> dict[str, str]:
    changes = subscriber_changes(
        {name: raw[name] for name in FIELDS if name in raw and name != "subscriber_id"}
    )
    if not changes:
        raise BadField("", Code.CHANGES_NOTHING, choices=FIELDS[1:])
    return changes


def _json(written: str | bytes) -> object:
    try:
        if isinstance(written, bytes):
            written = written.decode("utf-8")
        return json.loads(written.lstrip("\ufeff"))
    except UnicodeDecodeError as error:
        raise BadEvent(Problem(Code.JSON_ENCODING, {"byte": error.start + 1})) from None
    except json.JSONDecodeError as error:
        found = {"line": error.lineno, "column": error.colno}
        raise BadEvent(Problem(Code.JSON_FORM, found)) from None
    except (ValueError, RecursionError):  # a number of thousands of digits, a thousand brackets
        raise BadEvent(Problem(Code.JSON_SIZE)) from None


def raw_envelope(raw: object, source: str) -> str:
    """What is no event, as the bus would bring it, so that intake refuses it where all are refused. Only
    ASCII is in it, for the queue takes no noncharacters."""
    kind = raw.get("type") if isinstance(raw, Mapping) else None
    return json.dumps({"source": source, "detail-type": kind, "detail": raw})


def envelope(event: Event, source: str) -> str:
    """An event as the bus would bring it."""
    detail = {"id": event.id, "time": event.time.isoformat(), "subscriber_id": event.subscriber_id}
    return json.dumps(
        {"source": source, "detail-type": event.type, "detail": {**detail, **event.fields}},
        ensure_ascii=False,
    )
