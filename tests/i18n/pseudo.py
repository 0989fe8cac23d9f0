"""A language that nobody speaks: every message in brackets, so what is no message stands outside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path

from chalicelib.i18n import translations
from local import messages

LANGUAGE = "en-GB"  # a tag that Babel knows, without a catalogue of its own
_MARKED = re.compile(r"⟦[^⟦⟧]*⟧")
WORD = re.compile(r"[A-Za-z][A-Za-z_'.-]+")
_SHOWN = ("aria-label", "placeholder", "title", "alt")
_NOT_WORDS = {"style", "script", "code", "pre", "textarea", "kbd"}


def write(folder: Path) -> None:
    """The catalogue of the language, compiled, and those there are beside it."""
    catalogue = messages.read(LANGUAGE, folder)
    for message in messages.template():
        if not message.id:
            continue
        several = isinstance(message.id, (tuple, list))
        words = [f"⟦{one}⟧" for one in message.id] if several else f"⟦{message.id}⟧"
        catalogue.add(message.id, words, context=message.context, flags=message.flags)
    path = messages.path_of(LANGUAGE, folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_suffix(".mo").write_bytes(messages.compiled(catalogue))


@contextmanager
def spoken(folder: Path) -> Iterator[None]:
    """The language is there, and for as long as this lasts."""
    before = translations.folder()
    write(folder)
    translations.use(folder)
    try:
        yield
    finally:
        translations.use(before)


def bare(text: str) -> str:
    """What of a text is outside of brackets; messages inside of messages go first."""
    before = ""
    while before != text:
        before, text = text, _MARKED.sub("", text)
    return text


class _Page(HTMLParser):
    """The texts that a page shows or reads aloud."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "link", "input", "br", "hr", "img", "rect", "circle", "polyline"):
            self._inside.append(tag)
        self.pieces += [value for name, value in attrs if name in _SHOWN and value]

    def handle_endtag(self, tag: str) -> None:
        while self._inside and self._inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not _NOT_WORDS.intersection(self._inside):
            self.pieces.append(data)


def words_of(*documents: object) -> frozenset[str]:
    """Every word that stands in documents, their keys among them: what a page may show that is no message."""
    found: set[str] = set()
    waiting = [*documents]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting += [*one, *one.values()]
        elif isinstance(one, list):
            waiting += one
        else:
            found |= set(WORD.findall(str(one)))
    return frozenset(found)


def untranslated(page: str, data: frozenset[str]) -> list[str]:
    """The words of a page that are no message; `data` are those that somebody typed or a document holds.

    A message may hold links, so that its brackets open in one piece of text and close in a later one."""
    parser = _Page()
    parser.feed(page)
    pieces = bare("\x00".join(parser.pieces)).split("\x00")
    left = [" ".join(piece.split()) for piece in pieces]
    found = []
    for one in left:
        words = [word for word in WORD.findall(one) if word not in data]
        if words:
            found.append(one)
    return found
