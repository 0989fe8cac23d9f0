"""Every word of the pages in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from chalicelib.console.frame import FOLDER, MENU, translated
from chalicelib.console.routes import ROUTES, match
from chalicelib.console.words_zh import ROOMS, WORDS_ZH
from chalicelib.replies.reading import read
from tests.replies.tables import TABLES, replies

CALL = re.compile(r"""_\("([^"]+)"[,)]""")
TEMPLATES = sorted(FOLDER.glob("*.html"))
PYTHON = (FOLDER.parents[1] / "chalicelib" / "console").glob("*.py")
SAID = re.compile(r"""(?:Redirect\([^"]*f?"[^"]*", |Page\("[^"]+", )"([^"]+)"\)?""")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_every_word_of_a_template_has_its_chinese(template: Path) -> None:
    keys = set(CALL.findall(template.read_text(encoding="utf-8")))
    assert {key for key in keys if key not in WORDS_ZH and not key.endswith("|")} == set()


def test_every_title_and_answer_has_its_chinese() -> None:
    said = {words for path in PYTHON for words in SAID.findall(path.read_text(encoding="utf-8"))}
    said |= {words for title, _, items in MENU for words in (title, *(name for _, name in items))}
    assert len(said) > 10
    assert {words for words in said if words not in WORDS_ZH} == set()


def test_no_room_says_a_word_otherwise_than_another() -> None:
    clashes = {
        key: (one[key], other[key])
        for at, one in enumerate(ROOMS)
        for other in ROOMS[at + 1 :]
        for key in one.keys() & other.keys()
        if one[key] != other[key]
    }
    assert clashes == {}


def test_every_rule_that_a_reply_is_read_by_has_its_chinese() -> None:
    texts = [one for table in TABLES for one in replies(table)]
    parts = {part for one in texts for part in read(one.text, one.survey).why.split(": ")}
    assert len(parts) > 40
    assert {part for part in parts if f"rule|{part}" not in WORDS_ZH} == set()


def test_places_are_the_same_in_both_languages() -> None:
    places = re.compile(r"\{(\w+)\}")
    wrong = {
        key: words
        for key, words in WORDS_ZH.items()
        if set(places.findall(key)) != set(places.findall(words))
    }
    assert wrong == {}


def test_a_code_reads_as_words_in_english() -> None:
    assert translated("state|in_progress", "en") == "in progress"
    assert translated("state|in_progress", "zh-CN") == "处理中"


def test_a_fixed_address_goes_before_a_pattern() -> None:
    for route in ROUTES:
        path = re.sub(r"\{\w+\}", "x", route.path)
        found = match(route.method, path)
        assert found is not None
        assert found[0].path == route.path or found[1] != {}
    assert match("GET", "/queue/") is None
    assert match("GET", "/nowhere") is None
