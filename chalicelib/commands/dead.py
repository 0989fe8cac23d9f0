"""`ringback dead`: what could not be handled, with its reason; putting it back, or giving it up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from chalicelib import clock
from chalicelib.commands.place import stack
from chalicelib.commands.progress import progress
from chalicelib.commands.shared import _, emit, language, note
from chalicelib.i18n.problems import placed
from chalicelib.job import QUEUES

if TYPE_CHECKING:
    from chalicelib.queues import Letter

HOLD = 600  # seconds in which only this command has the letters
AT_ONCE = 8  # calls
NOTED = 1_000  # ids that the audit trail keeps of what was done at once
QUEUE = click.option("--queue", type=click.Choice(QUEUES), help="Only the letters of this queue.")
REASON = click.option(
    "--reason", default="", metavar="TEXT", help="Only those whose reason holds this text, or has this code."
)
ALL = click.option("--all", "every", is_flag=True, help="All that --queue and --reason leave.")
IDS = click.argument("ids", nargs=-1, metavar="[ID]...")


@click.group()
def dead() -> None:
    """Dead letters: messages that could not be handled, kept for 14 days."""


@dead.command("list")
@QUEUE
@REASON
def list_(queue: str | None, reason: str) -> None:
    """A JSON line for each: id, queue, reason, when it came and when it was given up ("" where
    SQS did that, which does not say when), oldest first. Counts on stderr."""
    from chalicelib.delivery import dead_letters

    found = _found(queue, reason)
    for one in found:
        emit(_told(one))
    dead_letters.release(found)
    click.echo(_("dead letters: %(n)s", n=len(found)), err=True)


@dead.command()
@click.argument("id_", metavar="ID")
@click.option("--reveal", is_flag=True, help="Show numbers and personal attributes in full.")
def show(id_: str, reveal: bool) -> None:
    """One dead letter with its body."""
    from chalicelib.campaigns.live import live
    from chalicelib.delivery import dead_letters
    from chalicelib.store import catalogue

    found = _found(None, "")
    (one,) = _chosen(found, [id_], every=False) or (None,)
    dead_letters.release(found)
    if one is not None:
        personal = live(catalogue.control()).vocabulary.personal
        body = one.body if reveal else dead_letters.masked_body(one, personal)
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
    from chalicelib.delivery import dead_letters

    found = _found(queue, reason)
    chosen = _chosen(found, ids, every)
    with progress(len(chosen), _("letters put back")) as advance:
        dead_letters.retry(chosen, advance)
    _release_others(found, chosen)
    note("put_back_letters", _queues(chosen), {"letters": [one.id for one in chosen[:NOTED]]})
    emit({"put_back": len(chosen)})


@dead.command()
@IDS
@ALL
@QUEUE
@REASON
@click.option("--yes", is_flag=True, help="Do not ask.")
def drop(ids: tuple[str, ...], every: bool, queue: str | None, reason: str, yes: bool) -> None:
    """Give letters up for good. A text among them is recorded as failed, so its event has an outcome."""
    from chalicelib.delivery import dead_letters

    found = _found(queue, reason)
    chosen = _chosen(found, ids, every)
    if chosen and not yes:
        click.confirm(_("Give up %(n)s dead letters for good?", n=len(chosen)), abort=True, err=True)
    with progress(len(chosen), _("letters dropped")) as advance:
        texts = dead_letters.drop(chosen, clock.now(), advance)
    _release_others(found, chosen)
    note("drop_letters", _queues(chosen), {"letters": [one.id for one in chosen[:NOTED]]})
    emit({"dropped": len(chosen), "texts_failed": texts})


def _found(queue: str | None, reason: str) -> list[Letter]:
    stack()
    from chalicelib.delivery import dead_letters

    names = [queue] if queue else QUEUES
    with progress(sum(dead_letters.waiting(names).values()), _("letters read")) as advance:
        found = dead_letters.look(names, hold=HOLD, at_once=AT_ONCE, told=advance)
    wanted = [
        one
        for one in found
        if reason == one.reason.code or reason.lower() in placed(one.reason, language()).lower()
    ]
    kept = {one.id for one in wanted}
    dead_letters.release([one for one in found if one.id not in kept])
    return wanted


def _release_others(found: Sequence[Letter], chosen: Sequence[Letter]) -> None:
    from chalicelib.delivery import dead_letters

    gone = {one.id for one in chosen}
    dead_letters.release([one for one in found if one.id not in gone])


def _chosen(found: Sequence[Letter], ids: Sequence[str], every: bool) -> list[Letter]:
    from chalicelib.delivery import dead_letters

    if every == bool(ids):
        dead_letters.release(found)
        raise click.UsageError(_("name the letters by ID, or say --all"))
    missing = [one for one in ids if one not in {letter.id for letter in found}]
    if missing:
        dead_letters.release(found)
        raise click.ClickException(
            _("no dead letter %(id)s: ringback dead list shows those there are", id=missing[0])
        )
    return [one for one in found if every or one.id in ids]


def _queues(letters: Sequence[Letter]) -> str:
    """How many of which queue, for the audit trail."""
    return ", ".join(f"{n} {name}" for name, n in Counter(one.queue for one in letters).items())


def _told(letter: Letter) -> dict[str, str]:
    from chalicelib.delivery.dead_letters import about

    return {
        "id": letter.id,
        "queue": letter.queue,
        "code": letter.reason.code,
        "reason": placed(letter.reason, language()),
        "first": clock.iso(letter.first),
        "last": clock.iso(letter.last) if letter.last else "",
        "about": about(letter),
    }
