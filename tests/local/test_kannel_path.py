"""A real Kannel between the gateway and an SMSC that speaks SMPP: what goes through it, both ways.

One start for all of it. Kannel calls back at a server of the test, which reads requests as the routes do.
"""

from __future__ import annotations

import json
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Empty, Queue
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from chalicelib.campaigns.language import LONGEST_TEXT
from chalicelib.sms.gateways import Outgoing, Queued, kannel, kannel_receipts
from chalicelib.sms.gateways.kannel_settings import Settings, settings_from
from local import kannel as local_kannel
from local.package import ROOT
from local.processes import LocalRunError, free_ports, running, wait_for

TO = "+8613800138000"
PATIENCE = 60.0  # seconds for something to come on a busy machine


@dataclass
class Ends:
    """Both ends: what is sent with `send`, the phones behind, and what came back."""

    phones: str
    known: Settings
    folder: Path
    receipts: Queue[dict[str, Any]] = field(default_factory=Queue)
    answers: Queue[dict[str, Any]] = field(default_factory=Queue)
    addresses: list[str] = field(default_factory=list)
    hang_up: Callable[[], None] = lambda: None

    def ask(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """The phones' JSON interface."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(  # noqa: S310 - our own http address
            self.phones + path, data, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
            return json.load(answer)

    def send(self, body: str, item: str, to: str = TO, counting: str = "network") -> None:
        """Hand one text over."""
        text = Outgoing(
            to, "1069012300", body, False, 3600, context={"item": item, "token": "t"}, counting=counting
        )
        assert kannel.send(text) == Queued()

    def receipt(self, item: str, *kinds: str) -> list[dict[str, Any]]:
        """The next receipts, which have to be about `item` and of these kinds."""
        try:
            found = [self.receipts.get(timeout=PATIENCE) for _ in kinds]
        except Empty:
            pytest.fail(f"no receipt: {[one['eventType'] for one in list(self.receipts.queue)]}")
        assert [(one["context"]["item"], one["eventType"]) for one in found] == [(item, one) for one in kinds]
        return found


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ends]:
    try:
        local_kannel.programs()
    except LocalRunError as error:
        pytest.skip(str(error))
    folder = tmp_path_factory.mktemp("kannel")
    port, smsc, callback = free_ports(3)
    phones = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "local.handsets", "--port", str(port), "--smsc-port", str(smsc)]
    with running("the phones", command, folder / "phones.log", {"PATH": "/usr/bin:/bin"}, ROOT) as child:
        wait_for(child, f"{phones}/health")
        with local_kannel.kannel(folder, smsc, f"http://127.0.0.1:{callback}/kannel") as up:
            found = Ends(phones, settings_from(up.settings), folder)
            with _called_back(callback, found), pytest.MonkeyPatch.context() as patch:
                patch.setattr(kannel, "settings", lambda: found.known)
                yield found


class _called_back:
    """The service's end: what Kannel calls, read as the routes read it."""

    def __init__(self, port: int, found: Ends) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                found.addresses.append(self.path)
                query = dict(parse_qsl(urlsplit(self.path).query))
                found.receipts.put(kannel_receipts.receipt_from(query, found.known, datetime.now(UTC)))
                self._answer()

            def do_POST(self) -> None:
                found.addresses.append(self.path)
                body = self.rfile.read(int(self.headers["Content-Length"]))
                box = kannel_receipts.box_of(self.headers["Authorization"], found.known)
                headers = {name.lower(): value for name, value in self.headers.items()}
                given_id = dict(parse_qsl(urlsplit(self.path).query))["id"]
                sender = headers["x-kannel-from"]
                found.answers.put(kannel_receipts.answer_from(body, headers, given_id, box, sender))
                self._answer()

            def _answer(self) -> None:
                self.send_response(202)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        found.hang_up = self._close
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._close()

    def _close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


LONG = "尊敬的客户，您本月的流量已用百分之九十，" * 8
SENT: dict[str, tuple[str, str, list[int]]] = {
    "Latin letters with a sign of two septets": ("Hello [€] {ü} @", "network", [0]),
    "Chinese": ("您的流量已用90%", "network", [8]),
    "Latin letters that are billed as Chinese is": ("Hello", "cn", [8]),
    "three parts of UCS-2": (LONG, "cn", [8, 8, 8]),
}


@pytest.mark.parametrize(("body", "counting", "codings"), SENT.values(), ids=SENT.keys())
def test_a_text_arrives_as_it_was_and_its_reports_come_back(
    path: Ends, body: str, counting: str, codings: list[int]
) -> None:
    item = f"mt#a/s-1/{len(body)}/{counting}"
    path.send(body, item, counting=counting)
    path.receipt(item, "TEXT_ACCEPTED", "TEXT_DELIVERED")
    last = path.ask(f"/messages?to=%2B{TO[1:]}")["messages"][-1]
    assert last["body"] == body
    assert [one["data_coding"] for one in last["pdus"]] == codings
    assert [one["registered_delivery"] for one in last["pdus"]] == [1] + [0] * (len(codings) - 1)


def test_the_longest_text_that_there_may_be_arrives_whole(path: Ends) -> None:
    body = "".join(chr(0x4E00 + n) for n in range(LONGEST_TEXT))
    path.send(body, "mt#a/s-1/longest/text")
    path.receipt("mt#a/s-1/longest/text", "TEXT_ACCEPTED", "TEXT_DELIVERED")
    end = time.monotonic() + PATIENCE
    while (last := path.ask(f"/messages?to=%2B{TO[1:]}")["messages"][-1])["body"] != body:
        assert time.monotonic() < end, f"{len(last['pdus'])} parts came"
        time.sleep(0.05)


NETWORKS = {
    "the SMSC refuses the number": ({"mode": "error", "error": "ACCOUNT_DISABLED"}, ["TEXT_REFUSED"]),
    "the phone cannot be reached": ({"mode": "fail"}, ["TEXT_ACCEPTED", "TEXT_UNREACHABLE"]),
}


@pytest.mark.parametrize(("network", "kinds"), NETWORKS.values(), ids=NETWORKS.keys())
def test_what_the_network_refuses_or_does_not_deliver_is_reported(
    path: Ends, network: dict[str, str], kinds: list[str]
) -> None:
    to = f"+861380013800{len(kinds)}"
    path.ask("/network", {"to": to, **network})
    path.send("您好", f"mt#b/{to[-1]}", to=to)
    found = path.receipt(f"mt#b/{to[-1]}", *kinds)
    if kinds == ["TEXT_REFUSED"]:
        assert found[0]["error"] == {"code": "SMPP", "reason": "0x0000000b"}


def test_of_a_text_in_parts_kannel_says_no_number_and_whose_receipt_it_is(path: Ends) -> None:
    to, item = "+8613800138009", "mt#b/parts"
    path.ask("/network", {"to": to, "mode": "error", "error": "ACCOUNT_DISABLED"})
    path.send(LONG, item, to=to)
    (refused,) = path.receipt(item, "TEXT_REFUSED")
    assert refused["error"] == {"code": "Kannel", "reason": "part refused"}
    path.send(LONG, item)
    taken, delivered = path.receipt(item, "TEXT_ACCEPTED", "TEXT_DELIVERED")
    assert (taken.get("firstPart"), delivered.get("firstPart")) == (None, True)


ANSWERS = {
    "letters": "STOP €",
    "Chinese": "2，宽带还是断😀",
    "parts in Chinese": "已经三天了，宽带还是断，" * 10,
    "parts in Latin letters": "It has been down for three days now. " * 6,
}


@pytest.mark.parametrize("body", ANSWERS.values(), ids=ANSWERS.keys())
def test_what_a_subscriber_writes_comes_in_whole(path: Ends, body: str) -> None:
    path.ask("/reply", {"from": TO, "to": "1069012300", "body": body})
    answer = path.answers.get(timeout=PATIENCE)
    assert (answer["messageBody"], answer["originationNumber"]) == (body, TO)
    assert answer["destinationNumber"] == "1069012300"


def test_no_address_and_no_log_holds_a_number_or_words(path: Ends) -> None:
    logs = [file.read_text(errors="replace") for file in path.folder.glob("*box.log")]
    for text in [*path.addresses, *logs]:
        assert not [one for one in (TO[1:], "STOP", "您", "Hello") if one in text]


def test_a_service_that_does_not_answer_is_logged_without_its_secret(path: Ends) -> None:
    path.hang_up()
    path.ask("/reply", {"from": TO, "to": "1069012300", "body": "hello"})
    log, end = path.folder / "smsbox.log", time.monotonic() + PATIENCE
    while "Couldn't fetch <http://***@127.0.0.1:" not in log.read_text(errors="replace"):
        assert time.monotonic() < end, "Kannel said nothing"
        time.sleep(0.05)
    secrets = [secret for secrets in path.known.boxes.values() for secret in secrets]
    said = [file.read_text(errors="replace") for file in path.folder.glob("*box.log")]
    assert not [one for one in (*secrets, path.known.password) for text in said if one in text]
