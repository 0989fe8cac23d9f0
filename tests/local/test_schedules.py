"""Schedules of the local run: what fails is a line, and what is taken away under them ends them quietly."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from local.schedules import beside, ticking

PATIENCE = 20.0


@pytest.fixture
def raised(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What threads ended with: what would be printed as a traceback."""
    found: list[str] = []
    monkeypatch.setattr(threading, "excepthook", lambda args: found.append(repr(args.exc_value)))
    return found


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def gone(name: str) -> bool:
    return all(one.name != name for one in threading.enumerate())


def fails(_: str, __: Mapping[str, Any]) -> None:
    raise RuntimeError("no")


def test_what_failed_is_a_line_and_the_next_one_comes(tmp_path: Path, raised: list[str]) -> None:
    log = tmp_path / "sweep.log"
    with ticking(fails, "first", dict, 0.01, log):  # a stack beside has a sweep of its own
        until(lambda: log.exists() and len(log.read_text().splitlines()) >= 2)
    until(lambda: gone("tick-first"))
    assert raised == []
    assert all(line.endswith(" no") for line in log.read_text().splitlines())


def test_a_folder_that_is_gone_before_the_end_ends_it_quietly(tmp_path: Path, raised: list[str]) -> None:
    folder = tmp_path / "trial"
    folder.mkdir()
    with ticking(fails, "second", dict, 0.01, folder / "sweep.log"):
        shutil.rmtree(folder)
        until(lambda: gone("tick-second"))
    assert raised == []
    assert not folder.exists()


def test_what_fails_after_the_end_says_nothing(raised: list[str]) -> None:
    over = threading.Event()

    def late() -> None:
        over.wait(PATIENCE)
        raise OSError("the emulator is gone")

    with beside("late", late):
        pass
    over.set()
    until(lambda: gone("late"))
    assert raised == []


def test_what_fails_meanwhile_is_seen(raised: list[str]) -> None:
    def early() -> None:
        raise OSError("what is this")

    with beside("early", early):
        until(lambda: bool(raised))
    assert raised == ["OSError('what is this')"]
