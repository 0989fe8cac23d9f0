"""`ringback events`: events from a file to the bus, as billing, CRM and ticketing send them."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, BinaryIO

import click

from chalicelib import clock, queues
from chalicelib.campaigns.live import live
from chalicelib.commands.place import stack
from chalicelib.commands.progress import progress
from chalicelib.commands.shared import InputLine, _, emit, json_lines, language
from chalicelib.i18n.problems import placed
from chalicelib.intake.event import BadEvent, event_from
from chalicelib.intake.vocabulary import Vocabulary, shipped
from chalicelib.store import catalogue

SOURCE = "operator.file"
BATCH = 100  # lines between two steps of the progress; the bus takes 10 a call
SHOWN = 20  # bad lines that are told one by one


@click.group()
def events() -> None:
    """Send events to the bus; say what became of one."""


@events.command()
@click.argument("id_", metavar="ID")
def show(id_: str) -> None:
    """What became of the event ID: a JSON line for each source that sent it, in words on stderr.

    Events of the last 30 days; one of the last seconds may still be on its way. `texts` are the texts it
    asked for with what became of each.
    """
    stack()
    from chalicelib.i18n.event_words import event_said
    from chalicelib.store import event_history

    found = event_history.of_event(id_)
    if not found:
        raise click.ClickException(
            _(
                "nothing is known of an event “%(id)s”: was it sent less than 30 days ago, and more than "
                "some seconds? `ringback dead list` shows what could not even be read",
                id=id_,
            )
        )
    for one in found:
        texts = [
            {"item": text.item, "status": text.status, **({"reason": text.reason} if text.reason else {})}
            for text in event_history.texts_of(one)
        ]
        told = {
            "id": one.event_id,
            "source": one.counter,
            "type": one.type,
            "subscriber_id": one.whom,
            "time": one.time,
            "handled": one.at,
            "outcome": one.outcome,
            "why": dict(one.misses),
            "status": one.status,
            "since": one.since,
            "problem": dict(one.problem),
        }
        emit({name: value for name, value in told.items() if value} | ({"texts": texts} if one.texts else {}))
        click.echo(event_said(one, language()), err=True)


@dataclass(frozen=True, slots=True)
class _Checked:
    """A line that is to be sent, or with `problem` why not."""

    line: int
    type: str = ""
    detail: str = ""
    problem: str = ""


@events.command()
@click.argument("file", type=click.File("rb"))
@click.option(
    "--unchecked", is_flag=True, help="Send what is no event as well, to see what the service makes of it."
)
def send(file: BinaryIO, unchecked: bool) -> None:
    """Put the events of FILE on the bus; counts on stdout. FILE is JSON lines with `type`, or - for stdin.

    Every line is checked first: a bad one is told on stderr with its field and not sent, the others
    go on; the exit code is then 1. The shapes are in docs/events.md. Sending a file again is safe: an
    event that was taken already has no effect.
    """
    stack()
    # Where only the bus is known, what ships has to do.
    known = live(catalogue.control()).vocabulary if "RINGBACK_CATALOGUE" in os.environ else shipped()
    total = _count(file)
    counts = {"sent": 0, "bad": 0, "refused": 0}
    with progress(total, _("events")) as advance:
        for batch in _batches(json_lines(file)):
            checked = [_check(line, None if unchecked else known) for line in batch]
            good = [one for one in checked if not one.problem]
            try:
                reasons = queues.report(SOURCE, [(one.type, one.detail) for one in good])
            except KeyError:  # no bus is set: nothing was sent
                raise
            except Exception:
                click.echo(
                    _(
                        "line %(line)s: from here on it is unknown what the bus took (events before that are "
                        "on it: %(sent)s). Send the file again: that is safe.",
                        line=batch[0].number,
                        sent=counts["sent"],
                    ),
                    err=True,
                )
                raise
            problems = [(one.line, one.problem, "bad") for one in checked if one.problem]
            problems += [
                (one.line, _("the bus refused it: %(why)s", why=why), "refused")
                for one, why in zip(good, reasons, strict=True)
                if why
            ]
            for line, problem, kind in sorted(problems):
                if counts["bad"] + counts["refused"] < SHOWN:
                    click.echo(_("line %(line)s: %(words)s", line=line, words=problem), err=True)
                counts[kind] += 1
            counts["sent"] += len(checked) - len(problems)
            advance(len(batch))
    emit(counts)
    unsent = counts["bad"] + counts["refused"]
    if unsent > SHOWN:
        click.echo(_("and %(n)s more lines", n=unsent - SHOWN), err=True)
    if unsent:
        sys.exit(1)


def _count(file: BinaryIO) -> int:
    """How many lines a file has, without empty ones; 0 for a pipe, which cannot be read twice."""
    if not file.seekable():
        return 0
    count = sum(1 for line in file if line.strip())
    file.seek(0)
    return count


def _batches(lines: Iterable[InputLine]) -> Iterator[list[InputLine]]:
    """`BATCH` lines at a time; empty ones are nothing."""
    filled = (line for line in lines if not line.blank)
    while batch := list(islice(filled, BATCH)):
        yield batch


def _check(line: InputLine, known: Vocabulary | None) -> _Checked:
    if line.problem:
        return _Checked(line.number, problem=line.problem)
    kind = line.record.get("type")
    if known:
        try:
            event_from(kind, line.record, clock.now(), known)
        except BadEvent as bad:
            return _Checked(line.number, problem=placed(bad.problem, language()))
    elif not isinstance(kind, str) or not 0 < len(kind) <= 128:
        return _Checked(line.number, problem=_("type: must be a text for the bus to carry it"))
    return _Checked(line.number, str(kind), _detail(line.record))


def _detail(record: Mapping[str, Any]) -> str:
    return json.dumps({name: value for name, value in record.items() if name != "type"})
