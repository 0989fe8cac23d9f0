"""Compile the lexicon of the reader of replies: `python -m local.lexicon`, after a change of its YAML files.

A pattern is the alternatives that all languages list under its name; `<<name>>` in it is a part, which is
made of alternatives in the same way. Where two kinds of words claim one word, the first in ORDER has it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from chalicelib.campaigns.keyword_rules import HELP_WORDS, START_WORDS, STOP_WORDS
from chalicelib.replies.lexicon import COMPILED

LANGUAGES = ("en", "zh", "es", "any", "complaints_en", "complaints_zh")
ORDER = (
    *("word", "stop", "level", "unclear", "not_at_all", "not", "at_all", "top", "bottom", "very", "mild"),
    *("mocking", "if", "when", "made", "correction", "give", "question", "why", "last_time", "about", "less"),
    *("nought", "but", "fill", "topic", "thing", "praise", "complaint"),
)
SETS = ("starters", "phone_speak", "wish_stems", "afterwords")
_VALUES = {"nought": "unusual_number", "stop": ","}  # the others tell no more than their kind
_PART = re.compile(r"<<(\w+)>>")
_KEYWORDS = {"stop_words": STOP_WORDS, "start_words": START_WORDS, "help_words": HELP_WORDS}

Block = Mapping[str, Any]


def compiled() -> str:
    """What `compiled.json` has to hold. Raises KeyError for a part that is in no file, ValueError for a
    pattern that is none."""
    blocks = {language: _read(language) for language in LANGUAGES}
    parts = {name: "|".join(found) for name, found in _merged(blocks, "parts").items()} | _KEYWORDS
    sections = sorted({name for block in blocks.values() for name in block} - {"parts", "vocabulary"})
    patterns = {
        section: {
            name: _pattern("|".join(found), parts, f"{section}.{name}")
            for name, found in sorted(_merged(blocks, section).items())
        }
        for section in sections
    }
    vocabularies = {
        language: block["vocabulary"] for language, block in blocks.items() if "vocabulary" in block
    }
    whole = {
        "weights": _read("weights")["weights"],
        "patterns": patterns,
        "words": {language: list(_told(language, block)) for language, block in vocabularies.items()},
        "sets": {
            kind: sorted(
                {
                    word
                    for language, block in vocabularies.items()
                    for word in _split(language, block.get(kind, ""))
                }
            )
            for kind in SETS
        },
    }
    lines = (f"{json.dumps(name)}:{json.dumps(part, ensure_ascii=False)}" for name, part in whole.items())
    return "{" + ",\n".join(lines) + "}\n"


def _read(language: str) -> Block:
    block: Block = yaml.safe_load((COMPILED.parent / f"{language}.yaml").read_text(encoding="utf-8"))
    return block


def _merged(blocks: Mapping[str, Block], section: str) -> dict[str, list[str]]:
    """The alternatives of every name in a section, those of one language after those of another."""
    merged: dict[str, list[str]] = {}
    for block in blocks.values():
        for name, alternatives in block.get(section, {}).items():
            merged.setdefault(name, []).extend(one.replace("\n", "") for one in alternatives)
    return merged


def _pattern(written: str, parts: Mapping[str, str], name: str) -> str:
    whole = written
    while "<<" in whole:
        whole = _PART.sub(lambda found: f"(?:{parts[found[1]]})", whole)
    try:
        re.compile(whole)
    except re.error as wrong:
        raise ValueError(f"{name}: {wrong} in {written!r}") from wrong
    return whole


def _split(language: str, words: str) -> list[str]:
    """Chinese words are apart by blanks, others by `/` or line ends."""
    if language == "zh":
        return words.split()
    return [word.strip() for line in words.splitlines() for word in line.split("/") if word.strip()]


def _told(language: str, block: Block) -> Iterator[tuple[str, str, int | str]]:
    """Every word, its kind and its value: how good a `level` is, 2 to -2; else nothing."""
    known: dict[str, tuple[str, int | str]] = {}
    for kind in ORDER:
        words = block.get(kind, "")
        values = words.items() if isinstance(words, dict) else [(_VALUES.get(kind, ""), words)]
        for value, words in values:
            for word in _split(language, words):
                known.setdefault(word, ("odd" if kind == "nought" else kind, value))
    return ((word, kind, value) for word, (kind, value) in known.items())


if __name__ == "__main__":
    COMPILED.write_text(compiled(), encoding="utf-8")
