"""What the commands share: JSON lines in and out."""

from __future__ import annotations

import getpass
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import click

from chalicelib import clock


def language() -> str:
    """The language to answer in: what `--language` says, else the environment's, as gettext goes by it."""
    from chalicelib.i18n.translations import fitting

    context = click.get_current_context(silent=True)
    asked = context.find_root().params.get("language") if context else None
    named = (os.environ.get(name) for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"))
    return fitting(asked or next(filter(None, named), "").replace(":", ","))


def _(message: str, /, **values: object) -> str:
    """A message in the reader's language, filled with its values."""
    from chalicelib.i18n.translations import say

    return say(message, language(), **values)


@dataclass(frozen=True, slots=True)
class InputLine:
    """One line read: `record` is its JSON object, or `{}` with `problem` saying what is wrong with it."""

    number: int  # from 1
    record: Mapping[str, Any]
    problem: str = ""
    blank: bool = False


def json_lines(stream: Iterable[bytes]) -> Iterator[InputLine]:
    """One `Line` for each line of UTF-8 bytes, as they arrive; a bad one is told, not raised.

    Callers that cannot go on with a bad line raise `click.ClickException(complaint(line))`.
    """
    for number, raw in enumerate(stream, 1):
        try:
            record = json.loads(raw.rstrip(b"\r\n").decode("utf-8-sig" if number == 1 else "utf-8"))
        except UnicodeDecodeError as error:
            yield InputLine(number, {}, _("byte %(byte)s is not UTF-8", byte=error.start + 1))
        except json.JSONDecodeError as error:
            if raw.strip():
                yield InputLine(number, {}, _("not JSON: look at column %(column)s", column=error.colno))
            else:
                yield InputLine(number, {}, _("not JSON: the line is empty"), blank=True)
        except (ValueError, RecursionError):  # a number of 5,000 digits, a thousand brackets
            yield InputLine(number, {}, _("not JSON that can be read: too many digits or brackets"))
        else:
            if isinstance(record, dict):
                yield InputLine(number, record)
            else:
                yield InputLine(number, {}, _('expected a JSON object, such as {"text": "..."}'))


def complaint(line: InputLine) -> str:
    """`line 3: not JSON: ...`, for an error on stderr."""
    return _("line %(line)s: %(words)s", line=line.number, words=line.problem)


def emit(record: object) -> None:
    """Write `record` to stdout as one line of JSON, at once.

    Characters stay as they are; half of a surrogate pair, which UTF-8 cannot hold, is written as its
    JSON escape (which is what `backslashreplace` makes of it).
    """
    out = sys.stdout.buffer
    out.write(json.dumps(record, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n")
    out.flush()


def answer_lines(stream: Iterable[bytes], answer: Callable[[Mapping[str, Any]], object]) -> None:
    """Emit `answer(record)` for each line of `stream`: a line for a line, in order, streaming.

    A line that is not a JSON object, or for which `answer` raises ValueError, is answered with
    `{"error": reason, "line": number}`; the rest is still done, and then the exit code is 1.
    """
    bad: list[str] = []
    count = 0
    for line in json_lines(stream):
        problem = line.problem
        if not problem:
            try:
                emit(answer(line.record))
                continue
            except ValueError as error:
                problem = str(error)
        emit({"error": problem, "line": line.number})
        count += 1
        if len(bad) < 3:
            bad.append(_("line %(line)s: %(words)s", line=line.number, words=problem))
    if count:
        if count > len(bad):
            bad.append(_("and %(n)s more lines", n=count - len(bad)))
        words = _("Error: %(errors)s. Correct the input; its answers hold the errors.", errors="; ".join(bad))
        click.echo(words, err=True)
        sys.exit(1)


def text_field(record: Mapping[str, Any], name: str) -> str:
    """The text called `name` in `record`. Raises ValueError, naming the field, when it is not a text."""
    value = record.get(name)
    if not isinstance(value, str):
        if name not in record:
            raise ValueError(_('field "%(name)s" is missing: expected a string', name=name))
        found = json.dumps(value, ensure_ascii=False)[:40]
        raise ValueError(_('field "%(name)s" is %(value)s: expected a string', name=name, value=found))
    return value


def note(action: str, what: str, after: Any = None) -> None:
    """Write down in the audit trail what an engineer did by command, under their name on this machine."""
    from chalicelib.store import audit

    audit.record(
        by=f"{getpass.getuser()} (ringback)",
        role="engineer",
        action=action,
        what=what,
        before=None,
        after=after,
        at=clock.iso(clock.now()),
    )
