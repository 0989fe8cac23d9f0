"""`make run` as a process: it says when it is ready, and nothing outlives it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from local.package import ROOT
from local.processes import free_ports, is_free
from tests.stack import until

pytestmark = pytest.mark.emulator

START = 120.0  # seconds; ten times what it takes on two free cores


def started(ports: list[int], folder: Path) -> subprocess.Popen[bytes]:
    """The command begins on the ports of emulator, console and handsets; it writes to `out` in the folder."""
    emulator, console, handsets = map(str, ports)
    command = [sys.executable, "-m", "local.up", "--samples", "0", "--folder", str(folder)]
    command += ["--port-emulator", emulator, "--port-console", console, "--port-handsets", handsets]
    with (folder / "out").open("w") as out:
        return subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT)


def test_no_process_outlives_a_start_that_is_ended(tmp_path: Path) -> None:
    ports = free_ports(3)
    process = started(ports, tmp_path)
    try:
        until(lambda: not is_free(ports[0]) or process.poll() is not None, "the emulator is up", START)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.wait()
    until(lambda: all(is_free(port) for port in ports), "all ports free again")
    assert "everything is stopped" in (tmp_path / "out").read_text()


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (signal.SIGINT, 0),
        pytest.param(
            signal.SIGKILL,
            -signal.SIGKILL,
            marks=pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends the children then"),
        ),
    ],
    ids=["Ctrl-C", "kill -9"],
)
def test_no_process_outlives_make_run(number: signal.Signals, code: int, tmp_path: Path) -> None:
    ports = free_ports(3)
    process = started(ports, tmp_path)
    try:
        file = tmp_path / "stack.json"
        until(lambda: file.exists() or process.poll() is not None, "stack.json written", START)
        assert process.poll() is None, (tmp_path / "out").read_text()
        document = json.loads(file.read_text(encoding="utf-8"))
        with urllib.request.urlopen(document["console_url"], timeout=30) as answer:  # noqa: S310
            assert answer.status == 200, "ready means that the console answers"
        process.send_signal(number)
        assert process.wait(60) == code
    finally:
        process.kill()
        process.wait()
    until(lambda: all(is_free(port) for port in ports), "all ports free again")
    if number != signal.SIGKILL:
        assert not file.exists()
        assert "everything is stopped" in (tmp_path / "out").read_text()
