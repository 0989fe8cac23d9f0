"""Counts and segments agree with Twilio's calculator, to the last body (see tests/oracle)."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from chalicelib.sms.segments import count, split
from tests.sms.samples import BASIC, EXTENDED, hard_texts

ORACLE = Path(__file__).parents[1] / "oracle"
SEED, NUMBER = 20261123, 6000


def _ask(texts: list[str]) -> list[dict[str, object]]:
    """What the calculator says of each text; one process for all of them."""
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    assert (ORACLE / "node_modules").is_dir(), "run `npm ci --prefix tests/oracle` first (`make test` does)"
    asked = subprocess.run(
        ["node", str(ORACLE / "count.cjs")],
        input="\n".join(json.dumps(text) for text in texts),
        capture_output=True,
        text=True,
        check=True,
    )
    answers = [json.loads(line) for line in asked.stdout.split("\n") if line]
    assert len(answers) == len(texts)
    return answers


def test_every_count_and_body_is_the_calculators() -> None:
    texts = ["", *BASIC, *EXTENDED, BASIC + EXTENDED, "a" * 152 + "€" + "a" * 152, *hard_texts(SEED, NUMBER)]
    differences = []
    for text, theirs in zip(texts, _ask(texts), strict=True):
        counted = count(text)
        ours = {
            "encoding": counted.encoding,
            "segments": counted.segments,
            "units": counted.units,
            "bodies": split(text),
        }
        if ours != theirs:
            differences.append((ascii(text), ours, theirs))
    assert not differences, f"{len(differences)} of {len(texts)}; the first: {differences[0]}"


def test_the_texts_asked_about_are_hard_ones() -> None:
    texts = list(hard_texts(SEED, NUMBER))
    counts = [count(text) for text in texts]
    assert sum(1 for counted in counts if counted.encoding == "GSM-7" and counted.segments > 1) > 500
    assert sum(1 for counted in counts if counted.encoding == "UCS-2" and counted.segments > 1) > 1000
    moved = [
        text
        for text, counted in zip(texts, counts, strict=True)
        if counted.segments > 1
        and counted.segments != -(-counted.units // (153 if counted.encoding == "GSM-7" else 67))
    ]
    assert len(moved) > 100, "too few texts in which an escape or a cluster moved a boundary"
