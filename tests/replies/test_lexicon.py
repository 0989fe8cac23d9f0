"""What the reader's lexicon says is what is used, and all of it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from chalicelib.care.grievances import Sign
from chalicelib.replies.lexicon import COMPILED, patterns
from local.lexicon import compiled

REPLIES = COMPILED.parents[1]


def used() -> set[tuple[str, str]]:
    """Every pattern that the code names: its section and name."""
    found = {("complaints", sign.value) for sign in Sign if sign is not Sign.THREAT}  # care.yaml has those
    for path in Path(REPLIES).glob("*.py"):
        source = path.read_text(encoding="utf-8")
        for alias, section in re.findall(r'^(\w+) = patterns\("(\w+)"\)', source, re.M):
            found |= {(section, name) for name in re.findall(rf"\b{alias}\.(\w+)", source)}
    return found


def test_what_is_read_is_what_the_files_of_the_languages_say() -> None:
    assert COMPILED.read_text(encoding="utf-8") == compiled(), "run python -m local.lexicon"


def test_every_pattern_is_used_and_every_one_that_is_used_is_there() -> None:
    written = json.loads(compiled())["patterns"]
    assert used() == {(section, name) for section, names in written.items() for name in names}


def test_a_pattern_that_is_in_no_file_is_named() -> None:
    with pytest.raises(AttributeError, match=r"wishes\.nothing"):
        _ = patterns("wishes").nothing
