"""Start and stop the programs of the local run, so that none of them outlives it."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG = 1
GRACE_SECONDS = 15


class LocalRunError(Exception):
    """The local run cannot go on; the text says why and what to do."""


@dataclass(frozen=True)
class Child:
    """A program that was started: what it is called, the process, where its output goes."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path


@contextlib.contextmanager
def running(
    name: str, command: Sequence[str], log: Path, environment: Mapping[str, str], folder: Path
) -> Iterator[Child]:
    """`command` runs in `folder` while the block does; its output goes to `log`.

    It gets a process group of its own: Ctrl-C reaches only us, and we stop the children in order.
    On Linux the kernel ends it even when this process is killed without a chance to clean up.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(
            list(command),
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_end_with_parent if _LIBC else None,
        )
    try:
        yield Child(name, process, log)
    finally:
        stop(process)


def _end_with_parent() -> None:
    if _LIBC:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ask the process to end, insist after a while, and take what is left of its group with it."""
    if process.poll() is None:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(GRACE_SECONDS)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)  # its own session: the group id is the pid
    process.wait()


def wait_for(child: Child, url: str, seconds: float = 60) -> None:
    """Return when `url` answers below 500. Raises LocalRunError when `child` ends or time is up."""
    end = time.monotonic() + seconds
    last = ""
    while time.monotonic() < end:
        if child.process.poll() is not None:
            raise LocalRunError(
                f"{child.name} ended with code {child.process.returncode}:\n{tail(child.log)}"
            )
        try:
            with urllib.request.urlopen(url, timeout=10):  # noqa: S310 - our own http address
                return
        except urllib.error.HTTPError as error:
            if error.code < 500:
                return
            last = f"{error.code}: {error.read()[:300].decode(errors='replace')}"
        except OSError as error:
            last = str(error)
        time.sleep(0.1)
    raise LocalRunError(
        f"{child.name} did not answer at {url} within {seconds:.0f} s ({last}). Log: {child.log}"
    )


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a log, indented, for an error message."""
    text = log.read_text(errors="replace") if log.is_file() else ""
    return "\n".join(f"    {line}" for line in text.splitlines()[-lines:])


def require_free(ports: Mapping[str, int]) -> None:
    """Raise LocalRunError, naming the variable, when one of `ports` (variable -> port) is taken."""
    numbers = list(ports.values())
    for variable, port in ports.items():
        if numbers.count(port) > 1:
            same = " and ".join(name for name, other in ports.items() if other == port)
            raise LocalRunError(f"{same} are both {port}: give them different ports")
        if not is_free(port):
            raise LocalRunError(
                f"port {port} on 127.0.0.1 is in use. Choose another one: make run {variable}={port + 100}"
            )


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of 127.0.0.1 now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on at this moment, for runs that choose their own."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]
