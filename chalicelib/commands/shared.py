"""What the commands share: JSON lines in and out, and where the running service is."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click


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


def stack_file(start: Path) -> Path | None:
    """`.local/stack.json` in `start` or the nearest folder above it. RINGBACK_STACK names another file;
    when it is empty there is none, and the commands use the AWS environment."""
    named = os.environ.get("RINGBACK_STACK")
    if named is not None:
        return Path(named) if named else None
    for folder in (start, *start.parents):
        path = folder / ".local" / "stack.json"
        if path.is_file():
            return path
    return None


def stack() -> Mapping[str, Any] | None:
    """What the local run wrote about itself, with the environment pointed at it; else None.

    Sets AWS_ENDPOINT_URL, AWS_DEFAULT_REGION, RINGBACK_<TABLE> for `tables`, RINGBACK_QUEUE_<NAME>
    for `queues` (upper case, `-` as `_`), what `_SETTINGS` lists, and credentials when there are none.
    Without the file the environment is left alone. Call it before anything that reads those names.
    Raises ClickException when the file cannot be read.
    """
    path = stack_file(Path.cwd())
    if path is None:
        return None
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        environment = {"AWS_ENDPOINT_URL": found["aws_endpoint"], "AWS_DEFAULT_REGION": found["region"]}
        environment["AWS_REGION"] = found["region"]
        for prefix, names in (("RINGBACK_", found["tables"]), ("RINGBACK_QUEUE_", found.get("queues", {}))):
            for name, value in names.items():
                environment[prefix + name.upper().replace("-", "_")] = value
        environment.update({setting: found[name] for name, setting in _SETTINGS.items() if found.get(name)})
        os.environ.update(environment)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise click.ClickException(
            f"cannot use {path}: {type(error).__name__}: {error}. `make run` writes it anew."
        ) from error
    os.environ.setdefault("AWS_ACCESS_KEY_ID", "local")
    os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "local")
    return dict(found)


_SETTINGS = {
    "event_bus": "RINGBACK_BUS",
    "drop_bucket": "RINGBACK_DROP_BUCKET",
    "clock_file": "RINGBACK_CLOCK_FILE",
    "erasure_key_parameter": "RINGBACK_ERASURE_KEY_PARAMETER",
}
