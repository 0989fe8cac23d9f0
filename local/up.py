"""`make run`: the whole service on this machine until Ctrl-C."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import sys
import threading
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.sms.gateways import NAMES
from local.deploy import DeployError
from local.package import STAGES, PackageError
from local.processes import LocalRunError
from local.stack import Options, Stack, forget, only_one, running_stack

STOP_SECONDS = 60
RINGBACK = ".venv/bin/ringback"


def options_from(arguments: list[str] | None = None) -> tuple[Options, bool]:
    """The options that the Makefile's variables give, and whether a running one is to be stopped."""
    parser = argparse.ArgumentParser(description="run the whole service on this machine")
    default = Options()
    parser.add_argument("--port-emulator", type=int, default=default.port_emulator, help="the AWS endpoint")
    parser.add_argument("--port-console", type=int, default=default.port_console, help="the console")
    parser.add_argument(
        "--port-handsets", type=int, default=default.port_handsets, help="the handset simulator"
    )
    parser.add_argument("--samples", type=int, default=default.samples, help="sample subscribers; 0 for none")
    parser.add_argument("--port-smsc", type=int, default=default.port_smsc, help="its SMSC, with Kannel")
    parser.add_argument("--gateway", choices=NAMES, default=default.gateway, help="what texts go through")
    parser.add_argument("--stage", choices=STAGES, default=default.stage)
    parser.add_argument(
        "--keep", action="store_true", help="keep the data of the run before, and of this one"
    )
    parser.add_argument("--folder", type=Path, default=default.folder, help="where the run writes")
    parser.add_argument("--stop", action="store_true", help="end the run of this folder")
    found = vars(parser.parse_args(arguments))
    stop = found.pop("stop")
    if found["samples"] < 0:
        parser.error("--samples must be 0 or more")
    return Options(**found), stop


@contextlib.contextmanager
def until_asked_to_stop() -> Iterator[threading.Event]:
    """An event that Ctrl-C and SIGTERM set. While the service starts they break it off instead."""
    asked = threading.Event()

    def on_signal(number: int, frame: Any) -> None:
        del frame
        if asked.is_set():
            return  # once is enough; stopping takes a second or two
        asked.set()
        raise KeyboardInterrupt(signal.Signals(number).name)

    before = {number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def say(line: str) -> None:
    """Print at once, also into a pipe."""
    print(line, flush=True)


def table(rows: list[tuple[str, str, str]]) -> str:
    """Rows of three columns, the first two padded; a Chinese character is two columns wide."""
    widths = [max(columns(row[n]) for row in rows) for n in (0, 1)]
    return "\n".join(
        "  "
        + "  ".join(cell + " " * (widths[n] - columns(cell)) for n, cell in enumerate(row[:2]))
        + f"  {row[2]}"
        for row in rows
    )


def columns(text: str) -> int:
    """How many columns of a terminal `text` takes."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def greeting(stack: Stack, seconds: float) -> str:
    """Where everything is, in both languages, and what to try first."""
    d = stack.document
    rows = [
        ("手机", "Handsets", str(d["handsets_url"])),
        ("控制台", "Console", str(d["console_url"])),
        ("AWS 接口", "AWS endpoint", f"{d['aws_endpoint']}  ({d['region']})"),
        ("日志", "Logs", shown(stack.options.folder / "logs")),
        ("全部地址", "All of it", shown(stack.file)),
    ]
    people = [(u["role"], u["username"], u["password"]) for u in d["users"]]
    parts = ["", f"Ringback 已启动 · is up, after {seconds:.0f} s", "", table(rows)]
    if people:
        parts += ["", "登录 · Sign in to the console as", "", table(people)]
    return "\n".join(
        [*parts, "", "试试看 · Try", "", first_steps(stack), "", "Ctrl-C 停止 · stops everything.", ""]
    )


def first_steps(stack: Stack) -> str:
    """Commands that can be copied: an event about a subscriber, and the text that it makes."""
    subscriber = "YT-000001"  # the first of the samples
    event = {
        "type": "usage.reported",
        "id": "try-1",
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "subscriber_id": subscriber,
        "resource": "data",
        "used": 27648,
        "allowance": 30720,
        "unit": "MB",
        "cycle": time.strftime("%Y-%m", time.gmtime()),
        "cycle_ends_on": time.strftime("%Y-%m-%d", time.gmtime(time.time() + 5 * 86_400)),
    }
    lines = []
    if not stack.options.samples:
        lines += [
            "  # a subscriber · 先加一个用户",
            f"  {RINGBACK} subscribers sample 1 > .local/one.csv",
            f"  {RINGBACK} subscribers import .local/one.csv",
        ]
    lines += [
        "  # 90 % of the data is used: a text on the first phone · 流量已用 90%，手机会收到一条短信",
        f"  echo '{json.dumps(event)}' > .local/event.jsonl && {RINGBACK} events send .local/event.jsonl",
        "  # answer it on the page of phones: STOP or 退订 works at once · 在手机页面上回复即可",
    ]
    return "\n".join(lines)


def shown(path: Path) -> str:
    """A path as seen from the current folder, when that is shorter."""
    relative = os.path.relpath(path)
    return relative if len(relative) < len(str(path)) else str(path)


def stop_running(folder: Path) -> str:
    """End the run that holds `folder`, wait until it is gone, and say so."""
    try:
        with only_one(folder):
            forget(folder)
            return "没有在运行 · nothing was running"
    except LocalRunError:
        pid = int((folder / "run.lock").read_text())
    os.kill(pid, signal.SIGTERM)
    end = time.monotonic() + STOP_SECONDS
    while time.monotonic() < end:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, 0)
            time.sleep(0.1)
            continue
        return "已停止 · stopped"
    raise SystemExit(f"process {pid} did not stop within {STOP_SECONDS} s")


def main() -> None:
    """`python -m local.up`."""
    options, stop = options_from()
    if stop:
        say(stop_running(options.folder))
        return
    begin = time.monotonic()
    say("Ringback 正在启动 · is starting")
    with until_asked_to_stop() as asked:
        try:
            with running_stack(options, say) as stack:
                say(greeting(stack, time.monotonic() - begin))
                asked.wait()
        except KeyboardInterrupt:
            say("\n已全部停止 · everything is stopped")
        except (LocalRunError, PackageError, DeployError, ClientError, BotoCoreError) as error:
            sys.exit(f"make run: {error}")


if __name__ == "__main__":
    main()
