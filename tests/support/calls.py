"""Which AWS calls each function makes, recorded in `calls.json` while other tests run (`make policies`).

    python -m pytest -p tests.support.calls tests/functions tests/emulator

CALLS=file writes elsewhere, ADD=1 adds to what the file has. Every call of the SDK passes
`BaseClient._make_api_call`. In this process the entry point on the stack says whose it is; on the emulator
each function is a process of its own, which `in_functions/sitecustomize.py` listens in on.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from botocore.client import BaseClient

from local import stack
from tests.simulation.aws import Aws
from tests.support.in_functions.needs import Need, needs

RECORDING = Path(os.environ.get("CALLS", Path(__file__).with_name("calls.json")))

INSIDE = Path(__file__).with_name("in_functions")
HEARD_INSIDE = Path(tempfile.gettempdir()) / f"ringback-calls-{os.getpid()}.jsonl"
ENTRIES = {
    ("intake", "intake"): "intake",
    ("drops", "drop"): "drop",
    ("planning", "plan"): "plan",
    ("runs", "run"): "run",
    ("sweeping", "sweep"): "sweep",
    ("outbox", "deliver_urgent"): "deliver_urgent",
    ("outbox", "deliver_bulk"): "deliver_bulk",
    ("receipts", "receipt"): "receipt",
    ("reply_queue", "reply"): "reply",
    ("counting", "count"): "count",
    ("requests", "answer"): "api_handler",
    ("web", "post_events"): "events_http",
    ("kannel_routes", "report"): "events_http",
    ("kannel_routes", "written"): "events_http",
}


_of_thread = threading.local()  # `who`: the function that gave this thread its work


def caller() -> str | None:
    """The function whose entry point is on the stack, or on that of whoever gave this thread its work."""
    frame = sys._getframe(1)
    found = getattr(_of_thread, "who", None)
    while frame is not None:
        code = frame.f_code
        if "/functions/" in code.co_filename or code.co_filename.endswith("console/requests.py"):
            found = ENTRIES.get((Path(code.co_filename).stem, code.co_name), found)
        frame = frame.f_back  # type: ignore[assignment]
    return found


_made: set[tuple[str, str, str]] = set()


def recorded() -> dict[str, set[Need]]:
    """What each function was seen to call, by its name in app.py."""
    found: dict[str, set[Need]] = {}
    for function, action, resource in json.loads(RECORDING.read_text()):
        found.setdefault(function, set()).add((action, resource))
    return found


def pytest_configure() -> None:
    """Listen in on every call of this process, and of the functions on an emulator that it starts."""
    _listen_to_the_emulator()
    _listen_to_threads()
    real = BaseClient._make_api_call  # type: ignore[attr-defined]

    def listening(self: Any, operation: str, given: Mapping[str, Any]) -> Any:
        _heard(self.meta.service_model.service_name, operation, given)
        return real(self, operation, given)

    BaseClient._make_api_call = listening  # type: ignore[attr-defined]
    simulated = Aws.call

    def simulating(self: Aws, service: str, operation: str, given: Mapping[str, Any]) -> Any:
        _heard(service, operation, given)
        return simulated(self, service, operation, given)

    Aws.call = simulating  # type: ignore[method-assign, assignment]


def _heard(service: str, operation: str, given: Mapping[str, Any]) -> None:
    if (who := caller()) is not None:
        _made.update((who, *need) for need in needs(service, operation, given))


def _listen_to_threads() -> None:
    plain = ThreadPoolExecutor.submit

    def submit(self: ThreadPoolExecutor, work: Any, /, *given: Any, **named: Any) -> Any:
        who = caller()

        def for_whom(*given: Any, **named: Any) -> Any:
            _of_thread.who = who
            return work(*given, **named)

        return plain(self, for_whom, *given, **named)

    ThreadPoolExecutor.submit = submit  # type: ignore[method-assign, assignment]


def _listen_to_the_emulator() -> None:
    plain = stack.emulator_environment

    def listened_to(options: stack.Options) -> dict[str, str]:
        return plain(options) | {"PYTHONPATH": str(INSIDE), "RINGBACK_CALLS": str(HEARD_INSIDE)}

    HEARD_INSIDE.unlink(missing_ok=True)
    stack.emulator_environment = listened_to


def pytest_unconfigure() -> None:
    """Write down what was heard."""
    if HEARD_INSIDE.exists():
        for line in HEARD_INSIDE.read_text().splitlines():
            function, action, resource = json.loads(line)
            _made.add((function, action, resource))
        HEARD_INSIDE.unlink()
    if os.environ.get("ADD"):
        _made.update((function, *need) for function, many in recorded().items() for need in many)
    lines = ",\n".join(json.dumps(one) for one in sorted(_made))
    RECORDING.write_text(f"[\n{lines}\n]\n")
