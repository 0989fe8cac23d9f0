"""Words for people in their language, from gettext catalogues (locale/<language>/LC_MESSAGES/ringback.mo).

English is the language of the source: a message is its own key. A language is there when its catalogue is, so
a third one needs no code. `make messages` collects what there is to translate (local/messages.py).

Every message is a %-format string, also where nothing is filled in: a percent sign is written twice.
"""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path
from typing import Any

SOURCE = "en"
DOMAIN = "ringback"
_folder = Path(__file__).parents[1] / "locale"


def use(folder: Path) -> None:
    """Look for catalogues in another folder from now on; for tests."""
    global _folder
    _folder = folder
    languages.cache_clear()
    translation.cache_clear()


def folder() -> Path:
    """Where the catalogues are."""
    return _folder


@cache
def languages() -> tuple[str, ...]:
    """Every language that people can read, as BCP 47 tags, English last."""
    found = {path.parents[1].name for path in _folder.glob(f"*/LC_MESSAGES/{DOMAIN}.mo")}
    return (*sorted(found - {SOURCE}), SOURCE)


@cache
def translation(language: str) -> gettext.NullTranslations:
    """The catalogue of a language; one that leaves every message in English where there is none."""
    path = _folder / language / "LC_MESSAGES" / f"{DOMAIN}.mo"
    try:
        with path.open("rb") as file:
            return gettext.GNUTranslations(file)
    except FileNotFoundError:
        return gettext.NullTranslations()


def fitting(wanted: str) -> str:
    """The language to use for somebody who wants `wanted` (`zh`, `zh_CN.UTF-8`, `en-GB,en;q=0.8`): the first
    that there is a catalogue for, by the whole tag or by its first part; English else."""
    for part in wanted.replace("_", "-").split(","):
        tag = part.partition(";")[0].partition(".")[0].partition("@")[0].strip().lower()
        for one in languages():
            if one.lower() == tag:
                return one
        for one in languages():
            if one.lower().partition("-")[0] == tag.partition("-")[0]:
                return one
    return SOURCE


def N_(message: str) -> str:
    """Marks a message that is translated where it is shown, for `make messages`."""
    return message


def say(message: str, language: str, /, **values: object) -> str:
    """A message in a language, filled with its values."""
    return translation(language).gettext(message) % values


def say_many(one: str, many: str, n: float, language: str, /, **values: object) -> str:
    """A message that depends on a number, in the plural form that the language has for `n`.

    `n` stands in the message as `%(n)s`, unless another value of that name is given (`41,386`)."""
    words = translation(language).ngettext(one, many, n)  # type: ignore[arg-type]
    return words % {"n": n, **values}


def said_as(context: str, message: str, language: str, /, **values: Any) -> str:
    """A message that means something else elsewhere; `context` says which is meant."""
    return translation(language).pgettext(context, message) % values


def own_name(language: str) -> str:
    """What a language calls itself, whatever language the page is in."""
    return said_as("the name of this catalogue's language, in that language", "English", language)
