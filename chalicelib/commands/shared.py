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


@dataclass(frozen=True, slots=True)
class Line:
    """One line read: `record` is its JSON object, or `{}` with `problem` saying what is wrong with it."""

    number: int  # from 1
    record: Mapping[str, Any]
    problem: str = ""


def json_lines(stream: Iterable[bytes]) -> Iterator[Line]:
    """One `Line` for each line of UTF-8 bytes, as they arrive; a bad one is told, not raised.

    Callers that cannot go on with a bad line raise `click.ClickException(complaint(line))`.
    """
    for number, raw in enumerate(stream, 1):
        try:
            record = json.loads(raw.rstrip(b"\r\n").decode("utf-8-sig" if number == 1 else "utf-8"))
        except UnicodeDecodeError as error:
            yield Line(number, {}, f"byte {error.start + 1} is not UTF-8")
        except json.JSONDecodeError as error:
            reason = "the line is empty" if not raw.strip() else f"{error.msg} at column {error.colno}"
            yield Line(number, {}, f"not JSON: {reason}")
        except (ValueError, RecursionError) as error:  # a number of 5,000 digits, a thousand brackets
            yield Line(number, {}, f"not JSON that can be read: {error}")
        else:
            if isinstance(record, dict):
                yield Line(number, record)
            else:
                yield Line(number, {}, 'expected a JSON object, such as {"text": "..."}')


def complaint(line: Line) -> str:
    """`line 3: not JSON: ...`, for an error on stderr."""
    return f"line {line.number}: {line.problem}"


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
            bad.append(f"line {line.number}: {problem}")
    if count:
        more = f" (and {count - len(bad)} more)" if count > len(bad) else ""
        click.echo(
            f"Error: {'; '.join(bad)}{more}. Correct the input; its answers hold the errors.", err=True
        )
        sys.exit(1)


def text_field(record: Mapping[str, Any], name: str) -> str:
    """The text called `name` in `record`. Raises ValueError, naming the field, when it is not a text."""
    value = record.get(name)
    if not isinstance(value, str):
        found = "is missing" if name not in record else f"is {json.dumps(value, ensure_ascii=False)[:40]}"
        raise ValueError(f'field "{name}" {found}: expected a string')
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
