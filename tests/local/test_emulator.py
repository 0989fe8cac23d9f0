"""The launcher's changes to MiniStack: the names are there, and each change does what it says."""

from __future__ import annotations

import asyncio
import subprocess
from typing import Any

import pytest

from local import emulator
from local.package import ROOT

PYTHON = ROOT / ".emulator" / "bin" / "python"


@pytest.mark.parametrize(
    ("module", "name", "parameters"),
    emulator.TOUCHED,
    ids=[f"{module.rpartition('.')[2]}.{name}" for module, name, _ in emulator.TOUCHED],
)
def test_ministack_has_the_name(module: str, name: str, parameters: tuple[str, ...] | None) -> None:
    if not PYTHON.exists():
        pytest.skip("no .emulator here: make setup")
    probe = (
        "import importlib, inspect, operator, sys\n"
        f"thing = operator.attrgetter({name!r})(importlib.import_module({module!r}))\n"
        f"wanted = {parameters!r}\n"
        "assert wanted is None or tuple(inspect.signature(thing).parameters) == wanted"
    )
    done = subprocess.run([str(PYTHON), "-c", probe], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_ministack_without_a_name_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(emulator, "TOUCHED", (("json", "no_such_name", None), ("json", "dumps", ("obj",))))
    problems = emulator.check()
    assert problems[0] == "json.no_such_name does not exist"
    assert problems[1] == "json.dumps no longer takes obj"
    with pytest.raises(RuntimeError, match="no_such_name"):
        emulator.adjust()


@pytest.mark.parametrize(
    ("waiting", "wanted", "got"),
    [(0, 100, 0), (7, 100, 7), (10, 10, 10), (95, 100, 95), (250, 100, 100), (30, 25, 25), (5, 1, 1)],
)
def test_a_batch_is_filled_from_receives_of_ten(waiting: int, wanted: int, got: int) -> None:
    queue = list(range(waiting))

    def receive(url: str, most: int) -> list[int]:
        assert url == "queue"
        assert 1 <= most <= 10, "MiniStack hands over ten at most"
        taken, queue[:] = queue[:most], queue[most:]
        return taken

    batch = emulator.full_batches(receive)("queue", wanted)
    assert batch == list(range(got))
    assert len(queue) == waiting - got


@pytest.mark.parametrize(("own", "allowed"), [(1, 1), (2, 2), (10, 2)], ids=["FIFO", "its own", "capped"])
def test_a_mapping_has_its_own_concurrency_up_to_the_processors(own: int, allowed: int) -> None:
    assert emulator.at_most(2, lambda mapping: mapping)(own) == allowed


@pytest.mark.parametrize(
    ("port", "host"),
    [(4570, emulator.CONSOLE_DOMAIN), (4566, "127.0.0.1:4566"), (None, "127.0.0.1:4566")],
    ids=["console port", "AWS port", "no address known"],
)
def test_the_console_port_stands_for_its_domain(port: int | None, host: str) -> None:
    seen = []

    async def handler(scope: Any, receive: Any, send: Any) -> None:
        del scope, receive, send
        seen.append(emulator.console_by_port(lambda host, path: (host, path))("127.0.0.1:4566", "/cases"))

    scope = {"type": "http"} | ({"server": ("127.0.0.1", port)} if port else {})
    asyncio.run(emulator.mark_console_port(handler, 4570)(scope, None, None))
    assert seen == [(host, "/cases")]


def test_it_listens_on_this_machine_only() -> None:
    settings = emulator.settings(4566, ROOT, ROOT, keep=False)
    assert settings["BIND_HOST"] == "127.0.0.1"
