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

import pytest

from chalicelib import clock
from chalicelib.intake import contract
from chalicelib.intake.event import events_from_post
from chalicelib.intake.vocabulary import shipped

SENDERS = Path(__file__).parents[2] / "docs" / "senders"
EVENTS = [
    {"type": name, **contract.example(kind), "time": clock.now().isoformat()}
    for name, kind in shipped().events.items()
    if name in ("topup.done", "points.expiring", "number.released")
]


@contextmanager
def ringback(busy: int) -> Iterator[tuple[str, list[tuple[Any, bytes]]]]:
    """An address that takes events as `POST /events` does, busy for so many requests; and what was sent."""
    sent: list[tuple[Any, bytes]] = []

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            sent.append((self.headers, body))
            status = 429 if len(sent) <= busy else 202
            self.send_response(status)
            self.send_header("Retry-After", "0")
            self.end_headers()
            self.wfile.write(json.dumps({"path": self.path, "accepted": 1}).encode())

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
    [([sys.executable, "post_events.py"], False), (["sh", "post_events.sh"], True)],
    ids=["Python", "curl"],
)
def test_what_a_sender_posts_is_taken_and_a_429_is_tried_again(
    command: list[str], listed: bool, tmp_path: Path
) -> None:
    if command[0] == "sh" and shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    file = tmp_path / "events"
    file.write_text(json.dumps(EVENTS) if listed else "\n".join(json.dumps(one) for one in EVENTS) + "\n")
    with ringback(busy=1) as (url, sent):
        ran = subprocess.run(
            [command[0], str(SENDERS / command[1]), str(file)],
            env=os.environ | {"RINGBACK_URL": url, "RINGBACK_KEY": "k-1", "no_proxy": "127.0.0.1"},
            capture_output=True,
            text=True,
        )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip().endswith('{"path": "/events", "accepted": 1}')
    assert [(one["X-Api-Key"], one["Content-Type"]) for one, _ in sent] == [("k-1", "application/json")] * 2
    assert sent[0][1] == sent[1][1], "the same ids again"
    posted = events_from_post(sent[1][1], clock.now(), shipped())
    assert (len(posted.events), posted.rejected) == (len(EVENTS), [])


def test_a_senders_file_on_the_bus_is_events(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "events"
    file.write_text("\n".join(json.dumps(one) for one in EVENTS))
    entries: list[dict[str, str]] = []

    class Bus:
        def put_events(self, Entries: list[dict[str, str]]) -> dict[str, int]:
            entries.extend(Entries)
            return {"FailedEntryCount": 0}

    monkeypatch.setattr("boto3.client", lambda _: Bus())
    monkeypatch.setattr(sys, "argv", ["put_events.py", str(file), "ringback-test"])
    exec(compile((SENDERS / "put_events.py").read_text(), "put_events.py", "exec"), {})  # noqa: S102
    assert {one["Source"] for one in entries} == {"operator.billing"}
    back = [{"type": one["DetailType"], **json.loads(one["Detail"])} for one in entries]
    assert back == EVENTS
