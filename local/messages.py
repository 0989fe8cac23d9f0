"""What there is to translate: collected from Python, templates and tables of codes into `chalicelib/locale`.

    python -m local.messages update    # every catalogue gets what is new, and loses what nobody says any more
    python -m local.messages check     # what is missing, fuzzy, unfit or out of date; exit code 1 if anything
    python -m local.messages compile   # ringback.mo beside each ringback.po, where it is not there yet

A new language begins with `update fr`. Babel is for here only: what ships reads `.mo` files with gettext.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import io
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.core import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from chalicelib.cli import cli
from chalicelib.commands.spoken import messages as help_of
from chalicelib.i18n.codes import CODES
from chalicelib.i18n.problems import CONTEXT, MESSAGES
from chalicelib.i18n.translations import DOMAIN

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "chalicelib" / "locale"
SOURCES = (
    "chalicelib/console",
    "chalicelib/functions",
    "chalicelib/commands",
    "chalicelib/i18n",
    "templates/console",
)
METHODS = [("**.py", "python"), ("**.html", "jinja2")]
OPTIONS = {"**.html": {"newstyle_gettext": "true", "trim_blocks": "true", "silent": "false"}}
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": (1,),
    "gettext": None,
    "ngettext": (1, 2),
    "N_": None,
    "say": (1,),
    "say_many": (1, 2),
    "said_as": ((1, "c"), 2),
    "Page": (2,),
    "Deed": (2,),
    "_trouble": (1,),
}
"""The functions that take messages, and where they take them."""
CLICK = Path(str(importlib.util.find_spec("click").origin)).parent  # type: ignore[union-attr]
SAID_BY_CLICK = {
    f"{one}.py" for one in ("core", "decorators", "exceptions", "formatting", "parser", "termui", "types")
}
HEADER = "Words of Ringback. What a translator should know stands in docs/glossary.md."
WHEN = datetime(2026, 1, 1, tzinfo=UTC)  # the same for ever: the same words give the same bytes


def template() -> Catalog:
    """Everything there is to translate, without translations.

    What Babel says meanwhile of f-strings is left out, for it means values, too; ruff sees to messages.
    """
    with contextlib.redirect_stderr(io.StringIO()):
        return _collected()


def _collected() -> Catalog:
    found = Catalog(header_comment="", creation_date=WHEN)
    tags = ("Translators:",)
    for source in SOURCES:
        every = extract_from_dir(
            ROOT / source, METHODS, OPTIONS, KEYWORDS, comment_tags=tags, strip_comment_tags=True
        )
        for path, _, message, comments, context in every:
            places = [(f"{source}/{path}", 0)]
            found.add(message, locations=places, auto_comments=comments, context=context)
    for _, message, _, context in extract_from_file("python", ROOT / "chalicelib/cli.py", keywords=KEYWORDS):
        found.add(message, locations=[("chalicelib/cli.py", 0)], context=context)
    for path, _, message, _, _ in extract_from_dir(CLICK, METHODS, {}, KEYWORDS):
        if path in SAID_BY_CLICK:
            found.add(message, locations=[(f"click/{path}", 0)])
    for help_text in help_of(cli):
        found.add(help_text, locations=[("ringback --help", 0)])
    for kind, words in CODES.items():
        for code, english in words.items():
            said = [f"code {code}"] if code != english else []
            found.add(english, locations=[("chalicelib/i18n/codes.py", 0)], auto_comments=said, context=kind)
    for code, english in MESSAGES.items():
        places = [("chalicelib/i18n/problems.py", 0)]
        found.add(english, locations=places, auto_comments=[f"code {code}"], context=CONTEXT)
    return found


def path_of(language: str, folder: Path = FOLDER) -> Path:
    """Where the catalogue of a language is kept."""
    return folder / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def languages(folder: Path = FOLDER) -> list[str]:
    """The languages that there are catalogues of."""
    return sorted(path.parents[1].name for path in folder.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


def read(language: str, folder: Path = FOLDER) -> Catalog:
    """A catalogue as it is kept; an empty one where there is none yet."""
    path, locale = path_of(language, folder), Locale.parse(language, sep="-")
    if not path.exists():
        return Catalog(locale, creation_date=WHEN, revision_date=WHEN)
    with path.open("rb") as file:
        found = read_po(file, locale=locale, domain=DOMAIN)
    found.creation_date = found.revision_date = WHEN
    return found


def updated(language: str, folder: Path = FOLDER) -> Catalog:
    """A catalogue with what is new and without what nobody says any more; a message that only changed a
    little keeps its translation and is marked fuzzy."""
    found = read(language, folder)
    found.update(template(), update_creation_date=False)
    found.obsolete.clear()
    return found


def text_of(catalogue: Catalog) -> bytes:
    """A catalogue as its file: sorted, without line numbers and dates, so a change shows what changed."""
    body = io.BytesIO()
    write_po(body, catalogue, width=110, sort_output=True, include_lineno=False, omit_header=True)
    plurals = f"nplurals={catalogue.num_plurals}; plural={catalogue.plural_expr};"
    head = [
        f"# {HEADER}",
        'msgid ""',
        'msgstr ""',
        f'"Language: {catalogue.locale_identifier}\\n"',
        f'"Plural-Forms: {plurals}\\n"',
        '"MIME-Version: 1.0\\n"',
        '"Content-Type: text/plain; charset=utf-8\\n"',
        '"Content-Transfer-Encoding: 8bit\\n"',
    ]
    return "\n".join([*head, "", ""]).encode() + body.getvalue()


def faults(language: str, folder: Path = FOLDER) -> Iterator[str]:
    """What is wrong with a catalogue, a line for each message."""
    found = updated(language, folder)
    path = path_of(language, folder)
    for message in found:
        if not message.id:
            continue
        if message.fuzzy:
            yield f"{path}: fuzzy: {shown(message)}"
        elif not all(message.string if isinstance(message.string, (list, tuple)) else [message.string]):
            yield f"{path}: missing: {shown(message)}"
    for message, errors in found.check():
        for error in errors:
            yield f"{path}: {error}: {shown(message)}"
    if text_of(found) != path.read_bytes():
        yield f"{path}: is not what `make messages` writes: run it and commit what it changes"


def shown(message: Message) -> str:
    """A message as a report names it."""
    words = message.id if isinstance(message.id, str) else message.id[0]
    return f"{message.context}|{words}" if message.context else words


def compiled(catalogue: Catalog) -> bytes:
    """A catalogue as gettext reads it. What is missing or fuzzy is left out, so it shows in English."""
    body = io.BytesIO()
    write_mo(body, catalogue)
    return body.getvalue()


def update(names: list[str], folder: Path = FOLDER) -> None:
    """Bring catalogues up to date."""
    for language in names:
        path = path_of(language, folder)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text_of(updated(language, folder)))


def compile_all(folder: Path = FOLDER) -> None:
    """Write every `.mo` that is not there or older than its `.po`. Safe beside others who do the same."""
    for language in languages(folder):
        source = path_of(language, folder)
        made = source.with_suffix(".mo")
        if made.exists() and made.stat().st_mtime >= source.stat().st_mtime:
            continue
        fresh = made.with_suffix(f".{os.getpid()}.part")
        fresh.write_bytes(compiled(read(language, folder)))
        fresh.replace(made)


def main() -> None:
    """`make messages` and what other targets need of it."""
    parser = argparse.ArgumentParser(description="the catalogues of words")
    parser.add_argument("what", choices=("update", "check", "compile"))
    parser.add_argument("language", nargs="*", help="a language to begin, such as fr")
    asked = parser.parse_args()
    if asked.what == "compile":
        compile_all()
        return
    names = sorted({*languages(), *asked.language})
    if asked.what == "update":
        update(names)
    found = [fault for language in names for fault in faults(language)]
    for fault in found:
        print(fault)
    print(f"{sum(1 for one in template() if one.id)} messages, {len(found)} to mend", file=sys.stderr)
    if found:
        sys.exit(1)


if __name__ == "__main__":
    main()
