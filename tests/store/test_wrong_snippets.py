"""Code that names an attribute wrongly, or gives it another type, is found by `make lint`: each file of
wrong_snippets/ says on its wrong line what mypy must say of it."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SNIPPETS = sorted((Path(__file__).parent / "wrong_snippets").glob("*.py"))


@cache
def found() -> dict[str, list[tuple[int, str]]]:
    """What mypy says, by snippet: line and message. It is asked once for all of them."""
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--no-pretty", "--hide-error-codes", *map(str, SNIPPETS)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    said: dict[str, list[tuple[int, str]]] = {}
    for file, line, message in re.findall(r"^(.+?):(\d+): error: (.+)$", done.stdout, re.MULTILINE):
        said.setdefault(Path(file).stem, []).append((int(line), message))
    return said


@pytest.mark.parametrize("path", SNIPPETS, ids=lambda path: path.stem)
def test_mypy_finds_what_is_wrong(path: Path) -> None:
    ((line, expected),) = [
        (number, line.partition("  # error: ")[2])
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if "  # error: " in line
    ]
    assert (line, expected) in found().get(path.stem, [])
    assert {at for at, _ in found()[path.stem]} == {line}
