"""The events that go out on the bus, declared: which there are, when, and what each holds, as JSON Schema.

What is announced is held to this by the tests, and the AsyncAPI document is made of it (`intake.contract`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

Schema = dict[str, Any]
SOURCE: Final = "ringback"
CLOUD_EVENT: Final[Mapping[str, str]] = {
    "specversion": "1.0",
    "source": SOURCE,
    "datacontenttype": "application/json",
}
"""The attributes of CloudEvents 1.0 that are the same for each event; `id`, `time` and `type` are its own."""


@dataclass(frozen=True, slots=True)
class EventOut:
    """One type of event: when it goes out, its own fields, and an example of each. Every field is always
    there; what is not known is null."""

    when: str
    fields: Mapping[str, Schema]
    example: Mapping[str, Any]


def _text(*choices: str, null: bool = False) -> Schema:
    kind: Any = ["string", "null"] if null else "string"
    every: list[str | None] = [*choices, *([None] if null else [])]
    return {"type": kind, "enum": every} if choices else {"type": kind}


_TIME: Final[Schema] = {"type": "string", "format": "date-time"}
_TIME_OR_NULL: Final[Schema] = {"type": ["string", "null"]}
_NULL_OR_TEXT: Final = _text(null=True)
_NULL_OR_WHOLE: Final[Schema] = {"type": ["integer", "null"]}

COMMON: Final[Mapping[str, Schema]] = {
    "specversion": {"const": CLOUD_EVENT["specversion"], "description": "of CloudEvents"},
    "type": {"type": "string", "description": "as the DetailType"},
    "source": {"const": SOURCE},
    "datacontenttype": {"const": CLOUD_EVENT["datacontenttype"]},
    "id": {"type": "string", "description": "the same when it is told again"},
    "time": _TIME,
    "subscriber_id": _text(null=True) | {"description": "null: of nobody known"},
    "msisdn": {"type": "string", "description": "masked, unless the brand says show_msisdn_in_events"},
}
_OF_ALL: Final[Mapping[str, Any]] = {
    "time": "2026-11-24T04:00:00.000Z",
    "subscriber_id": "YT-000017",
    "msisdn": "+861390****001",
}
_CASE: Final[Mapping[str, Schema]] = {
    "case_id": _text(),
    "complaint_id": _text(),
    "campaign": _text(),
    "brand": _text(),
    "opened_at": _TIME,
    "level": {"type": "integer", "minimum": 1},
    "score": _NULL_OR_WHOLE,
    "topic": _NULL_OR_TEXT,
    "department": _NULL_OR_TEXT,
    "team": _text(),
    "owner": _NULL_OR_TEXT,
    "tier": _NULL_OR_TEXT,
    "urgent": {"type": "boolean"},
}
_A_CASE: Final[Mapping[str, Any]] = {
    **_OF_ALL,
    "id": "case/K-2026-0007/3",
    "case_id": "K-2026-0007",
    "complaint_id": "C-2026-0031",
    "campaign": "post-complaint-survey",
    "brand": "yuntong",
    "opened_at": "2026-11-24T03:00:00.000Z",
    "level": 1,
    "score": 1,
    "topic": "network",
    "department": None,
    "team": "hunan",
    "owner": None,
    "tier": "gold",
    "urgent": False,
}
_DUE: Final[Mapping[str, Schema]] = {"answer_due": _text(), "resolve_due": _text()}
_A_DUE: Final = {"answer_due": "2026-11-24T07:00:00.000Z", "resolve_due": "2026-11-25T03:00:00.000Z"}

EVENTS_OUT: Final[Mapping[str, EventOut]] = {
    "reply.received": EventOut(
        "a reply was read and applied",
        {
            "kind": _text() | {"description": "rating, choice, ask, text, opt_out, opt_in, help, not_me ..."},
            "score": _NULL_OR_WHOLE,
            "choice": _NULL_OR_TEXT,
            "campaign": _NULL_OR_TEXT | {"description": "of the text that it answers"},
            "occasion": _NULL_OR_TEXT | {"description": "of the survey"},
        },
        {
            **_OF_ALL,
            "id": "reply/in-1",
            "kind": "rating",
            "score": 5,
            "choice": None,
            "campaign": "post-complaint-survey",
            "occasion": "C-2026-0031",
        },
    ),
    "consent.changed": EventOut(
        "a no or a yes was recorded: by SMS, by staff, by a list, by the network",
        {
            "change": _text("opt_out", "opt_in", "redlist_on", "redlist_off", "correction"),
            "brand": _NULL_OR_TEXT | {"description": "null: every brand"},
            "scope": _text() | {"description": "all, category#<name>, campaign#<id>, redlist"},
            "how": _text() | {"description": "sms, call, letter, shop, console, import, network"},
        },
        {
            **_OF_ALL,
            "id": "consent/opt_out/in-2",
            "change": "opt_out",
            "brand": "yuntong",
            "scope": "all",
            "how": "sms",
        },
    ),
    "message.undeliverable": EventOut(
        "the network calls a number invalid for good: nothing more is sent to it until it answers",
        {"campaign": _text(), "occasion": _text(), "reason": _text()},
        {
            **_OF_ALL,
            "id": "undeliverable/mt#usage-alert/YT-000017/2026-11/data/80/text",
            "campaign": "usage-alert",
            "occasion": "2026-11/data/80",
            "reason": "invalid",
        },
    ),
    "case.opened": EventOut("a dissatisfied answer opened a case", {**_CASE, **_DUE}, {**_A_CASE, **_A_DUE}),
    "case.reopened": EventOut(
        "the re-check was bad again: the case is one level higher",
        {**_CASE, **_DUE, "recheck_score": _NULL_OR_WHOLE},
        {**_A_CASE, **_A_DUE, "level": 2, "recheck_score": 2},
    ),
    "case.overdue": EventOut(
        "a deadline of a case has passed",
        {
            **_CASE,
            **_DUE,
            "which": {"type": "array", "items": {"enum": ["answer", "resolve"]}, "minItems": 1},
        },
        {**_A_CASE, **_A_DUE, "which": ["answer"]},
    ),
    "case.closed": EventOut(
        "a case ended",
        {
            **_CASE,
            "outcome": _text() | {"description": "confirmed, unconfirmed, duplicate, by_person"},
            "reason": _text() | {"description": "a person's, or empty"},
            "recheck_score": _NULL_OR_WHOLE,
            "resolved_at": _TIME_OR_NULL,
            "joined_to": _NULL_OR_TEXT | {"description": "of a duplicate: the case that goes on"},
        },
        {
            **_A_CASE,
            "outcome": "confirmed",
            "reason": "",
            "recheck_score": 5,
            "resolved_at": "2026-11-24T12:00:00.000Z",
            "joined_to": None,
        },
    ),
}


def with_attributes(kind: str, detail: Mapping[str, Any]) -> dict[str, Any]:
    """The detail as it goes out: with CloudEvents' attributes beside its own fields. Raises KeyError for a
    type that is not declared."""
    _ = EVENTS_OUT[kind]
    return {**CLOUD_EVENT, "type": kind, **detail}


def schema_of(kind: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of what goes out as `kind`."""
    fields = {**COMMON, "type": {"const": kind}, **EVENTS_OUT[kind].fields}
    return {"type": "object", "required": list(fields), "properties": fields, "additionalProperties": False}


def example_of(kind: str) -> dict[str, Any]:
    """What goes out as `kind`, made up."""
    return with_attributes(kind, EVENTS_OUT[kind].example)
