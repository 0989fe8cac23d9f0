"""`ringback dead`: what could not be handled, with its reason; putting it back, or giving it up."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click

from chalicelib import clock
from chalicelib.commands.shared import emit, stack
from chalicelib.job import Job
from chalicelib.store.records import mask

if TYPE_CHECKING:
    from chalicelib.queues import Letter

QUEUES = ("intake", "drops", "runs", "outbox-urgent", "outbox-bulk", "receipts", "replies")
QUEUE = click.option("--queue", type=click.Choice(QUEUES), help="Only the letters of this queue.")
REASON = click.option("--reason", default="", metavar="TEXT", help="Only those whose reason holds this text.")
ALL = click.option("--all", "every", is_flag=True, help="All that --queue and --reason leave.")
IDS = click.argument("ids", nargs=-1, metavar="[ID]...")
_NUMBER = re.compile(r"\+\d{8,15}")


@click.group()
def dead() -> None:
    """Dead letters: messages that could not be handled, kept for 14 days."""


@dead.command("list")
@QUEUE
@REASON
def list_(queue: str | None, reason: str) -> None:
    """A JSON line for each: id, queue, reason, first and last time, oldest first. Counts on stderr."""
    found = _found(queue, reason)
    for one in found:
        emit(_told(one))
    _release(found)
    click.echo(f"{len(found)} dead letters", err=True)


@dead.command()
@click.argument("id_", metavar="ID")
@click.option("--reveal", is_flag=True, help="Show numbers in full.")
def show(id_: str, reveal: bool) -> None:
    """One dead letter with its body."""
    found = _found(None, "")
    (one,) = _chosen(found, [id_], every=False) or (None,)
    _release(found)
    if one is not None:
        body = one.body if reveal else _NUMBER.sub(lambda match: mask(match[0]), one.body)
        emit(_told(one) | {"body": body})


@dead.command()
@IDS
@ALL
@QUEUE
@REASON
def retry(ids: tuple[str, ...], every: bool, queue: str | None, reason: str) -> None:
    """Put letters back on the queue they came from, once what was wrong is mended.

    \b
    ringback dead retry 5f0c…               one of them
    ringback dead retry --all --queue intake --reason "is not a subscriber"
    """
    from chalicelib import queues

    found = _found(queue, reason)
    chosen = _chosen(found, ids, every)
    for one in chosen:
        queues.send(one.queue, [one.body])
        queues.bury(one)  # after it is back: who dies in between has it twice, and a repeat does no harm
    _release([one for one in found if one not in chosen])
    emit({"put_back": len(chosen)})


@dead.command()
@IDS
@ALL
@QUEUE
@REASON
@click.option("--yes", is_flag=True, help="Do not ask.")
def drop(ids: tuple[str, ...], every: bool, queue: str | None, reason: str, yes: bool) -> None:
    """Give letters up for good. A text among them is recorded as failed, so its event has an outcome."""
    from chalicelib import queues

    found = _found(queue, reason)
    chosen = _chosen(found, ids, every)
    if chosen and not yes:
        click.confirm(f"Give up {len(chosen)} dead letters for good?", abort=True, err=True)
    texts = 0
    for one in chosen:
        if one.queue.startswith("outbox-"):
            texts += _written_off(one.body)
        queues.bury(one)
    _release([one for one in found if one not in chosen])
    emit({"dropped": len(chosen), "texts_failed": texts})


def _written_off(body: str) -> bool:
    from chalicelib.delivery.write_off import write_off

    try:
        job = Job.loads(body)
    except ValueError:
        return False  # it never was a text
    return write_off(job, clock.now())


def _found(queue: str | None, reason: str) -> list[Letter]:
    stack()
    from chalicelib import queues

    found = [one for name in ([queue] if queue else QUEUES) for one in queues.letters(name)]
    wanted = [one for one in found if reason.lower() in one.reason.lower()]
    _release([one for one in found if one not in wanted])
    return wanted


def _release(letters: Iterable[Letter]) -> None:
    """Let others see these again at once."""
    from chalicelib import queues

    by_queue: dict[str, list[tuple[str, int]]] = {}
    for one in letters:
        by_queue.setdefault(f"{one.queue}-dead", []).append((one.handle, 0))
    for name, handles in by_queue.items():
        queues.put_back(name, handles)


def _chosen(found: Sequence[Letter], ids: Sequence[str], every: bool) -> list[Letter]:
    if every == bool(ids):
        _release(found)
        raise click.UsageError("name the letters by ID, or say --all")
    missing = [one for one in ids if one not in {letter.id for letter in found}]
    if missing:
        _release(found)
        raise click.ClickException(f"no dead letter {missing[0]}: ringback dead list shows those there are")
    return [one for one in found if every or one.id in ids]


def _told(letter: Letter) -> dict[str, str]:
    try:
        whole = json.loads(letter.body)
        about = whole.get("detail-type") or whole.get("campaign") or ""
    except (ValueError, AttributeError):
        about = ""
    return {
        "id": letter.id,
        "queue": letter.queue,
        "reason": letter.reason,
        "first": clock.iso(letter.first),
        "last": clock.iso(letter.last),
        "about": about,
    }
