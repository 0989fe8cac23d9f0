"""The contract: made from the declarations, held to the files in docs/api/, judged by its readers' tools,
and tried by sending what it shows."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from chalice.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from app import app
from chalicelib import clock
from chalicelib.campaigns import start
from chalicelib.events_out import EVENTS_OUT, example_of, schema_of
from chalicelib.intake import contract, subscriber_changes
from chalicelib.intake.event import BadEvent, event_from
from chalicelib.intake.subscriber import FIELDS
from chalicelib.intake.vocabulary import Vocabulary, over_shipped, shipped
from chalicelib.store import api_keys
from chalicelib.store.schema.base import replace
from local.contract import written
from tests.functions.test_events_http import EVENT, request
from tests.support.factories import WANG
from tests.support.json_schema import wrong
from tests.support.service import Service

JUDGES = Path(__file__).parents[1] / "contract"
AT = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


def test_the_files_are_what_the_declarations_make() -> None:
    assert {path.name: path.read_text(encoding="utf-8") for path in written()} == {
        path.name: text for path, text in written().items()
    }, "run `python -m local.contract`"


@pytest.mark.parametrize(
    "command",
    [
        ["node", "asyncapi.cjs", "asyncapi.json"],
        ["node_modules/.bin/redocly", "lint", "--max-problems=20", "openapi.json"],
    ],
    ids=["@asyncapi/parser", "@redocly/cli"],
)
def test_both_documents_are_valid(command: list[str], tmp_path: Path) -> None:
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    assert (JUDGES / "node_modules").is_dir(), "run `npm ci --prefix tests/contract` first (`make test` does)"
    path = next(one for one in written() if one.name == command[-1])
    settings = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "HOME": str(tmp_path)}
    said = subprocess.run(
        [*command[:-1], str(path)], cwd=JUDGES, env=os.environ | settings, capture_output=True, text=True
    )
    assert said.returncode == 0, said.stdout + said.stderr
    assert not re.search(r"[0-9]+ warnings?", said.stdout + said.stderr), said.stdout + said.stderr


def test_every_example_of_post_is_taken_and_handled(service: Service) -> None:
    documents = contract.openapi(shipped())
    content = documents["paths"]["/events"]["post"]["requestBody"]["content"]["application/json"]
    shown = {name: one["value"] for name, one in content["examples"].items()}
    assert shown.keys() == shipped().events.keys()
    subscriber_changes.put_many([replace(WANG, subscriber_id="YT-000017")])
    api_keys.forget()
    key = api_keys.make("billing", "ops", clock.now())
    with Client(app) as client:
        answer = client.lambda_.invoke("events_http", request("/events", key, list(shown.values()))).payload
    assert (answer["statusCode"], json.loads(answer["body"])) == (
        202,
        {"accepted": len(shown), "rejected": []},
    )
    refused = start.take(service.aws.messages("intake"), AT)
    assert [(body, problem) for body, problem in refused if problem.code != "region.nobody"] == []


@pytest.mark.parametrize("name", shipped().events)
def test_examples_are_as_their_schemas_say_and_what_lacks_a_field_is_not(name: str) -> None:
    kind = shipped().events[name]
    schema = contract.detail_schema(kind, shipped())
    shown = contract.example(kind)
    assert list(wrong(shown, schema)) == []
    for field in schema["required"]:
        assert list(wrong({one: value for one, value in shown.items() if one != field}, schema)), field


@pytest.mark.parametrize("name", EVENTS_OUT)
def test_what_goes_out_is_as_declared_with_the_attributes_of_cloudevents(name: str) -> None:
    shown = example_of(name)
    assert list(wrong(shown, schema_of(name))) == []
    needed = {"specversion": "1.0", "source": "ringback", "type": name}
    assert {one: shown[one] for one in needed} == needed
    assert shown["id"]
    assert datetime.fromisoformat(shown["time"]).tzinfo
    for field in shown:
        assert list(wrong({one: value for one, value in shown.items() if one != field}, schema_of(name)))
    assert list(wrong({**shown, "more": 1}, schema_of(name)))


def test_both_documents_follow_what_the_operator_declares() -> None:
    own: dict[str, Any] = {
        "event#loan.due": {
            "title": {"en": "a loan is due"},
            "fields": {
                "amount": {"type": "number", "least": 1, "most": 500, "unit": "CNY", "example": 50},
                "level": {"type": "choice", "choices": ["a", "b"], "optional": True, "example": "a"},
            },
        },
        "attributes": {"vip": {"type": "yes_no", "example": True}},
    }
    known: Vocabulary = over_shipped(own)
    post = contract.openapi(known)["components"]["schemas"]
    bus = contract.asyncapi(known)["components"]["messages"]
    amount = {"type": "number", "minimum": 1, "maximum": 500, "x-unit": "CNY", "examples": [50]}
    assert post["loan.due"]["properties"]["amount"] == amount
    assert bus["loan.due"]["payload"]["properties"]["amount"] == amount
    assert post["loan.due"]["required"] == ["type", "id", "time", "subscriber_id", "amount"]
    assert post["subscriber.changed"]["properties"]["vip"]["type"] == ["boolean", "null"]
    assert "arpu" not in post["subscriber.changed"]["properties"]
    assert "#/components/schemas/loan.due" in {one["$ref"] for one in post["Event"]["oneOf"]}


def test_every_field_of_a_subscriber_is_in_it() -> None:
    assert {*contract.SUBSCRIBER_FIELDS, "subscriber_id"} == set(FIELDS)


@pytest.mark.parametrize(
    ("path", "key", "kind", "body", "status"),
    [
        ("/events", "", "application/json", [], 401),
        ("/events", "key", "text/csv", [], 415),
        ("/events", "key", "application/json", "x", 400),
        ("/events", "key", "application/json", [{}] * 101, 400),
    ],
    ids=["no key", "another content type", "no object", "too many"],
)
@pytest.mark.usefixtures("service")
def test_every_error_has_one_shape(path: str, key: str, kind: str, body: Any, status: int) -> None:
    api_keys.forget()
    real = api_keys.make("billing", "ops", clock.now()) if key else ""
    asked = request(path, real, body)
    asked["headers"]["Content-Type"] = kind
    asked["multiValueHeaders"]["Content-Type"] = [kind]
    with Client(app) as client:
        answer = client.lambda_.invoke("events_http", asked).payload
    assert answer["statusCode"] == status
    schema = contract.openapi(shipped())["components"]["schemas"]["Error"]
    assert list(wrong(json.loads(answer["body"]), schema)) == []


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (None, 202),
        ("application/json", 202),
        ("Application/JSON; charset=utf-8", 202),
        ("", 415),
        ("text/json", 415),
        ("application/x-www-form-urlencoded", 415),  # what curl says where nobody says anything
    ],
    ids=repr,
)
@pytest.mark.usefixtures("service")
def test_what_is_no_json_by_its_content_type_is_refused_as_the_contract_says(
    kind: str | None, status: int
) -> None:
    api_keys.forget()
    asked = request(
        "/events", api_keys.make("billing", "ops", clock.now()), [EVENT | {"msisdn": WANG.msisdn}]
    )
    for headers, value in ((asked["headers"], kind), (asked["multiValueHeaders"], [kind])):
        del headers["Content-Type"]
        if kind is not None:
            headers["content-type"] = value
    with Client(app) as client:
        answer = client.lambda_.invoke("events_http", asked).payload
    assert answer["statusCode"] == status
    said = contract.openapi(shipped())["paths"]["/events"]["post"]["responses"]
    assert said["415"]["description"] == (
        "A Content-Type other than application/json; a body without one is read as JSON."
    )


# A type with a field of every type and option, and attributes that take less than the fields which set them.
EVERY_KIND: dict[str, Any] = {
    "attributes": {
        "grade": {"type": "choice", "choices": ["a", "B", "三"], "example": "a"},
        "size": {"type": "whole", "least": -5, "most": 50, "example": 5},
        "label": {"type": "text", "longest": 5, "example": "x"},
        "vip": {"type": "yes_no", "example": True},
        "until": {"type": "day", "example": "2026-11-30"},
        "seen": {"type": "moment", "example": "2026-11-24T01:00:00+08:00"},
        "home": {"type": "region", "example": "湖南/长沙"},
    },
    "event#every.kind": {
        "title": {"zh-CN": "各种", "en": "every kind"},
        "fields": {
            "text": {"type": "text", "longest": 8, "example": "x"},
            "name": {"type": "name", "example": "x"},
            "key": {"type": "key", "example": "x"},
            "way": {"type": "choice", "choices": ["app", "Shop", "网"], "example": "app"},
            "number": {"type": "number", "least": -1.5, "most": 99.5, "example": 1},
            "limit": {"type": "number", "no_limit": True, "example": 5},
            "whole": {"type": "whole", "example": 3},
            "yes": {"type": "yes_no", "example": True},
            "day": {"type": "day", "example": "2026-11-30"},
            "end": {"type": "day", "no_end": True, "example": "2026-11-30"},
            "maybe": {"type": "day", "no_end": True, "optional": True, "example": "2026-11-30"},
            "from": {"type": "moment", "past": True, "example": "2026-11-24T01:00:00+08:00"},
            "to": {
                "type": "moment",
                "after": "from",
                "within": "366d",
                "example": "2026-11-25T01:00:00+08:00",
            },
            "phone": {"type": "msisdn", "example": "+8613900000001"},
            "region": {"type": "region", "example": "湖南/长沙"},
            "mark": {"type": "text", "example": "a"},
            "weight": {"type": "number", "example": 5},
            "word": {"type": "text", "example": "x"},
        },
        "sets": {"grade": "mark", "size": "weight", "label": "word"},
    },
}
KNOWN = over_shipped(EVERY_KIND)
assert not KNOWN.unread
TEXTS = """
 |\u3000|#|/|a/b|a#b|-|-1|0|5| 5 |５|5.5|1e3|1e-9|NaN|null|无|不限|unlimited|APP|ａｐｐ|yes|是|否
2026-02-30|2026-11-30|2026/11/30|20261130|9999-12-31|1850-01-01|长期有效|2026-11-24T01:00:00+08:00|2026-11-24T01:00:00|2026-11-24t01:00:00z
2030-11-24T01:00:00Z|1999-01-01T00:00:00Z|2026-11-24T23:59:60Z|+8613900000001|13900000001|+12|湖南|湖南省长沙市
xxxxxxxxx|A|三|zh|zh-CN|fr|gold|Asia/Shanghai|lunar|left|08-15|1990-08-15|\ufeffx|\uffff|\ud800
""".replace("\n", "|").split("|")
VALUE: st.SearchStrategy[Any] = st.one_of(
    st.sampled_from(TEXTS),
    st.sampled_from([0, -1, 5, 5.5, -5, 50, 51, 99.5, 99.6, 10**12, 10**12 + 1, True, False, None, [], {}]),
    st.sampled_from([9, 41, 65, 81, 129, 201]).map("x".__mul__),
    st.text(max_size=9),
    st.integers(-10, 10**13),
    st.floats(-100, 1e13),
)
# What a schema cannot say: the calendar, the clock, numbers that are in use, characters that SQS refuses.
UNSAID = {
    *(
        "text.control",
        "text.noncharacter",
        "text.lost",
        "date.year",
        "moment.form",
        "time.ahead",
        "time.behind",
    ),
    *("outage.order", "zone.unknown", "birthday.no_day", "number.small", "unit.other", "derived.fails"),
    *("msisdn.no_such_country", "msisdn.no_mobile", "msisdn.not_in_use", "msisdn.kind", "msisdn.nobody"),
}


@settings(max_examples=400)
@given(st.data())
def test_what_the_contract_says_is_what_intake_takes(data: st.DataObject) -> None:
    names = sorted(KNOWN.events)
    kind = KNOWN.events[data.draw(st.sampled_from([*names, *["every.kind", "subscriber.changed"] * 8]))]
    schema = contract.detail_schema(kind, KNOWN)
    event = contract.example(kind)
    for field in data.draw(st.lists(st.sampled_from(sorted(schema["properties"])), min_size=1, max_size=2)):
        event[field] = data.draw(VALUE)
        if data.draw(st.integers(0, 9)) == 0:
            del event[field]
    promised = not list(wrong(event, schema))
    refused: set[str] = set()
    try:
        taken = event_from(kind.name, event, datetime(2026, 11, 24, 12, tzinfo=UTC), KNOWN)
    except BadEvent as bad:
        refused = {one.code for one in bad.problems}
    assert not promised or refused <= UNSAID
    if not promised and not refused:  # another spelling of what it says
        may, derived = dict(kind.may_have), {one.name for one in kind.derived}
        change = kind.name == "subscriber.changed"
        said = {"id": taken.id, "time": taken.time.isoformat(), "subscriber_id": taken.subscriber_id} | {
            name: None if change and value == "" else value
            for name, value in taken.fields.items()
            if name not in derived and not (name in may and value == "")
        }
        assert (
            list(wrong({name: one for name, one in said.items() if name in schema["properties"]}, schema))
            == []
        )


def test_the_schema_of_a_field_is_no_wider_than_the_attribute_that_keeps_it() -> None:
    own = contract.detail_schema(KNOWN.events["every.kind"], KNOWN)["properties"]
    assert own["mark"]["enum"] == ["a", "B", "三"]
    assert (own["weight"]["type"], own["weight"]["minimum"], own["weight"]["maximum"]) == ("integer", 0, 50)
    assert own["word"]["maxLength"] == 5
