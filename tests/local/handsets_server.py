"""A handset simulator for tests: the real server on a port of its own, with clocks that the test moves."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
from aiohttp import web
from botocore.config import Config

from local.handsets.publisher import Publisher
from local.handsets.simulator import Connection, Simulator
from local.handsets.web import application

BEGIN = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
INBOUND, RECEIPTS = (
    "arn:aws:sns:us-east-1:000000000000:inbound",
    "arn:aws:sns:us-east-1:000000000000:receipts",
)


async def no_pause(_: float) -> None:
    """Tests do not wait between attempts."""


@dataclass
class Handsets:
    """The server as a test sees it."""

    url: str = ""
    seconds: float = 0.0  # since BEGIN, on both clocks
    published: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    topic_is_down: bool = False
    simulator: Simulator = field(init=False)
    loop: asyncio.AbstractEventLoop = field(init=False)
    _due: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)

    def later(self, seconds: float, do: Callable[[], None]) -> None:
        """The simulator's timer: nothing happens until `pass_time`."""
        self._due.append((self.seconds + seconds, len(self._due), do))

    def publish(self, topic: str, bodies: Sequence[str]) -> list[int]:
        """The simulator's SNS."""
        if self.topic_is_down:
            raise ConnectionError("nobody listens")
        self.published += [(topic, json.loads(body)) for body in bodies]
        return []

    def pass_time(self, seconds: float) -> None:
        """Let so much time pass, and everything happen that is due by then, in its order."""

        async def run() -> None:
            end = self.seconds + seconds
            while due := sorted(one for one in self._due if one[0] <= end)[:1]:
                self._due.remove(due[0])
                self.seconds = max(self.seconds, due[0][0])
                due[0][2]()
            self.seconds = end

        self.on_loop(run())

    def receipts(self, message_id: str | None = None) -> list[dict[str, Any]]:
        """The delivery events published so far (of one text), in their order."""
        self.on_loop(self.simulator.receipts.drained())
        found = [body for topic, body in self.published if topic == RECEIPTS]
        return [one for one in found if message_id in (None, one["messageId"])]

    def inbound(self) -> list[dict[str, Any]]:
        """The answers published so far, in their order."""
        self.on_loop(self.simulator.inbound.drained())
        return [body for topic, body in self.published if topic == INBOUND]

    def on_loop(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Run a coroutine where the simulator lives."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(20)

    def sms(self, **config: Any) -> Any:
        """A real client of the SMS API, without retries."""
        return boto3.client(
            "pinpoint-sms-voice-v2",
            endpoint_url=self.url,
            region_name="us-east-1",
            aws_access_key_id="local",
            aws_secret_access_key="local",
            config=Config(retries={"total_max_attempts": 1}, **config),
        )

    def send(
        self, to: str = "+8613800000001", sender: str = "1069012300", body: str = "hello", **more: Any
    ) -> str:
        """Send a text as the service does; returns its id."""
        asked = {"DestinationPhoneNumber": to, "OriginationIdentity": sender, "MessageBody": body, **more}
        return str(self.sms().send_text_message(**asked)["MessageId"])

    def get(self, path: str, **query: str) -> Any:
        """The JSON of a GET that succeeds."""
        code, found = self.ask(f"{path}?{urllib.parse.urlencode(query)}")
        assert code == 200, found
        return found

    def post(self, path: str, body: Any) -> Any:
        """The JSON of a POST that succeeds."""
        code, found = self.ask(path, json.dumps(body).encode())
        assert code == 200, found
        return found

    def ask(self, path: str, body: bytes | None = None, **headers: str) -> tuple[int, Any]:
        """Status and JSON of whatever is answered."""
        request = urllib.request.Request(self.url + path, body, headers)  # noqa: S310 - our own http address
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())


@contextlib.contextmanager
def running_handsets(
    publish: Callable[[str, Sequence[str]], Sequence[int]] | None = None, endpoint: str = "http://127.0.0.1:9"
) -> Iterator[Handsets]:
    """The server runs while the block does; its SNS is a list unless `publish` is given."""
    handsets = Handsets()
    started, stop = threading.Event(), threading.Event()

    async def serve() -> None:
        handsets.loop = asyncio.get_running_loop()
        handsets.simulator = Simulator(
            later=handsets.later,
            utcnow=lambda: BEGIN + timedelta(seconds=handsets.seconds),
            steady=lambda: handsets.seconds,
            receipts=Publisher(publish or handsets.publish, no_pause),
            inbound=Publisher(publish or handsets.publish, no_pause),
            prices={
                "86": {"per_segment": "0.045", "currency": "CNY"},
                "1": {"per_segment": "0.0083", "currency": "USD"},
            },
            connection=Connection(endpoint, "us-east-1", INBOUND, RECEIPTS),
        )
        runner = web.AppRunner(application(handsets.simulator), access_log=None, shutdown_timeout=0.2)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        handsets.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        started.set()
        await asyncio.to_thread(stop.wait)
        await runner.cleanup()

    thread = threading.Thread(target=asyncio.run, args=(serve(),), daemon=True)
    thread.start()
    assert started.wait(20)
    try:
        yield handsets
    finally:
        stop.set()
        thread.join(20)
