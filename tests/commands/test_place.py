"""What a command talks to: a stack by name, the local run, the environment; and that it says so."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import click
import pytest
from click.testing import CliRunner
from moto import mock_aws

from chalicelib.cli import cli
from chalicelib.commands.place import TABLES, stack, variables
from local.package import ROOT
from local.template import whole

OUTPUTS = {
    "StageName": "prod",
    "EventBusName": "ringback-prod",
    "DropBucketName": "ringback-prod-drop-1-eu-west-1",
    "UserPoolId": "eu-west-1_pool",
    "InboundTopicArn": "arn:aws:sns:eu-west-1:1:ringback-prod-inbound",
    "OutboxUrgentQueueUrl": "https://sqs/1/ringback-prod-outbox-urgent",
    "OutboxUrgentDeadQueueUrl": "https://sqs/1/ringback-prod-outbox-urgent-dead",
    **{f"{one.capitalize()}TableName": f"ringback-prod-{one}" for one in TABLES},
}
LOCAL = {"aws_endpoint": "http://127.0.0.1:9", "region": "us-east-1", "stage": "dev", "tables": {}}


@pytest.fixture
def account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An account with the stacks ringback-prod and someone-elses, seen from a folder with a local run."""
    (tmp_path / ".local").mkdir()
    (tmp_path / ".local" / "stack.json").write_text(json.dumps(LOCAL), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    server = ThreadingHTTPServer(("127.0.0.1", 0), CloudFormation)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    environment = {"AWS_DEFAULT_REGION": "eu-west-1", "AWS_ENDPOINT_URL_CLOUDFORMATION": address}
    monkeypatch.setattr(os, "environ", environment)
    with mock_aws():
        yield
    server.shutdown()
    server.server_close()


class CloudFormation(BaseHTTPRequestHandler):
    """DescribeStacks of two stacks, in the API's XML."""

    def do_POST(self) -> None:
        asked = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        (name,) = asked["StackName"]
        outputs = {"ringback-prod": OUTPUTS, "someone-elses": {"Url": "x"}}.get(name)
        self.send_response(200 if outputs else 400)
        self.end_headers()
        members = "".join(
            f"<member><OutputKey>{key}</OutputKey><OutputValue>{value}</OutputValue></member>"
            for key, value in (outputs or {}).items()
        )
        stack = f"<member><StackName>{name}</StackName><Outputs>{members}</Outputs></member>"
        said = f"Stack with id {name} does not exist"
        error = f"<Error><Code>ValidationError</Code><Message>{said}</Message></Error>"
        body = (
            f"<R><DescribeStacksResult><Stacks>{stack}</Stacks></DescribeStacksResult></R>"
            if outputs
            else f"<ErrorResponse>{error}</ErrorResponse>"
        )
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize("by", ["option", "variable"])
def test_a_stack_that_is_named_is_read_from_its_outputs(by: str) -> None:
    if by == "variable":
        os.environ["RINGBACK_STACK"] = "ringback-prod"
    place = stack("ringback-prod" if by == "option" else None)
    assert (place.stack, place.stage, place.local) == ("ringback-prod", "prod", None)
    assert str(place) == "stack ringback-prod in eu-west-1, profile default"
    assert os.environ["RINGBACK_CASES"] == "ringback-prod-cases"
    assert os.environ["RINGBACK_QUEUE_OUTBOX_URGENT_DEAD"].endswith("-outbox-urgent-dead")
    assert os.environ["RINGBACK_BUS"] == "ringback-prod"
    assert os.environ["RINGBACK_ERASURE_KEY_PARAMETER"] == "/ringback/prod/erasure-key"
    assert "AWS_ENDPOINT_URL" not in os.environ, "nothing of the local run"


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize(
    ("arguments", "variable", "found"),
    [
        (["--stack", "ringback-prod"], "ringback-other", "stack ringback-prod in eu-west-1, profile default"),
        ([], "ringback-prod", "stack ringback-prod in eu-west-1, profile default"),
        ([], None, "the local run at http://127.0.0.1:9"),
        ([], "", "what the RINGBACK_ variables name, in eu-west-1, profile default"),
    ],
    ids=["the option goes first", "then the variable", "then the local run", "an empty variable"],
)
def test_what_is_talked_to_is_said_once(
    arguments: list[str], variable: str | None, found: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if variable is not None:
        os.environ["RINGBACK_STACK"] = variable
    with cli.make_context("ringback", [*arguments, "campaigns"]):
        assert str(stack()) == str(stack()) == found
    assert capsys.readouterr().err == f"Talking to {found}\n"


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("ringback-test", "there is no stack ringback-test in eu-west-1"),
        ("someone-elses", "no stack of Ringback's: it lacks the output StageName"),
    ],
)
def test_a_stack_that_cannot_be_talked_to_is_named(name: str, said: str) -> None:
    before = dict(os.environ)
    with pytest.raises(click.ClickException, match=said):
        stack(name)
    assert before == os.environ


@pytest.mark.usefixtures("account")
def test_the_doctor_of_a_stage_never_looks_at_the_local_run() -> None:
    found = CliRunner().invoke(cli, ["doctor", "--stage", "prod"])
    assert found.stderr.startswith("Talking to stack ringback-prod in eu-west-1")
    assert "127.0.0.1" not in found.output
    missing = CliRunner().invoke(cli, ["doctor", "--stage", "test"])
    assert missing.exit_code == 1
    assert "there is no stack ringback-test" in missing.stderr
    assert missing.stdout == ""


@pytest.mark.usefixtures("account")
def test_the_doctor_says_when_a_stack_is_not_of_that_stage() -> None:
    found = CliRunner().invoke(cli, ["--stack", "ringback-prod", "doctor", "--stage", "dev"])
    assert found.exit_code == 2
    assert "is of the stage prod, not of dev" in found.stderr


def test_the_template_says_all_that_the_commands_need() -> None:
    template = whole(ROOT)
    functions = template["Globals"]["Function"]["Environment"]["Variables"]
    outputs = {key: key for key in template["Outputs"]} | {"StageName": "dev"}
    lacking = set(functions) - set(variables(outputs))
    for_sending = {"RINGBACK_PROTECT_CONFIGURATION", "RINGBACK_MESSAGE_FEEDBACK"}
    for_signing_in = {"RINGBACK_SIGN_IN_PARAMETER", "RINGBACK_SIGN_IN_SECRET_PARAMETER"}
    assert lacking == for_sending | for_signing_in
