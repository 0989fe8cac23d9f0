"""The contract for those who connect: AsyncAPI 3.0 for the bus, OpenAPI 3.1 for `POST /events`, made from the
declarations of the event types and of what goes out.

`python -m local.contract` writes both for what ships to docs/api/; the console makes them of what is live.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from chalicelib.events_out import EVENTS_OUT, SOURCE, example_of, schema_of
from chalicelib.intake.event import A_POST
from chalicelib.intake.field_types import schema
from chalicelib.intake.subscriber import CALENDARS, STATUSES
from chalicelib.intake.vocabulary import EventType, Vocabulary

JsonObject = dict[str, Any]
VERSION: Final = "1.0.0"
LARGEST_POST: Final = 6_000_000  # bytes: Lambda takes no more in one call
EXAMPLE_TIME: Final = "2026-11-24T10:00:00+08:00"
_OF_THE_BUS: Final = (
    "Events on the service's EventBridge bus. In: `Source` begins `operator.`, `DetailType` is the type,"
    " `Detail` the payload; sending one again is safe, and so is any order. Out: `Source` is"
    f" `{SOURCE}`; the payload carries the attributes of CloudEvents 1.0 beside its own fields."
)
_HOW_TO_POST: Final = (
    f"One event or a list of up to {A_POST}, {LARGEST_POST // 1_000_000} MB, UTF-8. Try again on 429 and 5xx,"
    " with the same ids and twice the time between tries (1 s, 2 s, 4 s ... 60 s); on other answers there is"
    " nothing to try again."
)
_LICENSE: Final = {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"}

_ID: Final[JsonObject] = {
    "type": "string",
    "minLength": 1,
    "maxLength": 128,
    "pattern": r"\S",
    "description": "Unique per sender: send the event again with the same one.",
}
_TIME: Final[JsonObject] = {
    "type": "string",
    "format": "date-time",
    "description": "When it happened; the latest decides, in whatever order events come.",
}
_SUBSCRIBER: Final[JsonObject] = {
    "type": "string",
    "minLength": 1,
    "maxLength": 64,
    "pattern": r"^(?!-$)(?=.*\S)[^ /#]+$",
}
_NULL: Final = "null"


def _text(longest: int, example: str, *choices: str, never_null: bool = False) -> JsonObject:
    kind: Any = "string" if never_null else ["string", _NULL]
    if choices:
        values: list[str | None] = [*choices] if never_null else [*choices, None]
        return {"type": kind, "enum": values, "examples": [example]}
    return {"type": kind, "maxLength": longest, "examples": [example]}


_DAY: Final[JsonObject] = {"type": ["string", _NULL], "format": "date"}
_KEY: Final[JsonObject] = {"pattern": "^[^/#]*$"}
SUBSCRIBER_FIELDS: Final[Mapping[str, JsonObject]] = {
    "msisdn": {
        "type": ["string", _NULL],
        "pattern": r"^\+[1-9][0-9]{7,14}$",
        "examples": ["+8613900000001"],
        "description": "E.164",
    },
    "name": _text(100, "王芳"),
    "language": _text(40, "zh-CN", "zh-CN", "en"),
    "time_zone": _text(64, "Asia/Shanghai") | {"description": "IANA"},
    "brand": _text(40, "yuntong") | _KEY,
    "region": _text(80, "湖南/长沙")
    | {"description": "province/city or province/city/county", "pattern": "^([^/#][^#]*)?$"},
    "tier": _text(40, "gold") | _KEY,
    "plan": _text(64, "5g-128") | _KEY,
    "plan_ends_on": _DAY | {"examples": ["2026-11-30"]},
    "birthday_calendar": _text(40, "solar", *CALENDARS),
    "birthday": _text(10, "1990-08-15")
    | {
        "description": "MM-DD or YYYY-MM-DD, in its own calendar",
        "pattern": "^(([0-9]{4}-)?[0-9]{2}-[0-9]{2})?$",
    },
    "status": _text(40, "active", *STATUSES, never_null=True),
    "since": _DAY | {"examples": ["2019-03-01"]},
}
"""Of `subscriber.changed`, beside the operator's attributes; null clears one."""


def detail_schema(kind: EventType, known: Vocabulary) -> JsonObject:
    """The JSON Schema (2020-12) of an event's `Detail`. What is understood besides (numbers as text, other
    spellings) is not in it; fields that it does not name are left out without an error."""
    fields: JsonObject = {"id": _ID, "time": _TIME}
    if kind.of_subscriber:
        fields["subscriber_id"] = _SUBSCRIBER
    needed = list(fields)
    own = {one.name: schema(one) for one in kind.fields}
    for name, source in kind.sets.items():
        if source in own and name in known.attributes:
            own[source] = _narrowed(own[source], schema(known.attributes[name].field))
    needed += [one.name for one in kind.fields if not one.optional]
    found: JsonObject = {"type": "object", "required": needed, "properties": fields | own}
    if kind.name == "subscriber.changed":
        more = dict(SUBSCRIBER_FIELDS) | {
            name: _or_null(schema(one.field)) for name, one in known.attributes.items()
        }
        found["properties"] |= more
        found["minProperties"] = len(needed) + 1  # at least one of them
    return found


def _narrowed(one: JsonObject, other: JsonObject) -> JsonObject:
    """The schema of a field whose values another takes, too."""
    found = dict(one)
    for name, narrower in (("minimum", max), ("maximum", min), ("maxLength", min)):
        if name in other:
            found[name] = narrower(found.get(name, other[name]), other[name])
    if "enum" in other:
        mine: list[Any] = one.get("enum") or other["enum"]
        found["enum"] = [value for value in other["enum"] if value in mine]
    if (one["type"], other["type"]) == ("number", "integer"):
        found["type"] = "integer"
    return found


def _or_null(one: JsonObject) -> JsonObject:
    kind = one["type"] if isinstance(one["type"], list) else [one["type"]]
    found = one | {"type": [*kind, *([] if _NULL in kind else [_NULL])]}
    return found | {"enum": [*found["enum"], None]} if "enum" in found else found


def example(kind: EventType) -> JsonObject:
    """An event of the type as its `Detail`, made up of the examples of its fields."""
    found: JsonObject = {"id": f"{kind.name}-1", "time": EXAMPLE_TIME}
    if kind.of_subscriber:
        found["subscriber_id"] = "YT-000017"
    found |= {one.name: one.example for one in kind.fields}
    return found | ({"language": "zh-CN", "tier": "gold"} if kind.name == "subscriber.changed" else {})


def asyncapi(known: Vocabulary) -> JsonObject:
    """The events in and out on the bus. Words are English: its readers are engineers' tools."""
    incoming = {
        name: _message(name, kind.title.get("en", name), detail_schema(kind, known), example(kind))
        for name, kind in sorted(known.events.items())
    }
    outgoing = {
        name: _message(name, one.when, schema_of(name), example_of(name)) for name, one in EVENTS_OUT.items()
    }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Ringback events",
            "version": VERSION,
            "license": _LICENSE,
            "description": _OF_THE_BUS,
        },
        "defaultContentType": "application/json",
        "channels": {
            "in": _channel("Events in", incoming, "operator.<system>, such as operator.billing"),
            "out": _channel("Events out", outgoing, SOURCE),
        },
        "operations": {
            "takeEvents": _operation("receive", "in", "Ringback takes what happened at the operator."),
            "tellEvents": _operation("send", "out", "Ringback tells CRM and ticketing what happened."),
        },
        "components": {"messages": {**incoming, **outgoing}},
    }


def _message(name: str, summary: str, payload: JsonObject, shown: JsonObject) -> JsonObject:
    return {
        "name": name,
        "title": name,
        "summary": summary,
        "payload": payload,
        "examples": [{"payload": shown}],
    }


def _channel(title: str, messages: Mapping[str, JsonObject], source: str) -> JsonObject:
    return {
        "address": "ringback-{stage}",
        "title": title,
        "description": f"The bus of the stage; `Source`: {source}.",
        "parameters": {"stage": {"description": "the deployment's name", "default": "prod"}},
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
    }


def _operation(action: str, channel: str, summary: str) -> JsonObject:
    return {"action": action, "channel": {"$ref": f"#/channels/{channel}"}, "summary": summary}


def openapi(known: Vocabulary) -> JsonObject:
    """`POST /events`."""
    events = {name: _typed(kind, known) for name, kind in sorted(known.events.items())}
    references = {name: f"#/components/schemas/{name}" for name in events}
    event: JsonObject = {
        "oneOf": [{"$ref": one} for one in references.values()],
        "discriminator": {"propertyName": "type", "mapping": references},
    }
    one: JsonObject = {"$ref": "#/components/schemas/Event"}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Ringback POST /events",
            "version": VERSION,
            "license": _LICENSE,
            "description": "For systems that have no bus. Each event is taken or rejected on its own;"
            " sending one again is safe, and so is any order.",
        },
        "servers": [
            {
                "url": "{console}",
                "description": "Where the console is: the output ConsoleUrl of the stack.",
                "variables": {"console": {"default": "http://127.0.0.1:8000"}},
            }
        ],
        "security": [{"key": []}],
        "paths": {"/events": {"post": _post(known, one)}},
        "components": {
            "securitySchemes": {
                "key": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "X-Api-Key",
                    "description": "One for each system: `ringback keys make SENDER`.",
                }
            },
            "schemas": {
                "Event": event,
                "Answer": _ANSWER,
                "Rejection": _REJECTION,
                "Error": _ERROR,
                **events,
            },
        },
    }


def _typed(kind: EventType, known: Vocabulary) -> JsonObject:
    found = detail_schema(kind, known)
    return found | {
        "description": kind.title.get("en", kind.name),
        "required": ["type", *found["required"]],
        **({"minProperties": found["minProperties"] + 1} if "minProperties" in found else {}),
        "properties": {"type": {"type": "string", "const": kind.name}, **found["properties"]},
        "examples": [{"type": kind.name, **example(kind)}],
    }


_WORDS: Final[JsonObject] = {
    "field": {"type": "string", "description": "Where it is wrong; empty: the whole."},
    "code": {"type": "string", "description": "For programs; stays.", "examples": ["choice.unknown"]},
    "error": {
        "type": "string",
        "description": "For people, in the language of Accept-Language (zh-CN, en).",
    },
}
_ERROR: Final[JsonObject] = {"type": "object", "required": list(_WORDS), "properties": _WORDS}
_REJECTION: Final[JsonObject] = {
    "type": "object",
    "required": ["index", *_WORDS],
    "properties": {
        "index": {"type": "integer", "minimum": 0, "description": "In the list."},
        **_WORDS,
        "more": {
            "type": "array",
            "items": {"$ref": "#/components/schemas/Error"},
            "description": "The other fields that are wrong, where there are several.",
        },
    },
}
_ANSWER: Final[JsonObject] = {
    "type": "object",
    "required": ["accepted", "rejected"],
    "properties": {
        "accepted": {"type": "integer", "minimum": 0},
        "rejected": {"type": "array", "items": {"$ref": "#/components/schemas/Rejection"}},
    },
}


def _post(known: Vocabulary, one: JsonObject) -> JsonObject:
    shown = {name: {"value": {"type": name, **example(kind)}} for name, kind in sorted(known.events.items())}
    return {
        "operationId": "postEvents",
        "summary": "Tell what happened",
        "description": _HOW_TO_POST,
        "parameters": [
            {
                "name": "Accept-Language",
                "in": "header",
                "description": "Of the words of errors: zh-CN or en.",
                "schema": {"type": "string", "default": "en"},
            }
        ],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {"oneOf": [one, {"type": "array", "items": one, "maxItems": A_POST}]},
                    "examples": shown,
                }
            },
        },
        "responses": {
            "202": _answer(
                "At least one was taken; what was rejected is set aside with its reason.", "Answer"
            ),
            "400": _answer(f"No JSON in UTF-8, or more than {A_POST} events: nothing was taken.", "Error"),
            "401": _answer("X-Api-Key is missing or wrong.", "Error"),
            "413": _answer("Too large: send fewer at once.", "Error"),
            "415": _answer(
                "A Content-Type other than application/json; a body without one is read as JSON.", "Error"
            ),
            "422": _answer("All were rejected.", "Answer"),
            "429": _answer(
                "Too many requests; 50 a second, 100 at once, unless it was deployed with others.",
                "Error",
                headers={"Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}},
            ),
            "500": _answer(
                "Try again: whether it was taken is not known, and sending again is safe.", "Error"
            ),
        },
    }


def _answer(description: str, name: str, headers: Mapping[str, Any] | None = None) -> JsonObject:
    found: JsonObject = {
        "description": description,
        "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}},
    }
    return found | ({"headers": dict(headers)} if headers else {})
