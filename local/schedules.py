"""What EventBridge's schedules are on AWS: functions that are invoked again and again, or once to be warm."""

from __future__ import annotations

import contextlib
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

Invoke = Callable[[str, Mapping[str, Any]], Any]  # the function of app.py, its event


@contextlib.contextmanager
def warming(invoke: Invoke, names: Iterable[str]) -> Iterator[None]:
    """Start each of these functions, which a queue feeds, beside whatever else goes on: the first text need
    not wait."""

    def warm() -> None:
        for name in names:
            with contextlib.suppress(ClientError, BotoCoreError, RuntimeError, ValueError):
                invoke(name, {"Records": []})

    with beside("warm", warm):
        yield


@contextlib.contextmanager
def ticking(
    invoke: Invoke, name: str, event: Callable[[], Mapping[str, Any]], seconds: float, log: Path
) -> Iterator[None]:
    """Invoke the function `name` with a new `event` every so many seconds (or longer when it is slow) while
    the block runs. What failed is a line of `log`."""
    over = threading.Event()

    def tick() -> None:
        pause = seconds
        while not over.wait(pause):
            begin = time.monotonic()
            try:
                invoke(name, event())
            except Exception as error:  # one that failed does not keep the next from coming
                if over.is_set() or not _noted(log, error):
                    return
            pause = max(seconds, 3 * (time.monotonic() - begin))  # a slow machine has other things to do

    log.unlink(missing_ok=True)
    with beside(f"tick-{name}", tick):
        try:
            yield
        finally:
            over.set()


def _noted(log: Path, error: Exception) -> bool:
    """Write down what failed; False when there is nowhere to: what it ran in was taken away."""
    try:
        with log.open("a") as out:
            out.write(f"{time.strftime('%H:%M:%S')} {error}\n")
    except OSError:
        return False
    return True


@contextlib.contextmanager
def beside(name: str, what: Callable[[], None]) -> Iterator[None]:
    """Run it in a thread of that name while the block runs. It is not waited for long: what it waits for ends
    with the emulator, and what it says of that end is nobody's concern."""
    over = threading.Event()

    def run() -> None:
        try:
            what()
        except Exception:
            if not over.is_set():
                raise

    thread = threading.Thread(target=run, name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(0.2)


def scheduled_event() -> dict[str, Any]:
    """What EventBridge hands to a function when its schedule comes round."""
    return {
        "version": "0",
        "id": secrets.token_hex(16),
        "account": "000000000000",
        "region": "us-east-1",
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "source": "aws.events",
        "detail-type": "Scheduled Event",
        "resources": [],
        "detail": {},
    }
