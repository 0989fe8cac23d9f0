"""What stands behind each gateway in the conformance test: a server that says as it is told."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3
import pytest

from chalicelib.sms.gateways import GatewaySend, aws, kannel, kannel_receipts
from chalicelib.sms.gateways.kannel_settings import Settings

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
A_BYTE = 0.03  # seconds, of an answer that trickles
KEYS = ("a key", "the key before")


@dataclass
class Seen:
    """What reached the server, a request each."""

    paths: list[str] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)


@dataclass(frozen=True)
class Behind:
    """A gateway with its server: what that can be told to say, and what the service put into a request."""

    send: GatewaySend
    seen: Seen
    say: Callable[[str], None]  # "accept" | "busy" | "denied" | "refused" | "broken" | "cut"
    vanish: Callable[[], None]  # nobody listens any more
    context: Callable[[], Mapping[str, str]]  # that would come back in receipts
    life: Callable[[], int]  # seconds that the network was told to try


@contextmanager
def serving(
    answers: Mapping[str, tuple[int, bytes]], tls: ssl.SSLContext | None = None
) -> Iterator[tuple[str, Seen, Callable[[str], None], Any]]:
    """A server that gives the chosen answer; one that is not in `answers` ("cut") is none at all. One that
    begins with "slow " is the answer "accept", a byte at a time from that part of it on."""
    seen, chosen = Seen(), ["accept"]

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            seen.paths.append(self.path)
            seen.headers.append({name.lower(): value for name, value in self.headers.items()})
            seen.bodies.append(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
            if chosen[0].startswith("slow "):
                self._trickle(chosen[0].removeprefix("slow "), *answers["accept"])
                return
            if chosen[0] not in answers:
                self.close_connection = True
                return
            status, body = answers[chosen[0]]
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST

        def _trickle(self, since: str, status: int, body: bytes) -> None:
            self.close_connection = True
            parts = {
                "status": f"HTTP/1.1 {status} OK\r\n".encode(),
                "headers": f"Content-Length: {len(body)}\r\nX-Idle: {'x' * 99}\r\n\r\n".encode(),
                "body": body,
            }
            slow = False
            with suppress(OSError):  # nobody listens any more
                for name, part in parts.items():
                    slow = slow or name == since
                    for piece in (part[n : n + 1] for n in range(len(part))) if slow else (part,):
                        self.wfile.write(piece)
                        time.sleep(A_BYTE if slow else 0)

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()

    def vanish() -> None:
        server.shutdown()
        server.server_close()

    try:
        scheme = "https" if tls else "http"
        yield (
            f"{scheme}://127.0.0.1:{server.server_port}",
            seen,
            lambda what: chosen.__setitem__(0, what),
            vanish,
        )
    finally:
        vanish()
        thread.join()


def _error(status: int, code: str, reason: str = "") -> tuple[int, bytes]:
    kind = f"com.amazonaws.pinpointsmsvoicev2#{code}"
    return status, json.dumps(
        {"__type": kind, "Message": "no", **({"Reason": reason} if reason else {})}
    ).encode()


@contextmanager
def behind_aws(patch: pytest.MonkeyPatch) -> Iterator[Behind]:
    """AWS End User Messaging."""
    answers = {
        "accept": (200, b'{"MessageId": "m-1"}'),
        "busy": _error(400, "ThrottlingException"),
        "denied": _error(400, "AccessDeniedException"),
        "refused": _error(400, "ConflictException", "DESTINATION_PHONE_NUMBER_OPTED_OUT"),
        "broken": _error(500, "InternalServerException"),
    }
    with serving(answers) as (url, seen, say, vanish):
        patch.setenv("AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2", url)
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
            patch.setenv(name, "us-east-1")
        patch.setattr(boto3, "DEFAULT_SESSION", None)  # which would keep these for whoever comes later
        aws.client.cache_clear()

        def request() -> Mapping[str, Any]:
            found: Mapping[str, Any] = json.loads(seen.bodies[-1])
            return found

        yield Behind(
            aws.send, seen, say, vanish, lambda: request()["Context"], lambda: request()["TimeToLive"]
        )
        aws.client.cache_clear()


@contextmanager
def behind_kannel(patch: pytest.MonkeyPatch) -> Iterator[Behind]:
    """Kannel's smsbox."""
    answers = {
        "accept": (202, b"0: Accepted for delivery"),
        "busy": (503, b"Temporal failure, try again later."),
        "denied": (403, b"Authorization failed for sendsms"),
        "refused": (400, b"Empty receiver number not allowed, rejected"),
        "broken": (500, b""),
    }
    with serving(answers) as (url, seen, say, vanish):
        known = Settings((f"{url}/cgi-bin/sendsms",), "u", "p", "https://texts.example/kannel", KEYS)
        patch.setattr(kannel, "settings", lambda: known)
        kannel.pool.cache_clear()

        def context() -> Mapping[str, str]:
            address = seen.headers[-1]["x-kannel-dlr-url"]
            query = {"r": address.partition("?r=")[2].partition("&")[0], "t": "8"}
            found: Mapping[str, str] = kannel_receipts.receipt_from(query, known, NOON)["context"]
            return found

        yield Behind(
            kannel.send,
            seen,
            say,
            vanish,
            context,
            lambda: 60 * int(seen.headers[-1]["x-kannel-validity"]),
        )
        kannel.pool.cache_clear()


GATEWAYS = {"aws": behind_aws, "kannel": behind_kannel}
