"""One `Event` for everything that billing, CRM and ticketing report, whichever way it came in.

Which types there are and how their fields are read is the vocabulary (`templates/events/`). An event is
refused as a whole, with the field and the fix; fields that no type knows are left out without a word, so that
senders may add theirs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from chalicelib.clock import iso, parse
from chalicelib.document import nearest
from chalicelib.intake.intake_codes import IntakeCode as Code
from chalicelib.intake.subscriber import FIELDS, subscriber_changes, subscriber_id
from chalicelib.intake.values import BadField, kind_of, moment, nothing, text, utc
from chalicelib.intake.vocabulary import Check, EventType, Vocabulary
from chalicelib.letter_codes import LetterCode
from chalicelib.problems import Problem

A_POST = 100  # events that one POST may carry
LARGEST_LETTER = 200_000  # bytes of a message that is set aside
LONGEST_TYPE = 80


class BadEvent(ValueError):
    """An event that cannot be used: `problems` says why, every bad field with its own; the place is the
    field, "" for the whole of it."""

    def __init__(self, problem: Problem, *more: Problem) -> None:
        super().__init__(f"{problem.place}: {problem.code}")
        self.problems = (problem, *more)

    @property
    def problem(self) -> Problem:
        """All of them as one reason."""
        first, *more = self.problems
        return Problem(LetterCode.SEVERAL, {"problems": self.problems}) if more else first


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
    """A line of a file that is no event; `line` counts from 1, `raw` is what it says if it is an object."""

    line: int
    problem: Problem
    raw: Mapping[str, Any] = field(default_factory=dict)


def event_from(type_: object, raw: object, now: datetime, known: Vocabulary) -> Event:
    """The event of `type_` that `raw`, a JSON object, describes, as of `now` (aware). Raises BadEvent with
    every field that is wrong.

    Number strings ("1024") are read as numbers; the fields that its type derives are worked out. No event is
    later than `now`.
    """
    if not isinstance(raw, Mapping):
        raise BadEvent(Problem(Code.EVENT_KIND, {"kind": kind_of(raw)}))
    kind = known.events.get(type_) if isinstance(type_, str) else None
    if kind is None:
        raise BadEvent(_unknown_type(type_, known))
    try:
        id_ = text("id", _given(raw, "id"), 128)
        at = _in_time("time", moment("time", _given(raw, "time")), kind, now)
        who = subscriber_id("subscriber_id", _given(raw, "subscriber_id")) if kind.of_subscriber else None
        fields: dict[str, Any] = {name: read(name, _given(raw, name)) for name, read in kind.needs}
        for name, read in kind.may_have:
            fields[name] = read(name, raw[name]) if _is_said(raw, name, kind) else ""
        for name in kind.past:
            if fields[name]:
                fields[name] = iso(_not_ahead(name, parse(fields[name]), kind, now))
        for check in kind.checks:
            hold(check, fields, at)
        if kind.derived:
            fields.update(_worked_out(kind, fields, at))
        if type_ == "subscriber.changed":
            fields = _changes(raw, known)
    except BadField as bad:
        raise BadEvent(*(_every_problem(raw, kind, now, known) or [bad.problem])) from None
    return Event(id_, kind.name, utc(at), who, fields)


def _every_problem(
    raw: Mapping[str, Any], kind: EventType, now: datetime, known: Vocabulary
) -> list[Problem]:
    """What is wrong with each field by itself. Of an event that is refused anyway: others are read once."""

    def time() -> object:
        return _in_time("time", moment("time", _given(raw, "time")), kind, now)

    reads: list[Callable[[], object]] = [lambda: text("id", _given(raw, "id"), 128), time]
    if kind.of_subscriber:
        reads.append(lambda: subscriber_id("subscriber_id", _given(raw, "subscriber_id")))
    reads += [partial(_needed, raw, name, read) for name, read in kind.needs]
    reads += [partial(read, name, raw[name]) for name, read in kind.may_have if _is_said(raw, name, kind)]
    if kind.name == "subscriber.changed":
        named = [name for name in (*FIELDS[1:], *known.attributes) if name in raw]
        reads += [partial(_changes, {name: raw[name]}, known) for name in named]
    return [problem for read in reads if (problem := _problem(read))]


def _is_said(raw: Mapping[str, Any], name: str, kind: EventType) -> bool:
    """Whether an event says something of a field that it may leave out."""
    return name in raw and (not nothing(raw[name]) or (raw[name] is None and name in kind.nulls))


def _needed(raw: Mapping[str, Any], name: str, read: Callable[[str, object], object]) -> object:
    return read(name, _given(raw, name))


def _problem(read: Callable[[], object]) -> Problem | None:
    try:
        read()
    except BadField as bad:
        return bad.problem
    return None


def hold(check: Check, fields: Mapping[str, Any], at: datetime) -> None:
    """Raises BadField when what a type asks between its fields is not so; `at` is the event's time. What is
    not given is not asked."""
    value, other = fields[check.name], fields.get(check.other)
    if value in ("", None) or (check.other and other in ("", None)):
        return
    if check.kind == "goes_with" and value != (wanted := check.pairs[str(other)]):
        raise BadField(check.name, Code.UNIT_OTHER, unit=value, resource=other, wanted=wanted)
    if check.kind == "within" and parse(value) > at + check.within:
        raise BadField(check.name, Code.TIME_AHEAD)
    if check.kind == "after" and _when(value) <= _when(str(other)):
        raise BadField(check.name, Code.OUTAGE_ORDER, other=check.other)


def _when(value: str) -> str:
    """A day, or a moment in UTC, so that two of a kind compare as texts."""
    return value if len(value) == len("2026-11-30") else iso(parse(value))


def _worked_out(kind: EventType, fields: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    try:
        return kind.work_out(fields, at.date().isoformat())
    except BadField as bad:  # of no field that its sender knows
        raise BadField("", bad.problem.code, **bad.problem.values) from None


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
    """What one POST held: events, and everything that is wrong with the others, by their index from 0, and
    those as they were, for the dead letters."""

    events: list[Event]
    rejected: list[tuple[int, tuple[Problem, ...]]]
    refused: list[object]


def events_from_post(body: object, now: datetime, known: Vocabulary) -> Posted:
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
            found.events.append(_typed(raw, now, known))
        except BadEvent as bad:
            found.rejected.append((index, bad.problems))
            found.refused.append(raw)
    return found


def events_from_lines(
    lines: Iterable[str | bytes], now: datetime, known: Vocabulary
) -> Iterator[Event | BadLine]:
    """The events of a file of JSON lines, each with its `type`; a bad line does not stop the rest.

    Empty lines are passed over, bytes are UTF-8, a byte order mark is no part of the first line.
    """
    for count, line in enumerate(lines, 1):
        if not line.strip(b"\xef\xbb\xbf \t\r\n" if isinstance(line, bytes) else "\ufeff \t\r\n"):  # type: ignore[arg-type]
            continue
        raw: object = None
        try:
            raw = _json(line)
            yield _typed(raw, now, known)
        except BadEvent as bad:
            yield BadLine(count, bad.problem, raw if isinstance(raw, Mapping) else {})


def _typed(raw: object, now: datetime, known: Vocabulary) -> Event:
    if isinstance(raw, Mapping):
        return event_from(_of_type(raw, known), raw, now, known)
    raise BadEvent(Problem(Code.EVENT_KIND, {"kind": kind_of(raw)}))


def _of_type(raw: Mapping[str, Any], known: Vocabulary) -> object:
    if raw.get("type") is None:
        raise BadEvent(Problem(Code.EVENT_TYPE_MISSING, {"choices": tuple(known.events)}, "type"))
    return raw["type"]


def _unknown_type(type_: object, known: Vocabulary) -> Problem:
    choices = tuple(known.events)
    if isinstance(type_, str):
        values = {"value": type_[:40], "choices": choices}
        return Problem(Code.EVENT_TYPE_UNKNOWN, values, "type", close=nearest(type_[:80].lower(), choices))
    return Problem(Code.EVENT_TYPE_KIND, {"kind": kind_of(type_), "choices": choices}, "type")


def _given(raw: Mapping[str, Any], name: str) -> object:
    if name not in raw:
        raise BadField(name, Code.FIELD_MISSING)
    return raw[name]


def _changes(raw: Mapping[str, Any], known: Vocabulary) -> dict[str, Any]:
    changes: dict[str, Any] = subscriber_changes(
        {name: raw[name] for name in FIELDS if name in raw and name != "subscriber_id"}
    )
    for name, attribute in known.attributes.items():
        if name in raw:
            found = None if nothing(raw[name]) else attribute.field.read(name, raw[name])
            changes[name] = "" if found is None else found
    if not changes:
        raise BadField("", Code.CHANGES_NOTHING, choices=(*FIELDS[1:], *known.attributes))
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
    whole = json.dumps({"source": source, "detail-type": kind, "detail": raw})
    if len(whole) <= LARGEST_LETTER:
        return whole
    # The queue does not take it. Its beginning is a text and no event, so that it is refused as it was here.
    kind = kind[:LONGEST_TYPE] if isinstance(kind, str) else None
    return json.dumps(
        {"source": source, "detail-type": kind, "detail": json.dumps(raw)[: LARGEST_LETTER // 2]}
    )


def envelope(event: Event, source: str) -> str:
    """An event as the bus would bring it."""
    detail = {"id": event.id, "time": event.time.isoformat(), "subscriber_id": event.subscriber_id}
    return json.dumps(
        {"source": source, "detail-type": event.type, "detail": {**detail, **event.fields}},
        ensure_ascii=False,
    )
