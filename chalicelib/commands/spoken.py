"""`ringback --help` in the reader's language: help texts, click's own words, and which language is asked for.

Help stands in the commands as docstrings and `help=`, and is its own message in the catalogues; what click
says ("Usage:", "Missing argument") goes through gettext by itself, once it knows our catalogue.
"""

from __future__ import annotations

import copy
import gettext
import inspect
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click

from chalicelib.i18n.translations import DOMAIN, fitting, folder, translation

OPTION = "--language"
_VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")  # in gettext's order
_AS_IT_IS = "\b"  # click's mark of a paragraph that is not wrapped; written \b in catalogues


def wanted(arguments: Sequence[str]) -> str:
    """The language of a command line: what `--language` says, else the environment."""
    for at, one in enumerate(arguments):
        if one == OPTION and at + 1 < len(arguments):
            return fitting(arguments[at + 1])
        if one.startswith(f"{OPTION}="):
            return fitting(one.partition("=")[2])
    return reader()


def reader() -> str:
    """The language that the environment asks for."""
    named = (os.environ.get(name) for name in _VARIABLES)
    return fitting(next(filter(None, named), "").replace(":", ","))


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """The command, and click in it, answer in this language for as long as this lasts."""
    before, domain = os.environ.get("LANGUAGE"), gettext.textdomain()
    os.environ["LANGUAGE"] = language
    gettext.bindtextdomain(DOMAIN, str(folder()))
    gettext.textdomain(DOMAIN)
    try:
        yield
    finally:
        gettext.textdomain(domain)
        if before is None:
            del os.environ["LANGUAGE"]
        else:
            os.environ["LANGUAGE"] = before


def message_of(help_text: str) -> str:
    """A help text as the catalogues have it."""
    return inspect.cleandoc(help_text).replace(_AS_IT_IS, "\\b")


def in_words(command: click.Command, language: str) -> click.Command:
    """A command, its options and the commands in it with their help in a language."""
    found = copy.copy(command)
    found._help_option = None  # click keeps --help in the language in which it was first shown
    found.help = _said(command.help, language)
    found.params = [_option(one, language) for one in command.params]
    if isinstance(found, click.Group):
        found.commands = {name: in_words(one, language) for name, one in found.commands.items()}
    return found


def _option(parameter: click.Parameter, language: str) -> click.Parameter:
    if not isinstance(parameter, click.Option) or not parameter.help:
        return parameter
    found = copy.copy(parameter)
    found.help = _said(parameter.help, language)
    return found


def _said(help_text: str | None, language: str) -> str | None:
    if not help_text:
        return help_text
    return translation(language).gettext(message_of(help_text)).replace("\\b", _AS_IT_IS)


def messages(command: click.Command) -> Iterator[str]:
    """Every help text of a command, of its options and of the commands in it."""
    for one in (command, *command.params):
        if text := getattr(one, "help", None):
            yield message_of(text)
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            if inner := command.get_command(context, name):
                yield from messages(inner)
