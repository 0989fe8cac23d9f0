"""How things are said in each language, as data: patterns over normalised text, and words with their meaning.

People edit `en.yaml`, `zh.yaml`, `es.yaml`, `any.yaml` and `weights.yaml`; `python -m local.lexicon` makes
`compiled.json` of them, which is read when the first reply needs it: there a name has what every language
lists under it. A pattern is compiled when it is first used: most replies need few of them, and a cold start
pays for none.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

COMPILED = Path(__file__).with_name("compiled.json")


class Patterns:
    """The patterns of one section, by name: `patterns("wishes").keyword`. Raises AttributeError for one that
    is in no language's file."""

    def __init__(self, section: str) -> None:
        self._section = section

    def __getattr__(self, name: str) -> re.Pattern[str]:
        try:
            written = _compiled()["patterns"][self._section][name]
        except KeyError:
            raise AttributeError(f"no pattern {self._section}.{name} in replies/lexicon/*.yaml") from None
        pattern = re.compile(written)
        self.__dict__[name] = pattern  # the next use finds it here
        return pattern


@cache
def patterns(section: str) -> Patterns:
    """The patterns of a section of the lexicon."""
    return Patterns(section)


def words(kind: str) -> frozenset[str]:
    """The words of a kind that says nothing more about them."""
    return frozenset(_compiled()["sets"][kind])


def told(language: str) -> dict[str, tuple[str, int | str]]:
    """The words of a language with their kind and value, as `lexer` reads them."""
    return {word: (kind, value) for word, kind, value in _compiled()["words"][language]}


def weights() -> Any:
    """`margin`, by which a candidate wins, and by kind and rule what one weighs: [certain, in doubt]."""
    return _compiled()["weights"]


@cache
def _compiled() -> Any:
    return json.loads(COMPILED.read_text(encoding="utf-8"))
