"""Texts through a real Kannel at a steady pace, its parts killed in turn: `python -m bench.kannel_trial`.

What the SMSC got it writes to a file, which outlives it. Reported: lost (Kannel said 202,
the SMSC never got it), doubled (the SMSC got it twice), reports matched, and the pace at the SMSC.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from chalicelib.delivery import ports
from chalicelib.delivery.outcomes import Retry, outcome_of
from chalicelib.sms.gateways import NotSent, Outgoing, Queued, kannel, kannel_receipts
from chalicelib.sms.gateways.kannel_settings import Settings, settings_from
from local.handsets import gsm
from local.kannel import Kannel
from local.kannel import kannel as running_kannel
from local.msisdns import msisdn
from local.package import ROOT
from local.processes import free_ports

AFTER = 25.0  # seconds for what is still under way at the end
TRIES = 12


async def smsc(port: int, file: Path) -> None:
    """An SMSC that takes everything, writes it down and reports that it was delivered."""
    import smpp34

    server = smpp34.Server(host="127.0.0.1", port=port, system_id="trial")
    await server.start()
    ids = itertools.count(int(time.time() * 1000) << 12)
    bound: dict[str, Any] = {}
    tasks: set[asyncio.Task[None]] = set()

    async def report(event: Any, message_id: str) -> None:
        await asyncio.sleep(0.2)
        words = gsm.receipt(message_id, "DELIVRD", 0, f"{datetime.now(UTC):%y%m%d%H%M}")
        with contextlib.suppress(Exception):
            await bound[event.session_id].deliver_sm(
                source_addr=event.destination_addr,
                destination_addr=event.source_addr,
                short_message=words,
                esm_class=4,
            )

    with file.open("a", buffering=1) as out:
        while (event := await server.next()) is not None:
            if isinstance(event, smpp34.Esme):
                bound[event.session_id] = event
            elif isinstance(event, smpp34.SubmitSmEvent):
                message_id = f"{next(ids):X}"
                out.write(f"{time.time():.3f} {event.destination_addr} {message_id}\n")
                event.accept(message_id)
                task = asyncio.ensure_future(report(event, message_id))
                tasks.add(task)
                task.add_done_callback(tasks.discard)


class Parts:
    """The programs of the trial, each of which can be killed and comes back a second later."""

    def __init__(self, up: Kannel, smsc_command: list[str], folder: Path) -> None:
        self.commands: dict[str, list[str]] = {
            "smsbox": list(up.smsbox.process.args),  # type: ignore[arg-type]
            "bearerbox": list(up.bearerbox.process.args),  # type: ignore[arg-type]
            "SMSC": smsc_command,
        }
        self.processes = {"smsbox": up.smsbox.process, "bearerbox": up.bearerbox.process}
        self.folder = folder
        self.start("SMSC")

    def start(self, name: str) -> None:
        with (self.folder / f"{name}-again.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(self.commands[name], cwd=ROOT, stdout=log, stderr=log)

    def kill(self, name: str) -> None:
        """kill -9, and start it again after a second; what lost its bearerbox is started with it."""
        self.processes[name].kill()
        self.processes[name].wait()
        time.sleep(1.0)
        self.start(name)
        if name == "bearerbox":
            time.sleep(0.5)
            if self.processes["smsbox"].poll() is not None:
                self.start("smsbox")

    def end(self) -> None:
        for process in self.processes.values():
            process.kill()


@contextlib.contextmanager
def called_back(port: int, known: Callable[[], Settings], got: list[dict[str, Any]]) -> Iterator[None]:
    """Take Kannel's reports."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            query = dict(parse_qsl(urlsplit(self.path).query))
            got.append(kannel_receipts.receipt_from(query, known(), datetime.now(UTC)))
            self.send_response(202)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


def send_all(count: int, rate: float) -> tuple[Counter[str], set[str]]:
    """Hand `count` texts over at `rate` a second, as delivery does; what Kannel said, and which numbers it
    said 202 about."""
    queued: set[str] = set()
    found: Counter[str] = Counter()
    waiting = list(range(count))
    for attempt in range(TRIES):
        texts = [
            Outgoing(
                msisdn(n),
                "10690123",
                f"第{n}条",
                False,
                3600,
                turn=place / rate,
                context={"item": f"mt#trial/{n}", "token": f"{n:016x}"},
                counting="cn",
            )
            for place, n in enumerate(waiting)
        ]
        again = []
        for n, answer in zip(waiting, ports.all_at_once(kannel.send, texts), strict=True):
            if isinstance(answer, Queued):
                found["queued"] += 1
                queued.add(msisdn(n).removeprefix("+"))
            elif isinstance(answer, NotSent):
                outcome = outcome_of(answer.code, answer.reason)
                if isinstance(outcome, Retry):
                    again.append(n)
                else:
                    found[type(outcome).__name__.lower()] += 1
        waiting = again
        if not waiting:
            break
        found["tries again"] += len(waiting)
        time.sleep(min(2.0**attempt, 5.0))
    found["never"] = len(waiting)
    return found, queued


def trial(count: int, rate: float, kills: list[str]) -> dict[str, Any]:
    """Run it; the figures."""
    folder = Path(tempfile.mkdtemp(prefix="kannel-trial-"))
    smsc_port, callback = free_ports(2)
    file = folder / "smsc.txt"
    command = [sys.executable, "-m", "bench.kannel_trial", "--smsc", str(smsc_port), str(file)]
    first = subprocess.Popen(command, cwd=ROOT)
    got: list[dict[str, Any]] = []
    known: list[Settings] = []
    try:
        with running_kannel(folder, smsc_port, f"http://127.0.0.1:{callback}/kannel") as up:
            known.append(settings_from(up.settings))
            setattr(kannel, "settings", lambda: known[0])  # noqa: B010 - of this process only
            first.kill()
            first.wait()
            parts = Parts(up, command, folder)
            time.sleep(3)
            with called_back(callback, lambda: known[0], got):
                begun, cpu = time.monotonic(), time.process_time()
                killer = threading.Thread(
                    target=_kill_in_turn, args=(parts, kills, count / rate), daemon=True
                )
                killer.start()
                answers, queued = send_all(count, rate)
                took, cpu = time.monotonic() - begun, time.process_time() - cpu
                killer.join()
                end = time.monotonic() + AFTER
                while time.monotonic() < end and len(got) < 2 * count:
                    time.sleep(0.5)
            parts.end()
    finally:
        first.kill()
    lines = [line.split() for line in file.read_text().splitlines()]
    return {
        "texts": count,
        "seconds": round(took, 1),
        **figures(queued, lines, got),
        "gateway": dict(answers),
        "CPU ms a text (reports included)": round(1000 * cpu / count, 2),
    }


def figures(queued: set[str], lines: list[list[str]], got: list[dict[str, Any]]) -> dict[str, Any]:
    """Lost, doubled, matched, and the pace, of what the SMSC wrote down and Kannel reported."""
    seen = Counter(to for _, to, _ in lines)
    ids = {message_id: to for _, to, message_id in lines}
    times = sorted(float(at) for at, _, _ in lines)
    seconds = Counter(int(at - times[0]) for at in times)
    whole = [seconds[n] for n in range(1, max(seconds) - 1)]
    taken = [one for one in got if one["eventType"] == "TEXT_ACCEPTED"]
    twice = Counter(one["destinationPhoneNumber"] for one in taken)
    return {
        "lost": sum(one not in seen for one in queued),
        "doubled": sum(times > 1 for times in seen.values()),
        "doubled, seen by a second acknowledgement": sum(times > 1 for times in twice.values()),
        "acknowledgements": len(taken),
        "of an id the SMSC gave to that number": sum(
            ids.get(one["messageId"]) == one["destinationPhoneNumber"][1:] for one in taken
        ),
        "delivered": sum(one["eventType"] == "TEXT_DELIVERED" for one in got),
        "a second at the SMSC": {
            "mean": round(sum(whole) / max(len(whole), 1), 2),
            "most": max(whole, default=0),
        },
    }


def _kill_in_turn(parts: Parts, kills: list[str], seconds: float) -> None:
    for name in kills:
        time.sleep(seconds / (len(kills) + 1))
        parts.kill(name)


def main() -> None:
    """`python -m bench.kannel_trial --texts 2000 --rate 50 --kill smsbox bearerbox SMSC`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=2000)
    parser.add_argument("--rate", type=float, default=50.0)
    parser.add_argument("--kill", nargs="*", default=[], choices=["smsbox", "bearerbox", "SMSC"])
    parser.add_argument("--smsc", nargs=2, metavar=("PORT", "FILE"), help="be the SMSC")
    chosen = parser.parse_args()
    if chosen.smsc:
        asyncio.run(smsc(int(chosen.smsc[0]), Path(chosen.smsc[1])))
        return
    print(json.dumps(trial(chosen.texts, chosen.rate, chosen.kill), ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
