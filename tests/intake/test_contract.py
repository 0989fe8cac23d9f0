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

from app import app
from chalicelib import clock
from chalicelib.campaigns import start
from chalicelib.events_out import EVENTS_OUT, example_of, schema_of
from chalicelib.intake import contract, subscriber_changes
from chalicelib.intake.subscriber import FIELDS
from chalicelib.intake.vocabulary import Vocabulary, over_shipped, shipped
from chalicelib.store import api_keys
from chalicelib.store.schema.base import replace
from local.contract import written
from tests.functions.test_events_http import request
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
