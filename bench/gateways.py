"""CPU of handing one text over: to Kannel, against AWS End User Messaging.

    python -m bench gateways

Both gateways' `send` does all it does in delivery, over a connection that stays open, to one server in
another process that takes everything.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from bench import standin
from bench.figure import Figure
from chalicelib.sms.gateways import Outgoing, aws, kannel
from local.msisdns import msisdn
from local.package import ROOT

TEXTS, ROUNDS = 5_000, 5
TARGET = 1.0
KANNEL = {"username": "ringback", "password": "bench", "callback": "https://127.0.0.1", "keys": ["bench"]}


class Network(BaseHTTPRequestHandler):
    """Takes every text as either network does, and says where Kannel is."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        match self.headers.get("X-Amz-Target", "").rpartition(".")[2]:
            case "SendTextMessage":
                self._say(200, b'{"MessageId":"m-00000001"}')
            case "GetParameter":
                url = f"http://{self.headers['Host']}/cgi-bin/sendsms"
                value = json.dumps({**KANNEL, "urls": [url]})
                self._say(200, json.dumps({"Parameter": {"Value": value}}).encode())
            case _:
                self._say(202, b"0: Accepted for delivery")

    def _say(self, status: int, body: bytes) -> None:
        head = f"HTTP/1.1 {status} OK\r\nContent-Length: {len(body)}\r\n\r\n"
        self.wfile.write(head.encode() + body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is printed for a request."""


@contextmanager
def network() -> Iterator[str]:
    """The server runs in a process of its own while the block does; its address."""
    command = [sys.executable, "-m", "bench.gateways"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.kill()


def measure(tiny: bool = False) -> list[Figure]:
    """Milliseconds of CPU a text, the gateways in turn."""
    count = 50 if tiny else TEXTS
    texts = [
        Outgoing(
            msisdn(n),
            "10690123",
            "【云通】您本月流量已用90%。回复TD退订。",
            False,
            3600,
            context={"item": f"mt#bench/{n}", "token": f"{n:016x}"},
            counting="cn",
        )
        for n in range(count)
    ]
    standin.environment()
    with network() as address:
        os.environ |= {
            "AWS_ENDPOINT_URL_SSM": address,
            "AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2": address,
            "RINGBACK_KANNEL_PARAMETER": "bench",
        }
        cpu(aws.send, texts[:10])
        cpu(kannel.send, texts[:10])
        rows = [(cpu(aws.send, texts), cpu(kannel.send, texts)) for _ in range(1 if tiny else ROUNDS)]
    ratios = [ours / floor for floor, ours in rows]
    floor, ours = (statistics.median(column) for column in zip(*rows, strict=True))
    return [
        Figure(
            "gateways-kannel",
            "CPU of a text's hand-off to Kannel",
            statistics.median(ratios),
            TARGET,
            "x",
            floor=f"the same to AWS End User Messaging, {floor:.2f} ms",
            low=min(ratios),
            high=max(ratios),
            notes=f"{ours:.2f} ms; {count:,} texts each, {len(rows)} times in turn",
        )
    ]


def cpu(send: Callable[[Outgoing], object], texts: list[Outgoing]) -> float:
    """Milliseconds of this process's CPU a text."""
    before = time.process_time()
    for text in texts:
        send(text)
    return 1000 * (time.process_time() - before) / len(texts)


if __name__ == "__main__":
    with ThreadingHTTPServer(("127.0.0.1", 0), Network) as server:
        print(server.server_address[1], flush=True)
        server.serve_forever()
