"""The senders in docs/senders do what the contract says: what they send is taken, a 429 is tried again."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import boto3
import pytest
from chalice.test import Client

from app import app
from chalicelib import clock, queues
from chalicelib.intake import contract
from chalicelib.intake.vocabulary import shipped
from tests.functions.test_events_http import key, request
from tests.support.dynamodb import Aws, template

__all__ = ["key"]

SENDERS = Path(__file__).parents[2] / "docs" / "senders"
EVENTS = [
    {"type": name, **contract.example(kind), "time": clock.now().isoformat()}
    for name, kind in shipped().events.items()
    if name in ("topup.done", "points.expiring", "number.released")
]


@contextmanager
def ringback(busy: int) -> Iterator[tuple[str, list[tuple[Any, bytes]]]]:
    """An address behind which the function of `POST /events` answers, busy for so many requests; and what
    was sent there."""
    sent: list[tuple[Any, bytes]] = []

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            sent.append((self.headers, body))
            status, said = 429, ""
            if len(sent) > busy:
                asked = request(self.path, self.headers["X-Api-Key"], None) | {"body": body.decode()}
                with Client(app) as client:
                    answer = client.lambda_.invoke("events_http", asked).payload
                status, said = answer["statusCode"], answer["body"]
            self.send_response(status)
            self.send_header("Retry-After", "0")
            self.end_headers()
            self.wfile.write(said.encode())

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", sent
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("command", "listed"),
    [
        ([sys.executable, "post_events.py"], False),
        (["sh", "post_events.sh"], True),
        (["java", "PostEvents.java"], True),
    ],
    ids=["Python", "curl", "Java"],
)
def test_what_a_sender_posts_waits_for_intake_and_a_429_is_tried_again(
    command: list[str], listed: bool, tmp_path: Path, key: str, aws: Aws
) -> None:
    needed = {"sh": "curl", "java": "javac"}.get(command[0], "")
    if needed and shutil.which(needed) is None:
        pytest.skip(f"{needed} is not installed")
    file = tmp_path / "events"
    file.write_text(json.dumps(EVENTS) if listed else "\n".join(json.dumps(one) for one in EVENTS) + "\n")
    with ringback(busy=1) as (url, sent):
        ran = subprocess.run(
            [command[0], str(SENDERS / command[1]), str(file)],
            env=os.environ | {"RINGBACK_URL": url, "RINGBACK_KEY": key, "no_proxy": "127.0.0.1"},
            capture_output=True,
            text=True,
        )
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout.strip().splitlines()[-1])["accepted"] == len(EVENTS)
    assert [(one["X-Api-Key"], one["Content-Type"]) for one, _ in sent] == [(key, "application/json")] * 2
    assert sent[0][1] == sent[1][1], "the same ids again"
    waiting = [json.loads(one) for one in aws.messages("intake")]
    assert sorted(one["detail"]["id"] for one in waiting) == sorted(one["id"] for one in EVENTS)


def test_a_senders_file_on_the_bus_is_events(
    tmp_path: Path, aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "events"
    file.write_text("\n".join(json.dumps(one) for one in EVENTS))
    bus, waiting, events = os.environ["RINGBACK_BUS"], queues.url("intake"), boto3.client("events")
    about = queues.sqs().get_queue_attributes(QueueUrl=waiting, AttributeNames=["QueueArn"])["Attributes"]
    pattern = json.dumps(template()["OperatorEventsRule"]["Properties"]["EventPattern"])
    events.put_rule(Name="operator", EventBusName=bus, EventPattern=pattern)
    targets: Any = [{"Id": "intake", "Arn": about["QueueArn"]}]
    events.put_targets(Rule="operator", EventBusName=bus, Targets=targets)
    monkeypatch.setattr(sys, "argv", ["put_events.py", str(file), bus])
    exec(compile((SENDERS / "put_events.py").read_text(), "put_events.py", "exec"), {})  # noqa: S102
    told = [json.loads(one) for one in aws.messages("intake")]
    back = [{"type": one["detail-type"], **one["detail"]} for one in told]
    assert sorted(back, key=str) == sorted(EVENTS, key=str)
    assert {one["source"] for one in told} == {"operator.billing"}
